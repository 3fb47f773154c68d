"""Who led to whom, and which number and death a record had, as known at an earlier moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.insured.tables import DeathFact, Person, PersonEnp, PersonLead


class Named(NamedTuple):
    """The main ЕНП of a record and the date of a registered death."""

    enp: str
    died_on: date | None


def known_at(model: Any, at: datetime) -> ColumnElement[bool]:
    """The condition that a row was known at a moment."""
    return and_(model.recorded_at <= at, model.retracted_at > at)


def leads_then(session: Session, ids: Iterable[int], at: datetime) -> dict[int, int]:
    """The record each of these led to at the moment, of those that led anywhere."""
    query = select(PersonLead.person_id, PersonLead.survivor_id)
    rows = session.execute(query.where(PersonLead.person_id.in_(sorted(set(ids))), known_at(PersonLead, at)))
    return {row.person_id: row.survivor_id for row in rows}


def kin_then(session: Session, ids: Iterable[int], at: datetime) -> dict[int, list[int]]:
    """All records of the human each of these was a record of at the moment: the record itself first."""
    wanted = sorted(set(ids))
    leads = leads_then(session, wanted, at)
    roots = {one: leads.get(one, one) for one in wanted}
    query = select(PersonLead.person_id, PersonLead.survivor_id)
    below: dict[int, set[int]] = {}
    for row in session.execute(query.where(PersonLead.survivor_id.in_(set(roots.values())), known_at(PersonLead, at))):
        below.setdefault(row.survivor_id, set()).add(row.person_id)
    return {one: [one, *sorted(({root} | below.get(root, set())) - {one})] for one, root in roots.items()}


def had_then(facts: Any, person_id: Any, conditions: Any, at: datetime) -> ColumnElement[bool]:
    """The condition that the record, or another of the same human as known at the moment, has such a row."""
    own, kin = aliased(facts), aliased(facts)
    up, down = aliased(PersonLead), aliased(PersonLead)
    of_joined = exists().where(
        down.survivor_id == person_id, known_at(down, at), kin.person_id == down.person_id, *conditions(kin)
    )
    of_survivor = exists().where(
        up.person_id == person_id,
        known_at(up, at),
        or_(
            kin.person_id == up.survivor_id,
            exists().where(down.survivor_id == up.survivor_id, known_at(down, at), kin.person_id == down.person_id),
        ),
        *conditions(kin),
    )
    return or_(exists().where(own.person_id == person_id, *conditions(own)), of_joined, of_survivor)


def named_then(session: Session, people: Sequence[Person], on: date, at: datetime) -> dict[int, Named]:
    """Numbers and deaths of these records on a day, as known at the moment; of what has no history, what holds now."""
    ids = sorted({one.id for one in people})
    numbers: dict[int, str] = {}
    deaths: dict[int, date | None] = {}
    for enp in session.scalars(select(PersonEnp).where(PersonEnp.person_id.in_(ids)).order_by(PersonEnp.valid_from)):
        numbers.setdefault(enp.person_id, "")
        if enp.recorded_at <= at < enp.retracted_at and (enp.valid_from <= on or not numbers[enp.person_id]):
            numbers[enp.person_id] = enp.number
    for death in session.scalars(select(DeathFact).where(DeathFact.person_id.in_(ids))):
        deaths.setdefault(death.person_id, None)
        if death.registered and death.recorded_at <= at < death.retracted_at:
            deaths[death.person_id] = death.valid_from
    return {one.id: Named(numbers.get(one.id, one.enp), deaths.get(one.id, one.died_on)) for one in people}
