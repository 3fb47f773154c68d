"""Work to be done (jobs), messages going out (outbox) and the embedded queues that stand in for a broker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier

IN_WORK = "status IN ('waiting', 'running')"


class Job(Base):
    """One piece of work: ``name`` says what, ``lane`` keeps the order of one sender, a lease keeps it to one worker.

    ``status``: waiting, running, done, parked. A lease that ran out is taken over by another worker.
    """

    __tablename__ = "job"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(60), default="")
    packet_id: Mapped[int | None] = mapped_column(BigId)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(String(60), default="")
    created_at: Mapped[datetime]
    error: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_job_waiting", "status", "available_at", "id"),
        Index("ix_job_packet_id", "packet_id"),
        Index("ix_job_lane", "lane", "id", postgresql_where=text(IN_WORK), sqlite_where=text(IN_WORK)),
    )


class OutboxMessage(Base):
    """A message of the hub to a queue of a participant: written with its cause, delivered after the commit.

    ``status``: queued, published, answered_ok, answered_error, overdue, undeliverable. ``message_id`` never changes.
    """

    __tablename__ = "outbox"

    id: Mapped[Identifier]
    packet_id: Mapped[int | None] = mapped_column(BigId)
    channel_id: Mapped[int | None] = mapped_column(BigId)
    queue: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(String(36), unique=True)
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[bytes]
    status: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        Index("ix_outbox_status", "status", "available_at", "id"),
        Index("ix_outbox_packet_id", "packet_id"),
    )


class QueueMessage(Base):
    """A message in an embedded queue; the same face and the same XML as on RabbitMQ."""

    __tablename__ = "queue_message"

    id: Mapped[Identifier]
    queue: Mapped[str] = mapped_column(String(120))
    properties: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[bytes]
    created_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    deliveries: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_queue_message_queue", "queue", "id"),)
