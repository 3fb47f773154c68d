"""What regional services list of people: their policies with insurers, and who bears a name and a birth date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.normalisation import name_key
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
    """All rows of a person as known now, the oldest first."""
    query = (
        select(Insurance, Policy)
        .join(Policy, Policy.id == Insurance.policy_id)
        .where(Insurance.person_id == person_id, Insurance.retracted_at == OPEN_MOMENT)
        .order_by(Insurance.valid_from, Insurance.id)
    )
    return [
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


def namesakes(session: Session, names: tuple[str, str, str], birth_date: date, limit: int) -> list[int]:
    """People whose names and birth date are these, now or before; annulled records are left out."""
    surname, first_name, patronymic = (name_key(one) for one in names)
    query = (
        select(Person.id)
        .join(PersonVersion, PersonVersion.person_id == Person.id)
        .where(
            PersonVersion.surname_key == surname,
            PersonVersion.first_name_key == first_name,
            PersonVersion.patronymic_key == patronymic,
            PersonVersion.birth_date == birth_date,
            PersonVersion.retracted_at == OPEN_MOMENT,
            Person.status.in_((INSURED, DEAD)),
        )
        .distinct()
        .order_by(Person.id)
    )
    return list(session.scalars(query.limit(limit)))
