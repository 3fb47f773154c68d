"""Sending a packet that is no answer: stored with its cause, delivered by the receiver's own channel afterwards."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import PacketStatus
from registry.exchange.broker import queue_name
from registry.exchange.content import RAW, pieces_of, store_content
from registry.exchange.context import HubContext
from registry.exchange.options import Options
from registry.exchange.queries.upkeep.channels import accepting_channel
from registry.exchange.tables import Channel, JournalEntry, OutboxMessage, OutgoingPacket, Packet, PacketKey
from registry.store.locks import advisory_lock

AMQP, TRAY = "amqp", "tray"
SCOPE = "out"
FILES = "files"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What goes to whom. ``packet_id`` is ours for ever: the same id again sends nothing new.

    With a ``message_type`` it is a message for a receiver whose installation takes that kind, else a file for its tray;
    ``records`` and ``searched`` (names and numbers in key form) are what the journal shows and finds it by.
    """

    receiver: int
    kind: str
    packet_id: str
    body: bytes | Path
    file_name: str
    title: str = ""
    message_type: str = ""
    records: int = 0
    as_of: date | None = None
    cause: int | None = None
    searched: str = ""


def send_out(session: Session, what: Outgoing, context: HubContext) -> int:
    """Put a packet on its way in the caller's transaction and return its number; once, however often it is asked.

    The same id with other bytes is refused, so that nobody can take two packets for one.
    """
    advisory_lock(session, f"outgoing:{what.receiver}:{what.packet_id}")
    body_hash = _hash_of(pieces_of(what.body))
    known = sent_packet(session, what.receiver, what.packet_id)
    if known is not None:
        if known.body_hash == body_hash:
            return known.packet_id
        text = "Исходящий пакет с этим идентификатором уже отправлен с другим содержанием"
        raise Permanent(F.PACKET_ID_REUSED, text, value=what.packet_id)
    options = context.options(session)
    channel = accepting_channel(session, what.receiver, what.message_type, options) if what.message_type else None
    packet = _store(session, what, body_hash, channel, context)
    _track(session, packet, what, channel, options)
    if channel is not None:
        _queue(session, packet, what, channel)
    return packet.id


def sent_packet(session: Session, receiver: int, packet_id: str) -> PacketKey | None:
    """Return what stands in the ledger under this id of ours, if anything was sent."""
    return session.scalar(
        select(PacketKey).where(
            PacketKey.organisation_id == receiver, PacketKey.scope == SCOPE, PacketKey.sender_packet_id == packet_id
        )
    )


def due_after(way: str, now: datetime, options: Options) -> datetime:
    """When a packet sent now should have been acknowledged."""
    if way == AMQP:
        return now + timedelta(hours=int(options["outgoing_answer_hours"]))
    return now + timedelta(days=int(options["outgoing_file_days"]))


def _hash_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def _store(session: Session, what: Outgoing, body_hash: str, channel: Channel | None, context: HubContext) -> Packet:
    """The journal line, the packet with its bytes, and its id in the ledger."""
    now = context.clock.now()
    dialect = channel.dialect if channel is not None else FILES
    told: dict[str, Any] = {
        "channel": AMQP if channel is not None else "file",
        "dialect": dialect,
        "operation": what.message_type[:60],
        "kind": what.kind,
        "organisation_id": what.receiver,
        "sender_packet_id": what.packet_id,
        "file_name": what.file_name[-250:],
        "status": PacketStatus.WAITING.value,
        "size": what.body.stat().st_size if isinstance(what.body, Path) else len(what.body),
    }
    searched = f"{what.file_name.upper()} {what.searched}".strip()[:4_000]
    entry = JournalEntry(at=now, direction="out", records=what.records, search_text=searched, **told)
    session.add(entry)
    session.flush()
    properties = {"direction": "out", **({"channel_id": channel.id} if channel is not None else {})}
    packet = Packet(
        id=entry.id,
        body_hash=body_hash,
        as_of=what.as_of,
        received_at=now,
        finished_at=now,
        properties=properties,
        **told,
    )
    key = PacketKey(
        organisation_id=what.receiver,
        dialect=dialect,
        scope=SCOPE,
        sender_packet_id=what.packet_id,
        body_hash=body_hash,
        packet_id=entry.id,
    )
    session.add_all((packet, key))
    session.flush()
    store_content(session, packet.id, RAW, pieces_of(what.body))
    return packet


def _track(session: Session, packet: Packet, what: Outgoing, channel: Channel | None, options: Options) -> None:
    way = AMQP if channel is not None else TRAY
    session.add(
        OutgoingPacket(
            id=packet.id,
            organisation_id=what.receiver,
            kind=what.kind,
            title=what.title[:120],
            name=packet.file_name or what.message_type,
            way=way,
            status=PacketStatus.WAITING.value,
            records=what.records,
            created_at=packet.received_at,
            due_at=due_after(way, packet.received_at, options),
            cause_id=what.cause,
        )
    )
    session.flush()


def _queue(session: Session, packet: Packet, what: Outgoing, channel: Channel) -> None:
    body = what.body if isinstance(what.body, bytes) else what.body.read_bytes()
    session.add(
        OutboxMessage(
            packet_id=packet.id,
            channel_id=channel.id,
            queue=queue_name(channel.code, "out"),
            kind=what.message_type,
            message_id=str(uuid.uuid4()).upper(),
            properties={"type": what.message_type},
            body=body,
            available_at=packet.received_at,
            created_at=packet.received_at,
        )
    )
