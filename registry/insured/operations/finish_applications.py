"""Applications that waited for their day: when the insurance they asked for begins, they are done."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from registry.insured.operations.people.aspects import APPLICATION
from registry.insured.operations.people.ledger import Origin, open_people
from registry.insured.operations.people.writing import write_people
from registry.insured.rules.timelines import Act
from registry.insured.tables import Application, Insurance
from registry.insured.workflow import ApplicationStatus, follow
from registry.store.base import OPEN_MOMENT

MOST = 5_000


def finish_applications(session: Session, now: datetime, today: date) -> int:
    """Mark as done the applications whose insurance has begun by today; returns how many, at most a portion."""
    begun = exists().where(
        Insurance.person_id == Application.person_id,
        Insurance.insurer_code == Application.insurer_code,
        Insurance.retracted_at == OPEN_MOMENT,
        Insurance.valid_from <= today,
        Insurance.valid_to >= today,
    )
    waiting = select(Application.person_id, Application.id).where(
        Application.status == int(ApplicationStatus.TO_BE_DONE), Application.retracted_at == OPEN_MOMENT, begun
    )
    found = {row.id: row.person_id for row in session.execute(waiting.order_by(Application.id).limit(MOST))}
    ledger = open_people(session, found.values(), Origin(now, "фонд"))
    for row_id, person_id in found.items():
        person = ledger[person_id]
        line = person.line(APPLICATION)
        row = next(one for one in line.rows if one.id == row_id)
        act = Act("application", today, organisation_code=str(row.values["insurer_code"]))
        done = follow(ApplicationStatus(row.values["status"]), "begin", "finish")
        line.replace(row, act, values={"status": int(done)})
        ledger.note(person, act, APPLICATION.name)
    write_people(ledger)
    return len(found)
