"""Files that went to the central segment."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.central.tables import CentralFile


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file by its name, with the outgoing packet that has its bytes."""

    id: int
    guid: str
    name: str
    messages: int
    packet_id: int


def unanswered_files(session: Session) -> list[FileLine]:
    """The files nothing was answered to, the oldest first."""
    query = select(CentralFile).where(CentralFile.verdict == "").order_by(CentralFile.id)
    return [FileLine(one.id, one.guid, one.name, one.messages, one.packet_id) for one in session.scalars(query)]
