"""Stage 1: the ledger and the stored bytes; from here on the sender may forget the packet."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session, make_transient_to_detached

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import PacketStatus
from registry.exchange.content import RAW, pieces_of, store_content
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Dialect, Envelope, Incoming
from registry.exchange.stages.entering import marked, store_one_by_one, store_statement
from registry.exchange.tables import JournalEntry, Packet, PacketKey
from registry.store.prepared import say_prepared

LONGEST_ID = 120
_packets = cast(Table, Packet.__table__)

#: The property of a packet that names the certificate its verified signature was made with.
SIGNER = "signer"


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
    stored = _stored_values(incoming, envelope, size, context, at_once=at_once)
    source = incoming.path if incoming.path is not None else envelope.stored or incoming.raw
    journal_id, entered = _store_new(session, _line_values(incoming, envelope, stored), stored, envelope, source)
    if entered:
        return Admission(_known(session, stored | {"id": journal_id}), journal_id)
    journal = session.get_one(JournalEntry, journal_id)
    key = session.scalars(select(PacketKey).filter_by(**_ledger_key(dialect.name, envelope))).one()
    earlier = _earlier(session, dialect, envelope, key, journal, context)
    if earlier is not None:
        journal.status = PacketStatus.REPEATED.value
        journal.repeats_id = earlier.id
        journal.kind = earlier.kind
        return Admission(earlier, journal.id, repeated=True)
    stored["id"] = journal.id
    session.connection().execute(insert(_packets), stored)
    store_content(session, journal.id, RAW, pieces_of(source))
    return Admission(_known(session, stored), journal.id)


def _line_values(incoming: Incoming, envelope: Envelope, stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": stored["received_at"],
        "channel": incoming.channel,
        "dialect": incoming.dialect,
        "direction": "in",
        "operation": envelope.operation,
        "kind": stored["kind"],
        "organisation_id": envelope.sender_id,
        "sender_code": envelope.caller.login,
        "login": envelope.caller.login,
        "sender_packet_id": envelope.sender_packet_id,
        "file_name": stored["file_name"],
        "status": PacketStatus.IN_WORK.value,
        "size": stored["size"],
        "address": incoming.address[:45],
        "search_text": stored["file_name"].upper(),
    }


def _stored_values(
    incoming: Incoming, envelope: Envelope, size: int, context: HubContext, *, at_once: bool
) -> dict[str, Any]:
    now = context.clock.now()
    return {
        "dialect": incoming.dialect,
        "channel": incoming.channel,
        "kind": envelope.kind.name if envelope.kind else "",
        "operation": envelope.operation,
        "organisation_id": envelope.sender_id,
        "sender_packet_id": envelope.sender_packet_id,
        "file_name": envelope.file_name[-250:],
        "body_hash": envelope.body_hash,
        "size": size,
        "as_of": envelope.as_of,
        "received_at": now,
        "started_at": now if at_once else None,
        "finished_at": None,
        "attempt": 1 if at_once else 0,
        "done": 0,
        "answer_name": "",
        "answer_type": "",
        "status": (PacketStatus.IN_WORK if at_once else PacketStatus.RECEIVED).value,
        "properties": {**envelope.properties, **_signer_of(incoming)},
    }


def _signer_of(incoming: Incoming) -> dict[str, Any]:
    """Who signed the packet, kept with it so that the journal can show it (ERZ-24)."""
    signer = incoming.properties.get(SIGNER)
    return {SIGNER: signer} if signer else {}


def _ledger_key(dialect: str, envelope: Envelope) -> dict[str, Any]:
    return {
        "organisation_id": envelope.sender_id,
        "dialect": dialect,
        "scope": envelope.scope,
        "sender_packet_id": envelope.sender_packet_id,
    }


def _known(session: Session, stored: Mapping[str, Any]) -> Packet:
    """The packet as an object of the session whose row is there already."""
    packet = Packet()
    vars(packet).update(stored)  # nothing is changed that would have to be written
    make_transient_to_detached(packet)
    session.add(packet)
    return packet


def _store_new(
    session: Session, line: Mapping[str, Any], stored: Mapping[str, Any], envelope: Envelope, source: bytes | Path
) -> tuple[int, bool]:
    """Write the journal line, the packet's id into the ledger, the packet and its bytes; False: the id was there.

    A parallel sender of the same id waits here for the first to commit.
    """
    ledger: dict[str, Any] = {}
    if envelope.sender_packet_id:
        ledger = {**_ledger_key(str(stored["dialect"]), envelope), "body_hash": envelope.body_hash}
    pieces = pieces_of(source)
    first = next(pieces, None)
    kept = {"part": RAW, "piece": 0, "data": first} if first is not None else {}
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        statement = store_statement(tuple(line), tuple(stored), tuple(ledger), tuple(kept))
        values = marked(line=line, stored=stored, ledger=ledger, kept=kept)
        [(journal_id, entered)] = say_prepared(connection, statement, values)
    else:
        journal_id, entered = store_one_by_one(connection, line, stored, ledger, kept)
    if entered:
        store_content(session, journal_id, RAW, pieces, first=1)
    return journal_id, bool(entered)


def _memory(session: Session, dialect: Dialect, context: HubContext) -> datetime | None:
    """The moment before which ids of packets are forgotten."""
    if not dialect.memory:
        return None
    return context.clock.now() - timedelta(days=int(context.options(session)[dialect.memory]))


def _earlier(
    session: Session,
    dialect: Dialect,
    envelope: Envelope,
    key: PacketKey,
    journal: JournalEntry,
    context: HubContext,
) -> Packet | None:
    """Return the packet that is repeated; ``None`` when a refused, failed or forgotten one gives its id to this one."""
    since = _memory(session, dialect, context)
    earlier = session.get_one(Packet, key.packet_id)
    gives_way = {PacketStatus.REFUSED: dialect.replaces_refused, PacketStatus.PARKED: dialect.forgets_failed}
    if gives_way.get(PacketStatus(earlier.status)):
        # tries side by side: the second finds what the first has made of the id; an operator may be replaying it, too
        session.refresh(key, with_for_update=True)
        earlier = session.get_one(Packet, key.packet_id, with_for_update=True, populate_existing=True)
    forgotten = since is not None and earlier.received_at < since
    if forgotten or gives_way.get(PacketStatus(earlier.status)):
        if earlier.status == PacketStatus.PARKED.value:
            _close_failed(session, earlier, journal, context)
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


def _close_failed(session: Session, failed: Packet, journal: JournalEntry, context: HubContext) -> None:
    """End a packet that stopped at a bug and was sent again: nobody is to process it a second time."""
    failed.status, failed.finished_at = PacketStatus.REFUSED.value, context.clock.now()
    line = session.get_one(JournalEntry, failed.id)
    line.status = failed.status
    line.text = f"{line.text}; прислан снова, обработан под номером {journal.id}"


def hash_of(data: bytes) -> str:
    """Return the hash that identifies a body."""
    return hashlib.sha256(data).hexdigest()


def new_guid() -> str:
    """Return a new identifier for an answer."""
    return str(uuid.uuid4())
