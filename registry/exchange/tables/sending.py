"""Attempts of senders as their own monitors show them («Отправка сведений в ТФОМС»)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId


class Sending(Base):
    """One attempt, with what it was answered; shares its id with its journal line.

    ``opened`` and ``closed`` say at which end of a card it was sent. ``settled_by`` is the later accepted attempt at
    the same object. ``resend_at`` asks the sender to send once more.
    """

    __tablename__ = "sending"

    id: Mapped[int] = mapped_column(BigId, ForeignKey("journal.id"), primary_key=True)
    at: Mapped[datetime]
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    login: Mapped[str] = mapped_column(String(60), default="")
    dialect: Mapped[str] = mapped_column(String(16))
    operation: Mapped[str] = mapped_column(String(60))
    sender_code: Mapped[str] = mapped_column(String(6), default="")
    message_id: Mapped[str] = mapped_column(String(36), default="")
    event_id: Mapped[str] = mapped_column(String(50), default="")
    hub_id: Mapped[str] = mapped_column(String(36), default="")
    action: Mapped[int | None] = mapped_column(SmallInteger)
    code: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text, default="")
    opened: Mapped[bool] = mapped_column(default=False)
    closed: Mapped[bool] = mapped_column(default=False)
    repeated: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(BigId)
    person: Mapped[str] = mapped_column(String(60), default="")
    settled_by: Mapped[int | None] = mapped_column(BigId)
    resend_at: Mapped[datetime | None]
    resend_login: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (
        Index("ix_sending_at", "at"),
        Index("ix_sending_organisation_id", "organisation_id", "at"),
        Index("ix_sending_event", "organisation_id", "operation", "event_id"),
    )
