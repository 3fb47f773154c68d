"""What the registry knows of people who choose a clinic once more within a year (clause 6.2, rule 2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from registry.insured.operations.attachment_rows import portions
from registry.insured.rules.attachment import Circumstances
from registry.insured.tables import Insurance, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT

SUSPENDED = "П025"


def circumstances_of(session: Session, person_ids: Iterable[int]) -> dict[int, Circumstances]:
    """Return birth dates and the last return from military service, two queries for all."""
    found: dict[int, Circumstances] = {}
    for some in portions(sorted(set(person_ids))):
        returned = _returned(session, some)
        born = select(PersonVersion.person_id, PersonVersion.birth_date).where(
            PersonVersion.person_id.in_(some),
            PersonVersion.valid_to == OPEN_DATE,
            PersonVersion.retracted_at == OPEN_MOMENT,
        )
        for person_id, birth_date in session.execute(born):
            found[person_id] = Circumstances(birth_date, returned.get(person_id))
    return found


def _returned(session: Session, person_ids: Iterable[int]) -> dict[int, date]:
    """The day the insurance began again after its last suspension for military service (П025)."""
    later = aliased(Insurance)
    query = (
        select(Insurance.person_id, func.min(later.valid_from))
        .join(later, later.person_id == Insurance.person_id)
        .where(
            Insurance.person_id.in_(list(person_ids)),
            Insurance.end_reason == SUSPENDED,
            Insurance.retracted_at == OPEN_MOMENT,
            later.retracted_at == OPEN_MOMENT,
            later.valid_from > Insurance.valid_to,
        )
        .group_by(Insurance.person_id, Insurance.id)
    )
    latest: dict[int, date] = {}
    for person_id, day in session.execute(query):
        latest[person_id] = max(day, latest.get(person_id, day))
    return latest
