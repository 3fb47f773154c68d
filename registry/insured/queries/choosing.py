"""Choosing people of the registry whom a file of identification should ask about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from registry.insured.keys.queries import begins_with_name
from registry.insured.queries.survivors import filled, has, in_force, kin_of
from registry.insured.tables import Attachment, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.probe import probe

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


# where each paper stands in a row, its number last
PAPERS = {"snils": (6, 7), "document": (7, 10), "policy": (10, 13)}


def count_chosen(session: Session, wanted: Choice, on: date, most: int) -> int:
    """How many people the choice has, counted up to ``most`` + 1 and no further."""
    query = select(Person.id).join(PersonVersion, _now(PersonVersion, on)).where(*_conditions(session, wanted, on))
    return session.scalar(select(func.count()).select_from(query.limit(most + 1).subquery())) or 0


def chosen_people(session: Session, wanted: Choice, on: date, most: int) -> Iterator[Chosen]:
    """The people of the choice in the order of the registry, each once, streaming.

    A number, a document or a policy the person has none of is that of a record joined to it.
    """
    rows = session.execute(
        _query(on, *_conditions(session, wanted, on)).limit(most * 2), execution_options={"yield_per": FETCHED}
    )
    once = islice(_once(rows), most)
    while portion := list(islice(once, FETCHED)):
        yield from _completed(session, portion, on)


def _once(rows: Iterable[Any]) -> Iterator[Chosen]:
    last = 0
    for row in rows:
        if row[0] != last:
            last = row[0]
            yield Chosen(*(value if value is not None else _absent(place) for place, value in enumerate(row)))


def _completed(session: Session, portion: list[Chosen], on: date) -> Iterator[Chosen]:
    lacking = [one.person_id for one in portion if not (one.snils and one.document_number and one.policy_number)]
    kin = {one: records[1:] for one, records in kin_of(session, lacking).items() if len(records) > 1}
    others = {record for records in kin.values() for record in records}
    joined: dict[int, Chosen] = {}
    if others:
        asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(others)])
        query = _query(on, Person.id.in_(select(asked.c.id)))
        joined = {one.person_id: one for one in _once(session.execute(query))}
    for own in portion:
        told = [joined[record] for record in kin.get(own.person_id, ()) if record in joined]
        yield own._replace(**_papers([own, *told])) if told else own


def _papers(records: Sequence[Chosen]) -> dict[str, Any]:
    """The first of each paper, whole: the series of one document does not go with the number of another."""
    papers = filled(
        {name: record[start:end] if record[end - 1] else "" for name, (start, end) in PAPERS.items()}
        for record in records
    )
    return {
        column: value
        for name, (start, end) in PAPERS.items()
        if papers[name]
        for column, value in zip(Chosen._fields[start:end], papers[name], strict=True)
    }


def _absent(place: int) -> Any:
    return None if Chosen._fields[place] == "document_type" else ""


def _query(on: date, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
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
        .where(*conditions)
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


def _conditions(session: Session, wanted: Choice, on: date) -> list[ColumnElement[bool]]:
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
        conditions.append(begins_with_name(session, PersonVersion.surname_key, wanted.surname))
    lacking = {
        "snils": ~_has(Snils, on),
        "document": ~_has(IdentityDocument, on),
        "enp": or_(Person.enp == "", Person.enp.is_(None)),
        "insurance": ~_has(Insurance, on),
    }
    return conditions + [lacking[name] for name in wanted.lacking if name in lacking]
