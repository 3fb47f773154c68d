"""Which names of files are recognised on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import FileMask, Packet


@dataclass(frozen=True, slots=True)
class FileMaskLine:
    """A mask with what integrators need to know of it."""

    title: str
    kind: str
    example: str
    answer_name: str
    pattern: str


def file_masks(session: Session, on: date) -> list[FileMaskLine]:
    """The masks of a day in the order they are tried."""
    query = select(FileMask).where(FileMask.valid_from <= on, FileMask.valid_to >= on)
    return [
        FileMaskLine(one.title, one.kind, one.example, one.answer_name, one.pattern)
        for one in session.scalars(query.order_by(FileMask.priority, FileMask.code))
    ]


def masks_on(session: Session, on: date) -> list[FileMask]:
    """The masks that hold on a day, the better ones first."""
    held = select(FileMask).where(FileMask.valid_from <= on, FileMask.valid_to >= on)
    return list(session.scalars(held.order_by(FileMask.priority, FileMask.id)))


def numbered_files(session: Session, organisation_id: int, kind: str, beginning: str) -> dict[str, str]:
    """Names and statuses of a sender's files of a kind whose names begin so; the last of a name counts."""
    query = (
        select(Packet.sender_packet_id, Packet.status)
        .where(
            Packet.organisation_id == organisation_id,
            Packet.kind == kind,
            Packet.sender_packet_id.startswith(beginning, autoescape=True),
        )
        .order_by(Packet.id)
    )
    return {row.sender_packet_id: row.status for row in session.execute(query)}
