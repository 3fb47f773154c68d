"""What regional services list of people: their policies with insurers, and who bears a name and a birth date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry.insured.keys.queries import is_form
from registry.insured.queries.survivors import kin_of
from registry.insured.tables import Insurance, Person, PersonVersion, Policy
from registry.store.base import OPEN_DATE, OPEN_MOMENT

INSURED = 1
DEAD = 3


@dataclass(frozen=True, slots=True)
class InsuredRow:
    """One policy at one insurer in a period; ``ends_on`` is absent while it holds."""

    begins_on: date
    ends_on: date | None
    type: str
    series: str
    number: str
    enp: str
    insurer_code: str
    end_reason: str


def insured_rows(session: Session, person_id: int) -> list[InsuredRow]:
    """All rows of a person as known now, those of joined records too, the oldest first."""
    records = kin_of(session, [person_id])[person_id]
    query = (
        select(Insurance, Policy)
        .join(Policy, Policy.id == Insurance.policy_id)
        .where(Insurance.person_id.in_(records), Insurance.retracted_at == OPEN_MOMENT)
        .order_by(Insurance.valid_from, Insurance.id)
    )
    rows = [
        InsuredRow(
            insured.valid_from,
            None if insured.valid_to == OPEN_DATE else insured.valid_to,
            policy.type,
            policy.series,
            policy.number,
            policy.enp,
            insured.insurer_code,
            insured.end_reason,
        )
        for insured, policy in session.execute(query)
        if insured.valid_from <= insured.valid_to
    ]
    return list(dict.fromkeys(rows))


def namesakes(session: Session, names: tuple[str, str, str], birth_date: date, limit: int) -> list[int]:
    """People whose names and birth date are these, now or before; a joined record stands for its survivor.

    Records annulled without one are left out.
    """
    surname, first_name, patronymic = names
    query = (
        select(func.coalesce(Person.merged_into, Person.id).label("id"))
        .join(PersonVersion, PersonVersion.person_id == Person.id)
        .where(
            is_form(session, PersonVersion.surname_key, "name", surname),
            is_form(session, PersonVersion.first_name_key, "name", first_name),
            is_form(session, PersonVersion.patronymic_key, "name", patronymic),
            PersonVersion.birth_date == birth_date,
            PersonVersion.retracted_at == OPEN_MOMENT,
            or_(Person.status.in_((INSURED, DEAD)), Person.merged_into.is_not(None)),
        )
        .distinct()
        .order_by("id")
    )
    return list(session.scalars(query.limit(limit)))
