"""What the registry holds about people now, field by field, with the source of every value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, FromClause, select
from sqlalchemy.orm import Session

from registry.insured.buffer.rules import KnownFact, KnownPerson
from registry.insured.tables import Contact, IdentityDocument, Insurance, Person, PersonVersion, Policy, Snils
from registry.store.base import OPEN_MOMENT
from registry.store.probe import probe

#: Canonical field → column, of every table of dated facts the buffer compares.
FIELDS: tuple[tuple[Any, Mapping[str, Any]], ...] = (
    (
        PersonVersion,
        {
            "surname": PersonVersion.surname,
            "first_name": PersonVersion.first_name,
            "patronymic": PersonVersion.patronymic,
            "birth_date": PersonVersion.birth_date,
            "birth_precision": PersonVersion.birth_precision,
            "sex": PersonVersion.sex,
            "birth_place": PersonVersion.birth_place,
            "citizenship": PersonVersion.citizenship,
            "stateless": PersonVersion.stateless,
            "category": PersonVersion.category,
            "employment": PersonVersion.employment,
        },
    ),
    (
        IdentityDocument,
        {
            "document_type": IdentityDocument.type,
            "document_series": IdentityDocument.series,
            "document_number": IdentityDocument.number,
            "document_issued_on": IdentityDocument.issued_on,
            "document_expires_on": IdentityDocument.expires_on,
            "document_issuer": IdentityDocument.issuer,
        },
    ),
    (Snils, {"snils": Snils.number}),
)
Facts = dict[int, dict[str, KnownFact]]


def known_people(session: Session, person_ids: Iterable[int], today: date) -> dict[int, KnownPerson]:
    """Return what is known now of each of these people; a handful of queries for any number of them."""
    ids = sorted(set(person_ids))
    asked = probe(session, [("id", BigInteger)], [(one,) for one in ids])
    facts: Facts = {one: {} for one in ids}
    for model, columns in FIELDS:
        for person_id, fact, values in _latest(session, asked, model, list(columns.values())):
            for name, value in zip(columns, values, strict=True):
                facts[person_id][name] = KnownFact(value, fact.since, fact.recorded_at, fact.source, fact.packet_id)
    _numbers(session, asked, facts)
    for row in session.scalars(
        select(Contact).join(asked, asked.c.id == Contact.person_id).where(*_open(Contact, today))
    ):
        facts[row.person_id][row.kind] = KnownFact(
            row.value, row.valid_from, row.recorded_at, row.source, row.packet_id
        )
    insurers = _insurers(session, asked, today)
    return {one: KnownPerson(facts[one], insurers.get(one, "")) for one in ids}


def _open(model: Any, today: date) -> Sequence[Any]:
    return (model.retracted_at == OPEN_MOMENT, model.valid_from <= today, model.valid_to >= today)


def _latest(
    session: Session, asked: FromClause, model: Any, columns: Sequence[Any]
) -> Iterator[tuple[int, KnownFact, Sequence[Any]]]:
    """Yield the newest row of each person that counts; rows come oldest first, so the newest is yielded last."""
    query = (
        select(model.person_id, model.valid_from, model.recorded_at, model.source, model.packet_id, *columns)
        .join(asked, asked.c.id == model.person_id)
        .where(model.retracted_at == OPEN_MOMENT)
        .order_by(model.valid_from, model.id)
    )
    for person_id, since, recorded_at, source, packet_id, *values in session.execute(query):
        yield person_id, KnownFact(None, since, recorded_at, source, packet_id), values


def _numbers(session: Session, asked: FromClause, facts: Facts) -> None:
    """The ЕНП with the source of the newest policy that bears it, and the death."""
    query = select(Person).join(asked, asked.c.id == Person.id)
    people = {one.id: one for one in session.scalars(query)}
    for person in people.values():
        found = facts[person.id]
        found["enp"] = KnownFact(person.enp, None, person.recorded_at)
        found["died_on"] = KnownFact(person.died_on, person.died_on, person.recorded_at, person.death_source)
    for person_id, fact, (enp,) in _latest(session, asked, Policy, [Policy.enp]):
        if enp and enp == people[person_id].enp:
            facts[person_id]["enp"] = KnownFact(enp, fact.since, fact.recorded_at, fact.source, fact.packet_id)


def _insurers(session: Session, asked: FromClause, today: date) -> dict[int, str]:
    query = (
        select(Insurance.person_id, Insurance.insurer_code)
        .join(asked, asked.c.id == Insurance.person_id)
        .where(*_open(Insurance, today))
        .order_by(Insurance.valid_from, Insurance.id)
    )
    return {row.person_id: row.insurer_code for row in session.execute(query)}
