"""Exchange with other departments: files with matched and unmatched rows, and the unmatched rows themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry.exchange.tables import FindingRow, JournalEntry, Organisation, OrganisationCode, Packet, RecordRow

AGENCY = "agency"
#: The record was taken, but a person has to decide before anything changes.
WAITING = ("CHANGE_IN_BUFFER", "DEATH_ANNOUNCED")
REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class AgencyFilter:
    """Which files: of a department, of a kind, in or out, since a moment; or the rows of one packet."""

    agency: str = ""
    kind: str = ""
    direction: str = ""
    since: datetime | None = None
    packet_id: int | None = None


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """A file to or from a department with what became of its rows."""

    entry: JournalEntry
    agency: str
    code: str
    answer_name: str
    matched: int = 0
    unmatched: int = 0
    waiting: int = 0
    rejected: int = 0

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.entry.id


@dataclass(frozen=True, slots=True)
class UnmatchedRow:
    """A row of a list nobody was found for, with the first finding that says why."""

    packet_id: int
    position: int
    number: str
    fields: dict[str, Any]
    file_name: str
    at: datetime
    agency: str
    text: str
    code: str

    @property
    def key(self) -> str:
        """What the next page continues from."""
        return f"{self.packet_id}|{self.position}"


def agency_files(
    session: Session, wanted: AgencyFilter, *, after: int | None = None, limit: int = 50
) -> list[AgencyFile]:
    """Files of departments, the newest first."""
    query = _of_agencies(
        select(JournalEntry, Organisation.name, OrganisationCode.code, Packet.answer_name)
        .join(Packet, Packet.id == JournalEntry.id)
        .join(Organisation, Organisation.id == Packet.organisation_id),
        wanted,
    )
    if wanted.direction:
        query = query.where(JournalEntry.direction == wanted.direction)
    if after is not None:
        query = query.where(JournalEntry.id < after)
    rows = session.execute(query.order_by(JournalEntry.id.desc()).limit(limit)).all()
    counts = _counts(session, [entry.id for entry, *_ in rows])
    return [AgencyFile(entry, name, code, answer, *counts.get(entry.id, ())) for entry, name, code, answer in rows]


def unmatched_rows(
    session: Session, wanted: AgencyFilter, *, after: Sequence[str] = (), limit: int = 50
) -> list[UnmatchedRow]:
    """Refused rows nobody was found for, the newest file first, in the order of the file."""
    query = _of_agencies(
        select(
            RecordRow.packet_id,
            RecordRow.position,
            RecordRow.number,
            RecordRow.fields,
            Packet.file_name,
            Packet.received_at,
            Organisation.name,
        )
        .join(Packet, Packet.id == RecordRow.packet_id)
        .join(Organisation, Organisation.id == Packet.organisation_id)
        .where(RecordRow.person_id.is_(None), RecordRow.status == REJECTED),
        wanted,
    )
    if len(after) == 2 and all(one.isdecimal() and len(one) < 19 for one in after):
        packet_id, position = int(after[0]), int(after[1])
        behind = (RecordRow.packet_id == packet_id) & (RecordRow.position > position)
        query = query.where((RecordRow.packet_id < packet_id) | behind)
    rows = session.execute(query.order_by(RecordRow.packet_id.desc(), RecordRow.position).limit(limit)).all()
    said = _said(session, {row.packet_id for row in rows})
    return [
        UnmatchedRow(
            packet_id=row.packet_id,
            position=row.position,
            number=row.number,
            fields=row.fields,
            file_name=row.file_name,
            at=row.received_at,
            agency=row.name,
            text=said.get((row.packet_id, row.position), ("", ""))[0],
            code=said.get((row.packet_id, row.position), ("", ""))[1],
        )
        for row in rows
    ]


def _of_agencies(query: Any, wanted: AgencyFilter) -> Any:
    query = query.join(
        OrganisationCode,
        (OrganisationCode.organisation_id == Organisation.id) & (OrganisationCode.scheme == AGENCY),
    ).where(Organisation.kind == AGENCY)
    if wanted.agency:
        query = query.where(OrganisationCode.code == wanted.agency)
    if wanted.kind:
        query = query.where(Packet.kind == wanted.kind)
    if wanted.since:
        query = query.where(Packet.received_at >= wanted.since)
    if wanted.packet_id is not None:
        query = query.where(Packet.id == wanted.packet_id)
    return query


def _counts(session: Session, packet_ids: Sequence[int]) -> dict[int, tuple[int, int, int, int]]:
    counted = (
        select(
            RecordRow.packet_id,
            func.count(RecordRow.person_id),
            func.count() - func.count(RecordRow.person_id),
            func.sum(case((RecordRow.status == REJECTED, 1), else_=0)),
        )
        .where(RecordRow.packet_id.in_(packet_ids))
        .group_by(RecordRow.packet_id)
    )
    waits = (
        select(FindingRow.packet_id, func.count(FindingRow.position.distinct()))
        .where(FindingRow.packet_id.in_(packet_ids), FindingRow.code.in_(WAITING))
        .group_by(FindingRow.packet_id)
    )
    waiting = {row[0]: int(row[1]) for row in session.execute(waits)}
    return {
        packet_id: (matched, unmatched, waiting.get(packet_id, 0), int(rejected or 0))
        for packet_id, matched, unmatched, rejected in session.execute(counted)
    }


def _said(session: Session, packet_ids: set[int]) -> dict[tuple[int, int], tuple[str, str]]:
    query = (
        select(FindingRow.packet_id, FindingRow.position, FindingRow.text, FindingRow.code)
        .where(FindingRow.packet_id.in_(sorted(packet_ids)), FindingRow.level == "error")
        .order_by(FindingRow.id.desc())
    )
    return {(packet_id, position): (text, code) for packet_id, position, text, code in session.execute(query)}
