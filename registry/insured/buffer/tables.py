"""Changes of people that wait for a decision, the history of each, and the rules of what waits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, BigId, Identifier

OPEN = "status IN ('waiting', 'seconded')"


class BufferRule(Base):
    """A rule set by staff in a period instead of the packaged one of the same sender and field."""

    __tablename__ = "buffer_rule"

    id: Mapped[Identifier]
    sender: Mapped[str] = mapped_column(String(16))
    field: Mapped[str] = mapped_column(String(40))
    condition: Mapped[str] = mapped_column(String(10))
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_buffer_rule_sender", "sender", "field", "valid_from"),)


class BufferedChange(Base):
    """What one record proposes about one person and may not change by itself (registry model, clause 14).

    ``known`` is what the registry held when it came, field by field with source and packet, ``proposed`` what the
    record says, ``accepted`` what was written in the end and ``written`` the numbers of the history rows it left.
    ``stale`` means that a newer change of the same fields has been written since. ``first_login`` is the first of two
    people who decide. A record proposes once: the same packet again finds its row.
    """

    __tablename__ = "buffered_change"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime]
    sender_kind: Mapped[str] = mapped_column(String(16))
    sender_code: Mapped[str] = mapped_column(String(6), default="")
    organisation_id: Mapped[int | None] = mapped_column(BigId)
    source: Mapped[str] = mapped_column(String(16), default="")
    packet_id: Mapped[int | None] = mapped_column(BigId)
    record_number: Mapped[str] = mapped_column(String(36), default="")
    since: Mapped[date]
    event: Mapped[str] = mapped_column(String(4), default="")
    insurer_code: Mapped[str] = mapped_column(String(5), default="")
    doubt: Mapped[str] = mapped_column(String(250), default="")
    known: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    accepted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    written: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reasons: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stale: Mapped[bool] = mapped_column(default=False)
    first_login: Mapped[str] = mapped_column(String(60), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("packet_id", "record_number", "person_id"),
        Index("ix_buffered_change_status", "status", "id"),
        Index("ix_buffered_change_person_id", "person_id", "status"),
        Index("ix_buffered_change_organisation_id", "organisation_id", "id"),
        Index("ix_buffered_change_open", "id", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
    )


class BufferStep(Base):
    """One step of a buffered change: who moved it from which state to which, when and why."""

    __tablename__ = "buffer_step"

    id: Mapped[Identifier]
    change_id: Mapped[int] = mapped_column(BigId, ForeignKey("buffered_change.id"))
    at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(10))
    before: Mapped[str] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(10))
    login: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_buffer_step_change_id", "change_id", "id"),)
