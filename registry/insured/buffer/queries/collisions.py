"""What else a buffered change would touch: other people with the same keys, the insurance and the attachments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from registry.core.checks.enp import facet_agrees
from registry.core.normalisation import digits
from registry.insured.buffer.rules import KnownPerson
from registry.insured.keys.queries import is_form
from registry.insured.queries.survivors import kin_of
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_MOMENT

MOST = 5


@dataclass(frozen=True, slots=True)
class Collision:
    """Another person who already has a key the change would give."""

    what: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Touched:
    """Insurance and attachments of the person that are in force, which a death or another person's keys would end."""

    insurance: Insurance | None
    attachments: tuple[Attachment, ...]


def collisions(session: Session, person_id: int, known: KnownPerson, values: Mapping[str, Any]) -> list[Collision]:
    """Other living records that hold the proposed ЕНП, СНИЛС, document, or names with the birth date."""
    after = {name: fact.value for name, fact in known.facts.items()} | dict(values)
    found = []
    for what, query in _queries(session, after, values):
        other = query.where(Person.id != person_id, Person.status != 2, Person.merged_into.is_(None)).limit(MOST)
        found += [Collision(what, one) for one in session.scalars(other.distinct())]
    return found


def touched(session: Session, person_id: int, today: date) -> Touched:
    """What of the person is in force today, what stands in a joined record too."""
    records = kin_of(session, [person_id])[person_id]
    insurance = session.scalars(
        select(Insurance)
        .where(Insurance.person_id.in_(records), *_in_force(Insurance, today))
        .order_by(Insurance.valid_from.desc())
        .limit(1)
    ).first()
    attachments = session.scalars(
        select(Attachment).where(Attachment.person_id.in_(records), *_in_force(Attachment, today))
    ).all()
    return Touched(insurance, tuple(attachments))


def facet_will_differ(known: KnownPerson, values: Mapping[str, Any]) -> bool:
    """True when the ЕНП will no longer agree with sex and birth date, which the number keeps nevertheless (3.1)."""
    enp, sex, born = (values.get(name, known.value(name)) for name in ("enp", "sex", "birth_date"))
    if not (enp and sex and born) or not {"enp", "sex", "birth_date"} & values.keys():
        return False
    return not facet_agrees(str(enp), int(sex), born)


def _in_force(model: Any, today: date) -> tuple[ColumnElement[bool], ...]:
    return (model.retracted_at == OPEN_MOMENT, model.valid_from <= today, model.valid_to >= today)


def _queries(
    session: Session, after: Mapping[str, Any], values: Mapping[str, Any]
) -> Iterator[tuple[str, Select[Any]]]:
    if values.get("enp"):
        enp = digits(str(values["enp"]))
        policies = select(Policy.person_id).where(Policy.enp == enp, Policy.retracted_at == OPEN_MOMENT)
        yield "ЕНП", select(Person.id).where(or_(Person.enp == enp, Person.id.in_(policies)))
    if values.get("snils"):
        owners = select(Snils.person_id).where(
            Snils.number == digits(str(values["snils"])), Snils.retracted_at == OPEN_MOMENT
        )
        yield "СНИЛС", select(Person.id).where(Person.id.in_(owners))
    if values.get("document_number"):
        written = (str(after.get("document_series") or ""), str(values["document_number"]))
        papers = select(IdentityDocument.person_id).where(
            is_form(session, IdentityDocument.number_key, "document", *written),
            IdentityDocument.retracted_at == OPEN_MOMENT,
        )
        yield "документ", select(Person.id).where(Person.id.in_(papers))
    if {"surname", "first_name", "patronymic", "birth_date"} & values.keys() and after.get("birth_date"):
        namesakes = select(PersonVersion.person_id).where(
            is_form(session, PersonVersion.surname_key, "name", after.get("surname") or ""),
            is_form(session, PersonVersion.first_name_key, "name", after.get("first_name") or ""),
            is_form(session, PersonVersion.patronymic_key, "name", after.get("patronymic") or ""),
            PersonVersion.birth_date == after["birth_date"],
            PersonVersion.retracted_at == OPEN_MOMENT,
        )
        yield "ФИО и дата рождения", select(Person.id).where(Person.id.in_(namesakes))
