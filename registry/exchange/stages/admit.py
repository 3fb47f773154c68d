"""Stage 1: the ledger and the stored bytes; from here on the sender may forget the packet."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from sqlalchemy import Insert, Table, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import PacketStatus
from registry.exchange.content import RAW, pieces_of, store_content
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Dialect, Envelope, Incoming
from registry.exchange.tables import JournalEntry, Packet, PacketKey

LONGEST_ID = 120


@dataclass(slots=True)
class Admission:
    """A packet let in: stored now, or the earlier one it repeats."""

    packet: Packet
    journal_id: int
    repeated: bool = False


class Taken(Permanent):
    """The packet's id stands for another body; the journal line of this attempt is there already."""

    def __init__(self, code: str, text: str, value: str, entry: JournalEntry) -> None:
        super().__init__(code, text, value=value)
        self.entry = entry


def admit(
    session: Session,
    dialect: Dialect,
    incoming: Incoming,
    envelope: Envelope,
    context: HubContext,
    *,
    at_once: bool = False,
) -> Admission:
    """Store a packet once: the same id with the same body is a repetition, with another body it is refused.

    ``at_once`` marks a packet whose sender waits: it is in work from the moment it is stored.
    """
    if len(envelope.sender_packet_id) > LONGEST_ID:
        raise Permanent(F.PACKET_ID_WRONG, "Идентификатор пакета длиннее 120 знаков", expected="до 120 знаков")
    size = incoming.path.stat().st_size if incoming.path else len(incoming.raw)
    journal = _journal(session, incoming, envelope, size, context)
    key = _enter_ledger(session, dialect, envelope, journal.id)
    if key is not None:
        earlier = _earlier(session, dialect, envelope, key, journal)
        if earlier is not None:
            journal.status = PacketStatus.REPEATED.value
            journal.repeats_id = earlier.id
            journal.kind = earlier.kind
            return Admission(earlier, journal.id, repeated=True)
    return Admission(_store(session, incoming, envelope, journal, at_once=at_once), journal.id)


def _journal(session: Session, incoming: Incoming, envelope: Envelope, size: int, context: HubContext) -> JournalEntry:
    entry = JournalEntry(
        at=context.clock.now(),
        channel=incoming.channel,
        dialect=incoming.dialect,
        operation=envelope.operation,
        kind=envelope.kind.name if envelope.kind else "",
        organisation_id=envelope.sender_id,
        sender_code=envelope.caller.login,
        login=envelope.caller.login,
        sender_packet_id=envelope.sender_packet_id,
        file_name=envelope.file_name[-250:],
        status=PacketStatus.IN_WORK.value,
        size=size,
        address=incoming.address[:45],
        search_text=envelope.file_name[-250:].upper(),
    )
    session.add(entry)
    session.flush()
    return entry


def _enter_ledger(session: Session, dialect: Dialect, envelope: Envelope, packet_id: int) -> PacketKey | None:
    """Insert the packet's id, or return the one that is there; a parallel sender waits for the first to commit."""
    if not envelope.sender_packet_id:
        return None
    values = {
        "organisation_id": envelope.sender_id,
        "dialect": dialect.name,
        "scope": envelope.scope,
        "sender_packet_id": envelope.sender_packet_id,
        "body_hash": envelope.body_hash,
        "packet_id": packet_id,
    }
    connection = session.connection()
    entered = connection.execute(_ledger_statement(connection.dialect.name), values).scalar()
    if entered is not None:
        return None
    return session.scalar(select(PacketKey).filter_by(**{name: values[name] for name in UNIQUE}))


UNIQUE = ("organisation_id", "dialect", "scope", "sender_packet_id")


@lru_cache(maxsize=2)
def _ledger_statement(dialect: str) -> Insert:
    """The insert into the ledger that returns nothing when the id is there; built once, run for every packet."""
    table = cast(Table, PacketKey.__table__)
    build = postgresql_insert if dialect == "postgresql" else sqlite_insert
    return build(table).on_conflict_do_nothing(index_elements=list(UNIQUE)).returning(table.c.id)


def _earlier(
    session: Session, dialect: Dialect, envelope: Envelope, key: PacketKey, journal: JournalEntry
) -> Packet | None:
    """Return the packet that is repeated; ``None`` when a refused or failed one gives its id to this one."""
    earlier = session.get_one(Packet, key.packet_id)
    gives_way = {PacketStatus.REFUSED: dialect.replaces_refused, PacketStatus.PARKED: dialect.forgets_failed}
    if gives_way.get(PacketStatus(earlier.status)):
        session.execute(
            update(PacketKey).where(PacketKey.id == key.id).values(packet_id=journal.id, body_hash=envelope.body_hash)
        )
        return None
    if key.body_hash == envelope.body_hash:
        return earlier
    code = F.FILE_NAME_TAKEN if envelope.file_name else F.PACKET_ID_REUSED
    text = (
        "Файл с таким именем уже зарегистрирован с другим содержанием"
        if envelope.file_name
        else "Идентификатор пакета уже использован с другим содержанием"
    )
    raise Taken(code, text, envelope.sender_packet_id, journal)


def _store(session: Session, incoming: Incoming, envelope: Envelope, journal: JournalEntry, *, at_once: bool) -> Packet:
    packet = Packet(
        id=journal.id,
        dialect=incoming.dialect,
        channel=incoming.channel,
        kind=envelope.kind.name if envelope.kind else "",
        operation=envelope.operation,
        organisation_id=envelope.sender_id,
        sender_packet_id=envelope.sender_packet_id,
        file_name=envelope.file_name[-250:],
        body_hash=envelope.body_hash,
        size=journal.size,
        as_of=envelope.as_of,
        received_at=journal.at,
        started_at=journal.at if at_once else None,
        attempt=1 if at_once else 0,
        status=(PacketStatus.IN_WORK if at_once else PacketStatus.RECEIVED).value,
        properties=envelope.properties,
    )
    session.add(packet)
    session.flush()
    source = incoming.path if incoming.path is not None else envelope.stored or incoming.raw
    store_content(session, packet.id, RAW, pieces_of(source))
    return packet


def hash_of(data: bytes) -> str:
    """Return the hash that identifies a body."""
    return hashlib.sha256(data).hexdigest()


def new_guid() -> str:
    """Return a new identifier for an answer."""
    return str(uuid.uuid4())
