"""The journal of exchange as people read it: bounded by a period, continued by its key, never counted as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from registry.core.normalisation import digits, name_key
from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import JournalEntry, Organisation

#: Ids grow with time but two senders at once may pass each other: the range of ids is wider by this many.
SLACK = 10_000
PACKET_ID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class JournalFilter:
    """What the journal is narrowed to; empty means any."""

    since: datetime | None = None
    until: datetime | None = None
    channel: str = ""
    direction: str = ""
    kind: str = ""
    statuses: tuple[str, ...] = ()
    organisation_id: int | None = None
    text: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the journal with the name of its organisation."""

    entry: JournalEntry
    organisation: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.entry.id


def _selection() -> Select[JournalEntry, str]:
    name = func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name, "")
    return select(JournalEntry, name).outerjoin(Organisation, Organisation.id == JournalEntry.organisation_id)


def journal_page(
    session: Session,
    visibility: Visibility,
    wanted: JournalFilter,
    *,
    after: int | None = None,
    limit: int = 50,
    oldest_first: bool = False,
) -> list[JournalLine]:
    """At most ``limit`` lines, newest first unless asked otherwise, going on behind the line ``after``."""
    query = _selection().where(visibility.condition(JournalEntry.organisation_id), *_conditions(session, wanted))
    if after is not None:
        query = query.where(JournalEntry.id > after if oldest_first else JournalEntry.id < after)
    order = JournalEntry.id.asc() if oldest_first else JournalEntry.id.desc()
    return [JournalLine(entry, name) for entry, name in session.execute(query.order_by(order).limit(limit))]


def journal_line(session: Session, visibility: Visibility, line_id: int) -> JournalLine | None:
    """The line with this id, or None when there is none or it is not for these eyes."""
    query = _selection().where(JournalEntry.id == line_id, visibility.condition(JournalEntry.organisation_id))
    found = session.execute(query).one_or_none()
    return JournalLine(found[0], found[1]) if found else None


def journal_counts(session: Session, visibility: Visibility, since: datetime) -> dict[str, int]:
    """How many lines of each status came since a moment; for a day, where counting is cheap."""
    query = (
        select(JournalEntry.status, func.count())
        .where(JournalEntry.at >= since, visibility.condition(JournalEntry.organisation_id))
        .group_by(JournalEntry.status)
    )
    return dict(session.execute(query).all())


def packet_of_sender(session: Session, visibility: Visibility, sender_packet_id: str) -> list[int]:
    """Ids of the first lines that carry this packet id of a sender."""
    query = select(JournalEntry.id).where(
        JournalEntry.sender_packet_id == sender_packet_id, visibility.condition(JournalEntry.organisation_id)
    )
    return list(session.scalars(query.order_by(JournalEntry.id).limit(20)))


def visible_packets(session: Session, visibility: Visibility, ids: Iterable[int]) -> dict[int, JournalEntry]:
    """The lines among ``ids`` these eyes may see, by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    query = select(JournalEntry).where(JournalEntry.id.in_(wanted), visibility.condition(JournalEntry.organisation_id))
    return {entry.id: entry for entry in session.scalars(query)}


def _conditions(session: Session, wanted: JournalFilter) -> list[ColumnElement[bool]]:
    conditions = _period(session, wanted)
    for column, value in (
        (JournalEntry.channel, wanted.channel),
        (JournalEntry.direction, wanted.direction),
        (JournalEntry.kind, wanted.kind),
        (JournalEntry.login, wanted.login),
    ):
        if value:
            conditions.append(column == value)
    if wanted.statuses:
        conditions.append(JournalEntry.status.in_(wanted.statuses))
    if wanted.organisation_id is not None:
        conditions.append(JournalEntry.organisation_id == wanted.organisation_id)
    return conditions + _text(wanted.text)


def _period(session: Session, wanted: JournalFilter) -> list[ColumnElement[bool]]:
    """The period as a range of ids, found through the index on time, and exactly by time within that range."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        first = select(JournalEntry.id).where(JournalEntry.at >= wanted.since).order_by(JournalEntry.at).limit(1)
        found = session.scalar(first)
        conditions += [JournalEntry.id >= (found or 0) - SLACK, JournalEntry.at >= wanted.since]
    if wanted.until is not None:
        last = select(JournalEntry.id).where(JournalEntry.at < wanted.until).order_by(JournalEntry.at.desc()).limit(1)
        found = session.scalar(last)
        conditions += [JournalEntry.id <= (found or 0) + SLACK, JournalEntry.at < wanted.until]
    return conditions


def _text(text: str) -> list[ColumnElement[bool]]:
    """Every word must occur; a packet id of a sender is looked up through its index."""
    text = text.strip()
    if PACKET_ID.fullmatch(text):
        return [JournalEntry.sender_packet_id.in_(sorted({text, text.lower(), text.upper()}))]
    number = digits(text)
    if len(number) == 11 and not re.search(r"[^\d\s-]", text):
        return [JournalEntry.search_text.contains(number, autoescape=True)]
    return [_word(word) for word in text.split()]


def _word(word: str) -> ColumnElement[bool]:
    spellings = {word.upper(), name_key(word), word} - {""}
    return or_(*(JournalEntry.search_text.contains(spelling, autoescape=True) for spelling in sorted(spellings)))
