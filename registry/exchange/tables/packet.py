"""Packets, their stored bytes, records, findings, changes and the ledger that keeps anything from being done twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier

# most people asked about are found: the others are looked for among many
UNUSUAL = "outcome NOT IN ('', 'found')"


class Packet(Base):
    """One transmission unit; shares its id with its journal line.

    ``done`` is the number of records whose outcome is committed, where a killed run goes on. ``properties`` keeps what
    the channel said about the packet (queue, message id, login, layout …).
    """

    __tablename__ = "packet"

    id: Mapped[int] = mapped_column(BigId, ForeignKey("journal.id"), primary_key=True)
    dialect: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(40), default="")
    operation: Mapped[str] = mapped_column(String(60), default="")
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    sender_packet_id: Mapped[str] = mapped_column(String(120), default="")
    file_name: Mapped[str] = mapped_column(String(250), default="")
    body_hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    as_of: Mapped[date | None]
    received_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(16))
    attempt: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    answer_name: Mapped[str] = mapped_column(String(250), default="")
    answer_type: Mapped[str] = mapped_column(String(60), default="")
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_packet_organisation_id", "organisation_id", "id"),
        Index(
            "ix_packet_held",
            "organisation_id",
            postgresql_where=text("status = 'held'"),
            sqlite_where=text("status = 'held'"),
        ),
    )


class PacketKey(Base):
    """The ledger: (sender, dialect, scope, packet id) is unique for ever, whatever happens to the journal."""

    __tablename__ = "packet_key"

    id: Mapped[Identifier]
    organisation_id: Mapped[int] = mapped_column(BigId)
    dialect: Mapped[str] = mapped_column(String(16))
    scope: Mapped[str] = mapped_column(String(60), default="")
    sender_packet_id: Mapped[str] = mapped_column(String(120))
    body_hash: Mapped[str] = mapped_column(String(64))
    packet_id: Mapped[int] = mapped_column(BigId)

    __table_args__ = (UniqueConstraint("organisation_id", "dialect", "scope", "sender_packet_id"),)


class Content(Base):
    """Bytes of a packet in pieces of at most 1 MiB: part ``raw`` as received, ``answer`` as it goes back."""

    __tablename__ = "content"

    packet_id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)
    piece: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RecordRow(Base):
    """One record of a packet; ``fields`` are the values as read, ``evidence`` explains the match.

    Evidence is said to people by ``registry.insured.matching.explained``; ``outcome`` is how the search for the person
    ended, ``status`` what became of the record.
    """

    __tablename__ = "record"

    packet_id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(36), default="")
    operation: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int | None] = mapped_column(BigId)
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    evidence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)

    outcome: Mapped[str] = mapped_column(String(16), default="", server_default="")

    __table_args__ = (
        Index("ix_record_person_id", "person_id"),
        Index("ix_record_status", "packet_id", "status"),
        Index(
            "ix_record_outcome",
            "packet_id",
            "outcome",
            "position",
            postgresql_where=text(UNUSUAL),
            sqlite_where=text(UNUSUAL),
        ),
    )


class FindingRow(Base):
    """One finding about a packet (position 0) or one of its records."""

    __tablename__ = "finding"

    id: Mapped[Identifier]
    packet_id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"))
    position: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(8))
    field: Mapped[str] = mapped_column(String(40), default="")
    place: Mapped[str] = mapped_column(String(250), default="")
    value: Mapped[str] = mapped_column(String(250), default="")
    expected: Mapped[str] = mapped_column(String(250), default="")
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_finding_packet_id", "packet_id", "position"),
        Index("ix_finding_code", "code", "packet_id"),
    )


class ChangeRow(Base):
    """A fact an operation caused, stored with the record that caused it."""

    __tablename__ = "change"

    id: Mapped[Identifier]
    packet_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("packet.id"))
    position: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(BigId)
    organisation_code: Mapped[str] = mapped_column(String(6), default="")
    on: Mapped[date | None]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_change_packet_id", "packet_id"),
        Index("ix_change_person_id", "person_id", "id"),
        Index("ix_change_organisation_code", "organisation_code", "name", "on"),
    )


class ExchangeObject(Base):
    """What an object id of a channel stands for: ids are unique only inside one МИС installation."""

    __tablename__ = "exchange_object"

    id: Mapped[Identifier]
    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channel.id"))
    object_class: Mapped[str] = mapped_column(String(20))
    object_id: Mapped[str] = mapped_column(String(36))
    packet_id: Mapped[int] = mapped_column(BigId)
    content_hash: Mapped[str] = mapped_column(String(64))
    data_date: Mapped[date | None]
    deleted: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(BigId)
    target_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[int] = mapped_column(SmallInteger, default=0)

    __table_args__ = (UniqueConstraint("channel_id", "object_class", "object_id"),)
