"""Choosing people of the registry whom a file of identification should ask about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from registry.insured.queries.survivors import has, in_force
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT

INSURED = 1
FETCHED = 2_000


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Whom to ask about; empty means any. ``lacking`` names what must be absent: snils, document, enp, insurance."""

    clinic: str = ""
    insurer: str = ""
    born_since: date | None = None
    born_until: date | None = None
    surname: str = ""
    lacking: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing narrows the registry."""
        return self == Choice()


class Chosen(NamedTuple):
    """One person as a request asks about them."""

    person_id: int
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int
    snils: str
    document_type: int | None
    document_series: str
    document_number: str
    policy_type: str
    policy_series: str
    policy_number: str
    enp: str


def count_chosen(session: Session, wanted: Choice, on: date, most: int) -> int:
    """How many people the choice has, counted up to ``most`` + 1 and no further."""
    query = select(Person.id).join(PersonVersion, _now(PersonVersion, on)).where(*_conditions(wanted, on))
    return session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0


def chosen_people(session: Session, wanted: Choice, on: date, most: int) -> Iterator[Chosen]:
    """The people of the choice in the order of the registry, each once, streaming."""
    last = 0
    rows = session.execute(_query(wanted, on).limit(most * 2)).yield_per(FETCHED)
    count = 0
    for row in rows:
        if row[0] == last or count == most:
            continue
        last, count = row[0], count + 1
        yield Chosen(*(value if value is not None else _absent(place) for place, value in enumerate(row)))


def _absent(place: int) -> Any:
    return None if Chosen._fields[place] == "document_type" else ""


def _query(wanted: Choice, on: date) -> Select[*tuple[Any, ...]]:
    """Current values; a person of two open documents comes twice in a row."""
    policy_holds = and_(
        Policy.person_id == Person.id,
        Policy.retracted_at == OPEN_MOMENT,
        Policy.valid_from <= on,
        Policy.valid_to >= on,
    )
    names = (PersonVersion.surname, PersonVersion.first_name, PersonVersion.patronymic)
    document = (IdentityDocument.type, IdentityDocument.series, IdentityDocument.number)
    policy = (Policy.type, Policy.series, Policy.number, Person.enp)
    return (
        select(Person.id, *names, PersonVersion.birth_date, PersonVersion.sex, Snils.number, *document, *policy)
        .join(PersonVersion, _now(PersonVersion, on))
        .outerjoin(Snils, _now(Snils, on))
        .outerjoin(IdentityDocument, _now(IdentityDocument, on))
        .outerjoin(Policy, policy_holds)
        .where(*_conditions(wanted, on))
        .order_by(Person.id, IdentityDocument.valid_from.desc(), Policy.valid_from.desc())
    )


def _now(model: Any, on: date) -> ColumnElement[bool]:
    """The rows of a person that hold on the day, of versions the open one."""
    if model is PersonVersion:
        return and_(model.person_id == Person.id, model.retracted_at == OPEN_MOMENT, model.valid_to == OPEN_DATE)
    return and_(
        model.person_id == Person.id,
        model.retracted_at == OPEN_MOMENT,
        model.valid_from <= on,
        model.valid_to >= on,
    )


def _has(model: Any, on: date, **which: str) -> ColumnElement[bool]:
    """Whether the person, or a record joined to it, has such a row on the day, whatever else the query joins."""
    return has(model, Person.id, lambda one: (*in_force(one, on), *(getattr(one, k) == v for k, v in which.items())))


def _conditions(wanted: Choice, on: date) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Person.status == INSURED, Person.merged_into.is_(None)]
    if wanted.clinic:
        conditions.append(_has(Attachment, on, clinic_code=wanted.clinic))
    if wanted.insurer:
        conditions.append(_has(Insurance, on, insurer_code=wanted.insurer))
    if wanted.born_since is not None:
        conditions.append(PersonVersion.birth_date >= wanted.born_since)
    if wanted.born_until is not None:
        conditions.append(PersonVersion.birth_date <= wanted.born_until)
    if wanted.surname:
        conditions.append(PersonVersion.surname_key.startswith(wanted.surname, autoescape=True))
    lacking = {
        "snils": ~_has(Snils, on),
        "document": ~_has(IdentityDocument, on),
        "enp": or_(Person.enp == "", Person.enp.is_(None)),
        "insurance": ~_has(Insurance, on),
    }
    return conditions + [lacking[name] for name in wanted.lacking if name in lacking]
