"""Packets as a list for programs: only those these eyes may see, newest first, continued by their id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import JournalEntry, Packet


@dataclass(frozen=True, kw_only=True)
class PacketFilter:
    """What packets are narrowed to; empty means any."""

    since: datetime | None = None
    until: datetime | None = None
    channel: str = ""
    kind: str = ""
    status: str = ""
    sender_packet_id: str = ""
    file_name: str = ""


def packet_list(
    session: Session, visibility: Visibility, wanted: PacketFilter, *, after: int | None = None, limit: int = 50
) -> list[tuple[Packet, JournalEntry]]:
    """At most ``limit`` packets with their journal lines, going on behind the packet ``after``."""
    query = select(Packet, JournalEntry).join(JournalEntry, JournalEntry.id == Packet.id)
    query = query.where(visibility.condition(Packet.organisation_id))
    for column, value in (
        (Packet.channel, wanted.channel),
        (Packet.kind, wanted.kind),
        (Packet.status, wanted.status),
        (Packet.sender_packet_id, wanted.sender_packet_id),
        (Packet.file_name, wanted.file_name),
    ):
        if value:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Packet.received_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Packet.received_at < wanted.until)
    if after is not None:
        query = query.where(Packet.id < after)
    return [(one[0], one[1]) for one in session.execute(query.order_by(Packet.id.desc()).limit(limit))]
