"""Mass changes and their lines: what was seen before, what was written, what was taken back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class MassChange(Base):
    """One mass change: where its lines come from, how far it is, who prepared, ran and took it back.

    ``asked`` says what is wanted of all lines; ``content`` are the bytes of the file until they have been read.
    ``place`` is the line the work has come to, so that it goes on there.
    """

    __tablename__ = "mass_change"

    id: Mapped[Identifier]
    status: Mapped[str] = mapped_column(String(12), default="preparing")
    title: Mapped[str] = mapped_column(String(250), default="")
    since: Mapped[date]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    content: Mapped[bytes | None]
    total: Mapped[int] = mapped_column(default=0)
    ready: Mapped[int] = mapped_column(default=0)
    wrong: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    undone: Mapped[int] = mapped_column(default=0)
    place: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60), default="")
    run_at: Mapped[datetime | None]
    run_by: Mapped[str] = mapped_column(String(60), default="")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(60), default="")
    trouble: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_mass_change_status", "status", "id"),)


class MassChangeLine(Base):
    """One line: the person, the attachment that was seen, its section before and after, and what became of it.

    ``closed_id`` and ``opened_id`` are the rows that running it wrote.
    """

    __tablename__ = "mass_change_line"

    change_id: Mapped[int] = mapped_column(BigId, ForeignKey("mass_change.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(36), default="")
    person_id: Mapped[int | None] = mapped_column(BigId)
    attachment_id: Mapped[int | None] = mapped_column(BigId)
    clinic_code: Mapped[str] = mapped_column(String(6), default="")
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(String(250), default="")
    closed_id: Mapped[int | None] = mapped_column(BigId)
    opened_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_mass_change_line_status", "change_id", "status", "line"),
        Index("ix_mass_change_line_person_id", "person_id"),
    )
