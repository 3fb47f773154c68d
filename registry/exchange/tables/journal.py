"""The journal of exchange («Журнал работы сервисов») and the audit of what people looked at and did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class JournalEntry(Base):
    """One line per packet, query or refused caller; its id grows with time and is the key pages continue from.

    ``channel`` is soap, amqp, file, web or rest. ``code`` is what the sender was answered. ``search_text`` holds, in
    key form, what a person may look for: names, numbers, file name, packet id.
    """

    __tablename__ = "journal"

    id: Mapped[Identifier]
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(8))
    dialect: Mapped[str] = mapped_column(String(16), default="")
    direction: Mapped[str] = mapped_column(String(3), default="in")
    operation: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(40), default="")
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    sender_code: Mapped[str] = mapped_column(String(60), default="")
    login: Mapped[str] = mapped_column(String(60), default="")
    sender_packet_id: Mapped[str] = mapped_column(String(120), default="")
    file_name: Mapped[str] = mapped_column(String(250), default="")
    status: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    records: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    warned: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    duration_ms: Mapped[int | None]
    address: Mapped[str] = mapped_column(String(45), default="")
    incident: Mapped[str] = mapped_column(String(20), default="")
    repeats_id: Mapped[int | None] = mapped_column(BigId)
    search_text: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_journal_at", "at"),
        Index("ix_journal_organisation_id", "organisation_id", "id"),
        Index("ix_journal_status", "status", "id"),
        Index("ix_journal_sender_packet_id", "sender_packet_id"),
    )


class AuditEntry(Base):
    """One act of a person: what was opened, revealed, exported, changed; never removed."""

    __tablename__ = "audit"

    id: Mapped[Identifier]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(String(40))
    object_type: Mapped[str] = mapped_column(String(20), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(45), default="")

    __table_args__ = (
        Index("ix_audit_object", "object_type", "object_id", "id"),
        Index("ix_audit_account_id", "account_id", "id"),
    )
