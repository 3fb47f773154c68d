"""The numbering of changed facts in the order in which they became visible, whatever order their packets ended in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class NewsRun(Base):
    """One look for changed facts; ``marks`` holds the highest id of every watched table at that moment."""

    __tablename__ = "news_run"

    id: Mapped[Identifier]
    made_at: Mapped[datetime]
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)


class News(Base):
    """A dated row that began (or, with ``gone``, ceased) to count: numbered once, when it was first seen committed.

    ``aspect`` names the table of the row; ``insurer_code`` and ``clinic_code`` are the row's own or those of the
    person at that moment.
    """

    __tablename__ = "news"

    id: Mapped[Identifier]
    run_id: Mapped[int] = mapped_column(BigId, ForeignKey("news_run.id"))
    seen_at: Mapped[datetime]
    aspect: Mapped[str] = mapped_column(String(20))
    row_id: Mapped[int] = mapped_column(BigId)
    gone: Mapped[bool]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    event: Mapped[str] = mapped_column(String(4), default="")
    source: Mapped[str] = mapped_column(String(16), default="")
    packet_id: Mapped[int | None] = mapped_column(BigId)
    insurer_code: Mapped[str] = mapped_column(String(5), default="")
    clinic_code: Mapped[str] = mapped_column(String(6), default="")

    __table_args__ = (
        UniqueConstraint("aspect", "row_id", "gone"),
        Index("ix_news_person_id", "person_id", "run_id"),
        Index("ix_news_run_id", "run_id"),
        Index("ix_news_seen_at", "seen_at", "id"),
    )


class NewsDay(Base):
    """A day whose changes have been told to everybody; days without a row are made up for."""

    __tablename__ = "news_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    packets: Mapped[int] = mapped_column(default=0)
    records: Mapped[int] = mapped_column(default=0)
