"""Packets the hub sends of itself: notices, lists, changes — everything that goes out and is no answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId

OPEN = "status NOT IN ('acknowledged', 'rejected')"


class OutgoingPacket(Base):
    """How a packet to a receiver fares; shares its id with its packet and its journal line.

    ``way`` is ``amqp`` (the queue of the receiver's installation) or ``tray`` (pages, REST, a folder). ``status``:
    waiting, delivered, acknowledged, rejected, overdue, sent_again, undeliverable. ``due_at`` is when somebody should
    ask why it has not been acknowledged; ``cause_id`` is the packet that caused this one.
    """

    __tablename__ = "outgoing"

    id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(250), default="")
    way: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(16))
    records: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    delivered_by: Mapped[str] = mapped_column(String(60), default="")
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str] = mapped_column(String(60), default="")
    resent_at: Mapped[datetime | None]
    resends: Mapped[int] = mapped_column(default=0)
    cause_id: Mapped[int | None] = mapped_column(BigId)
    error: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_outgoing_organisation_id", "organisation_id", "id"),
        Index("ix_outgoing_cause_id", "cause_id"),
        Index("ix_outgoing_open", "due_at", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
    )
