"""People fit to be shown how the exchange works: insured, alive, and free to change their clinic this year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.core.checks.snils import format_snils
from registry.insured.kinds.methods import BY_APPLICATION
from registry.insured.tables import (
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonLink,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT


@dataclass(frozen=True, slots=True)
class Example:
    """One person: the number of the registry, clinic and insurer, and the block a sender writes."""

    bdz_id: str
    clinic: str
    insurer: str
    block: dict[str, Any]


def example_people(session: Session, today: date, count: int, *, but_of: str) -> list[Example]:
    """Return people with every identifier, attached to another clinic than ``but_of`` and before this year.

    Nobody else is born on their day and no second record is suspected: questions about them have one answer.
    """
    beginning = today.replace(month=1, day=1)
    this_year = exists().where(
        Attachment.person_id == Person.id,
        Attachment.retracted_at == OPEN_MOMENT,
        Attachment.method.in_([method.value for method in BY_APPLICATION]),
        Attachment.applied_on >= beginning,
    )
    here, others = Attachment.__table__.alias("here"), aliased(PersonVersion)
    of_one_day = exists().where(others.birth_date == PersonVersion.birth_date, others.person_id != Person.id)
    doubled = exists().where(or_(PersonLink.first_id == Person.id, PersonLink.second_id == Person.id))
    chosen = (
        select(Person, PersonVersion, IdentityDocument, Snils.number, here.c.clinic_code, Insurance.insurer_code)
        .join(PersonVersion, _current(PersonVersion))
        .join(IdentityDocument, _current(IdentityDocument))
        .join(Snils, _current(Snils))
        .join(Policy, _current(Policy))
        .join(Insurance, and_(_current(Insurance), Insurance.policy_id == Policy.id))
        .join(here, and_(here.c.person_id == Person.id, here.c.valid_to == OPEN_DATE, here.c.area_type == 1))
        .where(
            Person.died_on.is_(None),
            Person.merged_into.is_(None),
            Person.status == 1,
            Person.enp != "",
            Policy.type == "П",
            here.c.retracted_at == OPEN_MOMENT,
            here.c.clinic_code != but_of,
            here.c.applied_on < beginning,
            PersonVersion.patronymic != "",
            ~this_year,
            ~of_one_day,
            ~doubled,
        )
        .order_by(Person.id)
        .limit(count)
    )
    return [
        Example(person.bdz_id, clinic, insurer, _block(person, version, document, snils))
        for person, version, document, snils, clinic, insurer in session.execute(chosen)
    ]


def _current(model: Any) -> Any:
    return and_(model.person_id == Person.id, model.valid_to == OPEN_DATE, model.retracted_at == OPEN_MOMENT)


def _block(person: Person, version: PersonVersion, document: IdentityDocument, snils: str) -> dict[str, Any]:
    return {
        "surname": version.surname,
        "first_name": version.first_name,
        "patronymic": version.patronymic,
        "birth_date": version.birth_date,
        "sex": version.sex,
        "snils": format_snils(snils),
        "enp": person.enp,
        "document_type": document.type,
        "document_series": document.series,
        "document_number": document.number,
        "policy_type": "П",
        "policy_number": person.enp,
    }
