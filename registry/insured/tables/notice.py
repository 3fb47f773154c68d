"""Notices between clinics, and the acts of reconciliation."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class DetachmentNotice(Base):
    """A notice «the person is attached to us, please detach» from one clinic to another."""

    __tablename__ = "detachment_notice"

    id: Mapped[Identifier]
    source_code: Mapped[str] = mapped_column(String(6))
    target_code: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    notice_number: Mapped[str] = mapped_column(String(40), default="")
    notice_date: Mapped[date | None]
    recorded_at: Mapped[datetime]
    packet_id: Mapped[int | None] = mapped_column(BigId)
    record_number: Mapped[str] = mapped_column(String(36), default="")

    __table_args__ = (
        Index("ix_detachment_notice_target_code", "target_code", "recorded_at"),
        Index("ix_detachment_notice_person_id", "person_id"),
    )


class AttachmentAct(Base):
    """An act of reconciliation («акт сверки») of a month: the attached on the first day of the next, as known then."""

    __tablename__ = "attachment_act"

    id: Mapped[Identifier]
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    state_on: Mapped[date]
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("year", "month"),)


class DepartureNotice(Base):
    """That the former clinic of an ended attachment was told of it, on the day it took effect (clause 6.2, rule 10)."""

    __tablename__ = "departure_notice"

    attachment_id: Mapped[int] = mapped_column(BigId, ForeignKey("attachment.id"), primary_key=True)
    clinic_code: Mapped[str] = mapped_column(String(6))
    told_at: Mapped[datetime]
    packet_id: Mapped[int | None] = mapped_column(BigId)
