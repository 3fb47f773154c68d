"""The rows of the buffer as screens show them: pages, one row with what stands beside it, how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

from registry.core.normalisation import digits, name_key
from registry.insured.buffer.rules import CONTACTS, DEATH, DOCUMENT, ENP, GROUPS, IDENTITY, SNILS
from registry.insured.buffer.tables import BufferedChange, BufferStep
from registry.insured.buffer.workflow import OPEN
from registry.insured.keys.queries import begins_with_name
from registry.insured.tables import Person, PersonVersion
from registry.store.base import OPEN_MOMENT

MOST_COUNTED = 1_000
FIELD_GROUPS = (IDENTITY, ENP, SNILS, DOCUMENT, DEATH, CONTACTS)
WAITING = [one.value for one in OPEN]


@dataclass(frozen=True, slots=True)
class BufferFilter:
    """What the rows shown have in common. ``organisations`` are those the viewer may see, ``None`` is all."""

    organisations: frozenset[int] | None = None
    states: Sequence[str] = ()
    sender_kind: str = ""
    sender_code: str = ""
    group: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    stale: bool = False
    packet_id: int | None = None
    ids: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class BufferLine:
    """A row of the buffer with the person it is about, named as the registry names the person now."""

    change: BufferedChange
    person: Person
    version: PersonVersion | None = None
    contradicted: bool = False


def buffer_page(
    session: Session, wanted: BufferFilter, *, after: int | None = None, limit: int = 50, oldest_first: bool = False
) -> list[BufferLine]:
    """Rows of the buffer, the newest first unless asked otherwise, going on behind a row."""
    order = BufferedChange.id if oldest_first else BufferedChange.id.desc()
    query = (
        select(BufferedChange, Person)
        .join(Person, Person.id == BufferedChange.person_id)
        .where(*_conditions(session, wanted))
        .order_by(order)
        .limit(limit)
    )
    if after is not None:
        query = query.where(BufferedChange.id > after if oldest_first else BufferedChange.id < after)
    rows = session.execute(query).all()
    names = names_of(session, [person.id for _, person in rows])
    disputed = _disputed(session, [change for change, _ in rows])
    return [BufferLine(change, person, names.get(person.id), change.id in disputed) for change, person in rows]


def buffer_line(session: Session, change_id: int, organisations: frozenset[int] | None) -> BufferLine | None:
    """One row, when the viewer may see it."""
    wanted = BufferFilter(organisations=organisations, ids=frozenset((change_id,)))
    return next(iter(buffer_page(session, wanted, limit=1)), None)


def waiting_count(session: Session, organisations: frozenset[int] | None) -> int:
    """How many rows wait, counted no further than a screen needs."""
    some = (
        select(BufferedChange.id)
        .where(BufferedChange.status.in_(WAITING), _seen(organisations))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def steps_of(session: Session, change_id: int) -> Sequence[BufferStep]:
    """The history of a row, the newest first."""
    query = select(BufferStep).where(BufferStep.change_id == change_id).order_by(BufferStep.id.desc())
    return session.scalars(query).all()


def beside(session: Session, change: BufferedChange) -> Sequence[BufferedChange]:
    """Other waiting rows about the same person, those that speak of the same fields first."""
    rows = session.scalars(
        select(BufferedChange)
        .where(
            BufferedChange.person_id == change.person_id,
            BufferedChange.id != change.id,
            BufferedChange.status.in_(WAITING),
        )
        .order_by(BufferedChange.id)
        .limit(20)
    ).all()
    return sorted(rows, key=lambda one: not (one.proposed.keys() & change.proposed.keys()))


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, PersonVersion]:
    """The newest names of these people."""
    query = (
        select(PersonVersion)
        .where(PersonVersion.person_id.in_(person_ids), PersonVersion.retracted_at == OPEN_MOMENT)
        .order_by(PersonVersion.valid_from, PersonVersion.id)
    )
    return {row.person_id: row for row in session.scalars(query)}


def _disputed(session: Session, changes: Sequence[BufferedChange]) -> set[int]:
    """Waiting rows of a page that another waiting row contradicts."""
    waiting = [one for one in changes if one.status in OPEN]
    rows = session.scalars(
        select(BufferedChange).where(
            BufferedChange.person_id.in_({one.person_id for one in waiting}), BufferedChange.status.in_(WAITING)
        )
    ).all()
    return {
        one.id
        for one in waiting
        for other in rows
        if other.person_id == one.person_id
        and other.id != one.id
        and any(other.proposed.get(name, value) != value for name, value in one.proposed.items())
    }


def _conditions(session: Session, wanted: BufferFilter) -> list[ColumnElement[bool]]:
    found = [_seen(wanted.organisations)]
    if wanted.ids:
        found.append(BufferedChange.id.in_(sorted(wanted.ids)))
    if wanted.states:
        found.append(BufferedChange.status.in_(list(wanted.states)))
    if wanted.sender_kind:
        found.append(BufferedChange.sender_kind == wanted.sender_kind)
    if wanted.sender_code:
        found.append(BufferedChange.sender_code == wanted.sender_code)
    if wanted.group:
        found.append(
            or_(false(), *(BufferedChange.proposed[name].is_not(None) for name in GROUPS.get(wanted.group, ())))
        )
    if wanted.person:
        found.append(_person(session, wanted.person))
    if wanted.since:
        found.append(BufferedChange.created_at >= wanted.since)
    if wanted.until:
        found.append(BufferedChange.created_at < wanted.until)
    if wanted.stale:
        found.append(and_(BufferedChange.stale, BufferedChange.status.in_(WAITING)))
    if wanted.packet_id is not None:
        found.append(BufferedChange.packet_id == wanted.packet_id)
    return found


def _seen(organisations: frozenset[int] | None) -> ColumnElement[bool]:
    if organisations is None:
        return true()
    return BufferedChange.organisation_id.in_(sorted(organisations)) if organisations else false()


def _person(session: Session, text: str) -> ColumnElement[bool]:
    """A person by ЕНП or by the words of the name, as known now or before."""
    numbers = digits(text)
    if len(numbers) >= 11:
        return Person.enp == numbers
    words = [name_key(word) for word in text.split()[:3]]
    columns = (PersonVersion.surname_key, PersonVersion.first_name_key, PersonVersion.patronymic_key)
    named = [begins_with_name(session, column, word) for column, word in zip(columns, words, strict=False) if word]
    return exists().where(PersonVersion.person_id == BufferedChange.person_id, *named) if named else false()
