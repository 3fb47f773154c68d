"""One packet: bytes, records, findings, deliveries. Callers have asked ``journal_line`` for permission first."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.exchange.tables import Content, FindingRow, Job, OutboxMessage, Packet, RecordRow

RAW = "raw"
ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one code in a packet."""

    code: str
    level: str
    count: int


def packet(session: Session, packet_id: int) -> Packet | None:
    """The packet of a journal line; a refused caller has none."""
    return session.get(Packet, packet_id)


def organisations_of(session: Session, packet_ids: Collection[int]) -> dict[int, int]:
    """Whose packets these are."""
    query = select(Packet.id, Packet.organisation_id).where(Packet.id.in_(packet_ids))
    return {row.id: row.organisation_id for row in session.execute(query)}


def with_answers(session: Session, packet_ids: Collection[int]) -> set[int]:
    """Which of these packets are done and have an answer to be taken."""
    query = select(Packet.id).where(
        Packet.id.in_(packet_ids), Packet.finished_at.is_not(None), Packet.answer_name != ""
    )
    return set(session.scalars(query))


def record_page(
    session: Session,
    packet_id: int,
    *,
    statuses: Sequence[str] = (),
    number: str = "",
    after: int | None = None,
    limit: int = 50,
) -> list[RecordRow]:
    """Records of a packet in the order of the packet, going on behind the position ``after``."""
    query = select(RecordRow).where(RecordRow.packet_id == packet_id)
    if statuses:
        query = query.where(RecordRow.status.in_(statuses))
    if number:
        query = query.where(RecordRow.number == number)
    if after is not None:
        query = query.where(RecordRow.position > after)
    return list(session.scalars(query.order_by(RecordRow.position).limit(limit)))


def record(session: Session, packet_id: int, position: int) -> RecordRow | None:
    """One record of a packet by its position."""
    return session.get(RecordRow, (packet_id, position))


def neighbours(session: Session, packet_id: int, position: int) -> tuple[int | None, int | None]:
    """Positions of the records before and behind this one."""
    here = RecordRow.packet_id == packet_id
    before = select(func.max(RecordRow.position)).where(here, RecordRow.position < position)
    behind = select(func.min(RecordRow.position)).where(here, RecordRow.position > position)
    return session.scalar(before), session.scalar(behind)


def record_counts(session: Session, packet_id: int) -> dict[str, int]:
    """How many records of a packet ended how, through the index of one packet."""
    query = select(RecordRow.status, func.count()).where(RecordRow.packet_id == packet_id).group_by(RecordRow.status)
    return dict(session.execute(query).all())


def record_findings(session: Session, packet_id: int, positions: Sequence[int]) -> dict[int, list[FindingRow]]:
    """Findings of these records, by position."""
    found: dict[int, list[FindingRow]] = {position: [] for position in positions}
    query = select(FindingRow).where(FindingRow.packet_id == packet_id, FindingRow.position.in_(positions))
    for row in session.scalars(query.order_by(FindingRow.id)):
        found[row.position].append(row)
    return found


def finding_groups(session: Session, packet_id: int) -> list[FindingGroup]:
    """Codes found in a packet with their numbers, the most frequent first."""
    count = func.count()
    query = (
        select(FindingRow.code, FindingRow.level, count)
        .where(FindingRow.packet_id == packet_id)
        .group_by(FindingRow.code, FindingRow.level)
        .order_by(count.desc(), FindingRow.code)
    )
    return [FindingGroup(code, level, number) for code, level, number in session.execute(query)]


def finding_page(
    session: Session,
    packet_id: int,
    *,
    codes: Collection[str] | None = None,
    level: str = "",
    after: int | None = None,
    limit: int = 50,
) -> list[FindingRow]:
    """Findings of a packet, of these codes only if told, in the order they were written, going on behind an id."""
    query = select(FindingRow).where(FindingRow.packet_id == packet_id)
    if codes is not None:
        query = query.where(FindingRow.code.in_(sorted(codes)))
    if level:
        query = query.where(FindingRow.level == level)
    if after is not None:
        query = query.where(FindingRow.id > after)
    return list(session.scalars(query.order_by(FindingRow.id).limit(limit)))


def finding_values(session: Session, packet_id: int, limit: int = 50) -> list[str]:
    """Values that findings complain about, to mark where they stand in the bytes."""
    query = select(FindingRow.value).where(FindingRow.packet_id == packet_id, FindingRow.value != "").distinct()
    return list(session.scalars(query.limit(limit)))


def content_head(session: Session, packet_id: int, part: str, size: int) -> bytes:
    """The first ``size`` bytes of a part, at most one stored piece; empty when nothing is stored."""
    data = session.scalar(
        select(func.substr(Content.data, 1, size)).where(
            Content.packet_id == packet_id,
            Content.part == part,
            Content.piece == _first_piece(session, packet_id, part),
        )
    )
    return bytes(data) if data else b""


def content_size(session: Session, packet_id: int, part: str) -> int:
    """How many bytes a part has."""
    query = select(func.sum(func.length(Content.data))).where(Content.packet_id == packet_id, Content.part == part)
    return session.scalar(query) or 0


def content_pieces(session: Session, packet_id: int, part: str) -> Iterator[bytes]:
    """All bytes of a part, one stored piece at a time."""
    query = select(Content.piece).where(Content.packet_id == packet_id, Content.part == part).order_by(Content.piece)
    for piece in list(session.scalars(query)):
        data = select(Content.data).where(Content.packet_id == packet_id, Content.part == part, Content.piece == piece)
        yield bytes(session.scalars(data).one())


def deliveries(session: Session, packet_id: int) -> list[OutboxMessage]:
    """Messages that went or will go out because of a packet."""
    query = select(OutboxMessage).where(OutboxMessage.packet_id == packet_id).order_by(OutboxMessage.id)
    return list(session.scalars(query.limit(100)))


def jobs_of(session: Session, packet_id: int) -> list[Job]:
    """Pieces of work a packet caused."""
    return list(session.scalars(select(Job).where(Job.packet_id == packet_id).order_by(Job.id).limit(100)))


def _first_piece(session: Session, packet_id: int, part: str) -> int:
    query = select(func.min(Content.piece)).where(Content.packet_id == packet_id, Content.part == part)
    return session.scalar(query) or 0


def kept_answers(session: Session, packet_id: int) -> Iterator[dict[str, Any]]:
    """What was kept for the answer to each record, in the order of the records, streaming."""
    rows = select(RecordRow.answer).where(RecordRow.packet_id == packet_id).order_by(RecordRow.position)
    # said before the statement runs: else the driver has all rows of the file in memory before the first is looked at
    for (told,) in session.execute(rows, execution_options={"yield_per": 2000}):
        yield told
