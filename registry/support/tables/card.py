"""Cards of events as last accepted, and every step of their lives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class Card(Base):
    """One document of a МИС: (service, sender, event id) is unique; ``content`` is what was accepted last.

    ``sender_code`` is the mcod of the clinic, of results of informing the smocod of the insurer. ``open_hash`` and
    ``close_hash`` tell an equal repetition from a duplicate. ``insurer_code`` is who insured the person on the day of
    the event. ``replaced_at`` marks a card that another one stands for (clause 8.2).
    """

    __tablename__ = "card"

    id: Mapped[Identifier]
    hub_id: Mapped[str] = mapped_column(String(36), unique=True)
    service: Mapped[str] = mapped_column(String(16))
    sender_code: Mapped[str] = mapped_column(String(6))
    event_id: Mapped[str] = mapped_column(String(50))
    state: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int | None] = mapped_column(BigId)
    insurer_code: Mapped[str] = mapped_column(String(5), default="")
    exam_kind: Mapped[str] = mapped_column(String(3), default="")
    stage: Mapped[int | None] = mapped_column(SmallInteger)
    second_stage: Mapped[bool] = mapped_column(default=False)
    year: Mapped[int | None]
    mkb_group: Mapped[str] = mapped_column(String(3), default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    due_on: Mapped[date | None]
    request_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("card.id"))
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    open_hash: Mapped[str] = mapped_column(String(64), default="")
    close_hash: Mapped[str] = mapped_column(String(64), default="")
    accepted_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    packet_id: Mapped[int] = mapped_column(BigId)

    __table_args__ = (
        UniqueConstraint("service", "sender_code", "event_id"),
        Index("ix_card_person_id", "person_id", "service"),
        Index("ix_card_insurer_code", "insurer_code", "service", "changed_at"),
        Index("ix_card_request_id", "request_id"),
    )


class CardStep(Base):
    """One accepted step: what was done, and the state before and after it."""

    __tablename__ = "card_step"

    id: Mapped[Identifier]
    card_id: Mapped[int] = mapped_column(BigId, ForeignKey("card.id"))
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(12))
    state_before: Mapped[str] = mapped_column(String(8))
    state_after: Mapped[str] = mapped_column(String(8))
    packet_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (Index("ix_card_step_card_id", "card_id", "id"),)
