"""Joined records in lists: what the survivor has itself counts, what it lacks is read from the record joined to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from registry.insured.tables import Attachment, Insurance, Person
from registry.store.base import OPEN_MOMENT


def counts_once(on: date, known_at: datetime | None = None) -> ColumnElement[bool]:
    """The condition on ``Attachment`` that its record is not joined to one attached by the same area type that day."""
    joined, own = aliased(Person), aliased(Attachment)
    known = (
        own.retracted_at == OPEN_MOMENT
        if known_at is None
        else and_(own.recorded_at <= known_at, own.retracted_at > known_at)
    )
    covered = exists().where(
        joined.id == Attachment.person_id,
        own.person_id == joined.merged_into,
        own.area_type == Attachment.area_type,
        own.valid_from <= on,
        own.valid_to >= on,
        known,
    )
    return ~covered


def holds(facts: type[Attachment | Insurance], ours: ColumnElement[bool], today: date) -> ColumnElement[bool]:
    """The condition on ``Person`` that the person, or a record joined to it, has such a fact today."""
    now = and_(facts.valid_from <= today, facts.valid_to >= today, facts.retracted_at == OPEN_MOMENT)
    joined = aliased(Person)
    own = exists().where(facts.person_id == Person.id, ours, now)
    of_joined = exists().where(joined.merged_into == Person.id, facts.person_id == joined.id, ours, now)
    return or_(own, of_joined)


def survivors(session: Session, people: list[Person]) -> dict[int, Person]:
    """The record each of these leads to, of those that lead anywhere."""
    led = {one.id: one.merged_into for one in people if one.merged_into is not None}
    if not led:
        return {}
    found = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(set(led.values()))))}
    return {one: found[target] for one, target in led.items() if target in found}
