"""Batches of identification: files of people to be found, how far each has come and how its rows ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from registry.core.normalisation import digits
from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import Job, JournalEntry, Organisation, Packet, RecordRow

KIND, DIALECT = "identification", "files"
NAMES = ("surname", "first_name", "patronymic")


@dataclass(frozen=True, kw_only=True)
class BatchFilter:
    """What the list is narrowed to; ``answered`` is None for all."""

    since: datetime | None = None
    until: datetime | None = None
    organisation_id: int | None = None
    answered: bool | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """A file of people to be found."""

    entry: JournalEntry
    packet: Packet
    organisation: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.packet.id

    @property
    def rows(self) -> int:
        """Rows of the file: what its header promises until all are read."""
        promised = int(self.packet.properties.get("rows") or 0)
        return self.entry.records if self.packet.finished_at is not None else max(promised, self.packet.done)

    @property
    def percent(self) -> int:
        """How much of it is answered."""
        if self.packet.finished_at is not None:
            return 100
        return min(99, self.packet.done * 100 // self.rows) if self.rows else 0

    def ended(self, *outcomes: str) -> int:
        """Rows that ended in one of these ways."""
        counts = self.packet.properties.get("outcomes", {})
        return sum(int(counts.get(one, 0)) for one in outcomes)


def batch_page(
    session: Session, visibility: Visibility, wanted: BatchFilter, *, after: int | None = None, limit: int = 50
) -> list[Batch]:
    """At most ``limit`` batches, newest first, going on behind the packet ``after``."""
    query = _selection().where(visibility.condition(Packet.organisation_id), *_conditions(wanted))
    if after is not None:
        query = query.where(Packet.id < after)
    return [Batch(*row) for row in session.execute(query.order_by(Packet.id.desc()).limit(limit))]


def batch(session: Session, visibility: Visibility, packet_id: int) -> Batch | None:
    """The batch with this number, or None when there is none or it is not for these eyes."""
    query = _selection().where(Packet.id == packet_id, visibility.condition(Packet.organisation_id))
    row = session.execute(query).one_or_none()
    return Batch(*row) if row else None


def batch_named(session: Session, visibility: Visibility, name: str) -> Batch | None:
    """The newest batch whose file has this name without its extension, whatever the case of its letters."""
    query = _selection().where(Packet.sender_packet_id == name.upper(), visibility.condition(Packet.organisation_id))
    row = session.execute(query.order_by(Packet.id.desc()).limit(1)).one_or_none()
    return Batch(*row) if row else None


def batch_rows(
    session: Session,
    packet_id: int,
    *,
    outcomes: Sequence[str] = (),
    text: str = "",
    after: int | None = None,
    limit: int = 50,
) -> list[RecordRow]:
    """Rows of a batch in the order of the file, narrowed by how they ended and by a row number, a name or a number."""
    query = select(RecordRow).where(RecordRow.packet_id == packet_id, *_wanted(text))
    if outcomes:
        query = query.where(RecordRow.outcome.in_(outcomes))
    if after is not None:
        query = query.where(RecordRow.position > after)
    return list(session.scalars(query.order_by(RecordRow.position).limit(limit)))


def job_of_batch(session: Session, packet_id: int) -> Job | None:
    """The newest job of a batch."""
    return session.scalar(select(Job).where(Job.packet_id == packet_id).order_by(Job.id.desc()).limit(1))


def _selection() -> Select[JournalEntry, Packet, str]:
    name = func.coalesce(func.nullif(Organisation.short_name, ""), Organisation.name)
    return (
        select(JournalEntry, Packet, name)
        .join(Packet, Packet.id == JournalEntry.id)
        .join(Organisation, Organisation.id == Packet.organisation_id)
        .where(Packet.kind == KIND, Packet.dialect == DIALECT)
    )


def _conditions(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(JournalEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(JournalEntry.at < wanted.until)
    if wanted.organisation_id is not None:
        conditions.append(Packet.organisation_id == wanted.organisation_id)
    if wanted.answered is not None:
        has_answer = Packet.finished_at.is_not(None) & (Packet.answer_name != "")
        conditions.append(has_answer if wanted.answered else ~has_answer)
    if wanted.name:
        conditions.append(Packet.sender_packet_id.contains(wanted.name.upper(), autoescape=True))
    return conditions


def _wanted(text: str) -> list[ColumnElement[bool]]:
    """A short number is that of a row, a long one an ЕНП or a СНИЛС; words begin the surname and the given names."""
    text = text.strip()
    number = digits(text) if not any(letter.isalpha() for letter in text) else ""
    if number and len(number) <= 7:
        return [RecordRow.position == int(number)]
    if number:
        return [(_field("enp") == number) | (_field("snils") == text) | (_field("snils") == number)]
    return [_begins(name, word) for name, word in zip(NAMES, text.split(), strict=False)]


def _begins(name: str, word: str) -> ColumnElement[bool]:
    """Names stand in records as they were written: in capitals or not."""
    spellings = sorted({word, word.upper(), word.capitalize()})
    return or_(*(_field(name).startswith(spelling, autoescape=True) for spelling in spellings))


def _field(name: str) -> ColumnElement[str]:
    found: ColumnElement[str] = RecordRow.fields[name].as_string()
    return found
