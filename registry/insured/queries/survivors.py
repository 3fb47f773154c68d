"""Joined records in lists: what the survivor has itself counts, what it lacks is read from the record joined to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from registry.insured.queries.known_then import had_then, kin_then, leads_then
from registry.insured.tables import Attachment, Person, PersonLead
from registry.store.base import OPEN_MOMENT
from registry.store.probe import probe


def counts_once(on: date, known_at: datetime | None = None) -> ColumnElement[bool]:
    """The condition on ``Attachment`` that its record is not joined to one attached by the same area type that day.

    With ``known_at`` both are what was known then.
    """
    own = aliased(Attachment)
    if known_at is None:
        joined = aliased(Person)
        known: ColumnElement[bool] = own.retracted_at == OPEN_MOMENT
        leads = and_(joined.id == Attachment.person_id, own.person_id == joined.merged_into)
    else:
        lead = aliased(PersonLead)
        known = and_(own.recorded_at <= known_at, own.retracted_at > known_at)
        leads = and_(
            lead.person_id == Attachment.person_id,
            own.person_id == lead.survivor_id,
            lead.recorded_at <= known_at,
            lead.retracted_at > known_at,
        )
    covered = exists().where(
        leads,
        own.area_type == Attachment.area_type,
        own.valid_from <= on,
        own.valid_to >= on,
        known,
    )
    return ~covered


Where = Callable[[Any], Sequence[ColumnElement[bool]]]


def has(facts: Any, person_id: Any, where: Where, known_at: datetime | None = None) -> ColumnElement[bool]:
    """The condition that the record ``person_id``, or any other of the same human, has such a row.

    With ``known_at`` the records of a human are those known then.

    ``where`` gives the conditions on the rows it is handed. Each branch goes by an index: most records are joined to
    nobody, and the second and the third cost one look each.
    """
    if known_at is not None:
        return had_then(facts, person_id, where, known_at)
    own, of_joined, of_kin = aliased(facts), aliased(facts), aliased(facts)
    joined, me, kin = aliased(Person), aliased(Person), aliased(Person)
    return or_(
        exists().where(own.person_id == person_id, *where(own)),
        exists().where(joined.merged_into == person_id, of_joined.person_id == joined.id, *where(of_joined)),
        exists().where(
            me.id == person_id,
            me.merged_into.is_not(None),
            or_(kin.id == me.merged_into, kin.merged_into == me.merged_into),
            of_kin.person_id == kin.id,
            *where(of_kin),
        ),
    )


def in_force(facts: Any, on: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a row holds on a day, as known now."""
    return (facts.valid_from <= on, facts.valid_to >= on, facts.retracted_at == OPEN_MOMENT)


def kin_of(session: Session, ids: Iterable[int], known_at: datetime | None = None) -> dict[int, list[int]]:
    """All records of the human each of these is a record of: the record itself first, then the others in order."""
    if known_at is not None:
        return kin_then(session, ids, known_at)
    wanted = sorted(set(ids))
    asked = probe(session, [("id", BigInteger)], [(one,) for one in wanted])
    me, kin = aliased(Person), aliased(Person)
    survivors_ = select(me.id, me.merged_into).join(asked, asked.c.id == me.id).where(me.merged_into.is_not(None))
    below = (
        select(me.id, kin.id)
        .join(asked, asked.c.id == me.id)
        .join(kin, kin.merged_into == func.coalesce(me.merged_into, me.id))
    )
    others: dict[int, set[int]] = {one: set() for one in wanted}
    found: Sequence[Any] = session.connection().execute(union_all(survivors_, below)).all()
    for row in found:
        others[row[0]].add(row[1])
    return {one: [one, *sorted(others[one] - {one})] for one in wanted}


def tellers_of(session: Session, ids: Iterable[int]) -> dict[int, list[int]]:
    """Every record of the humans these are records of, with those of ``ids`` that its rows tell of as well."""
    found: dict[int, list[int]] = {}
    for one, records in kin_of(session, ids).items():
        for record in records:
            found.setdefault(record, []).append(one)
    return found


def filled(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What is told of a human whose records say this: the first counts, the others fill what it has none of."""
    told: dict[str, Any] = {}
    for record in records:
        told |= {name: value for name, value in record.items() if told.get(name) in (None, "")}
    return told


def survivors(session: Session, people: list[Person], known_at: datetime | None = None) -> dict[int, Person]:
    """The record each of these leads to, or led to as known at a moment, of those that lead anywhere."""
    if known_at is not None:
        led = leads_then(session, (one.id for one in people), known_at)
    else:
        led = {one.id: one.merged_into for one in people if one.merged_into is not None}
    if not led:
        return {}
    found = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(set(led.values()))))}
    return {one: found[target] for one, target in led.items() if target in found}
