"""Tables of held records, and of the weights they are scored by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.review.rules import OPEN
from registry.store.base import Base, BigId, Document, Identifier


class ReviewCase(Base):
    """One question to the operators: the same data asked about again are the same case.

    ``fingerprint`` is the keyed hash of everything given; ``possible`` are people with scores and grades, no values.
    """

    __tablename__ = "review_case"

    id: Mapped[Identifier]
    fingerprint: Mapped[str] = mapped_column(String(32), unique=True)
    status: Mapped[str] = mapped_column(String(10), default=OPEN)
    opened_at: Mapped[datetime]
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    possible: Mapped[list[Any]] = mapped_column(Document, default=list)
    score: Mapped[float] = mapped_column(Float)
    doubt: Mapped[str] = mapped_column(String(120), default="")
    rule_set: Mapped[str] = mapped_column(String(10), default="")
    verdict: Mapped[str] = mapped_column(String(10), default="")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    comment: Mapped[str] = mapped_column(String(250), default="")

    __table_args__ = (
        Index(
            "ix_review_case_open",
            "id",
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
    )


class ReviewRecord(Base):
    """A record of a packet that waits, or waited, for a case; ``organisation_id`` sent it."""

    __tablename__ = "review_record"

    id: Mapped[Identifier]
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("review_case.id"))
    packet_id: Mapped[int] = mapped_column(BigId)
    position: Mapped[int]
    organisation_id: Mapped[int] = mapped_column(BigId)
    asked_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("packet_id", "position"),
        Index("ix_review_record_case_id", "case_id"),
    )


class ScoringWeights(Base):
    """A set of weights as its file says it; the newest whose day has come counts, later installed before earlier."""

    __tablename__ = "scoring_weights"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    content: Mapped[str] = mapped_column(Text)
    installed_at: Mapped[datetime]
    installed_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_scoring_weights_valid_from", "valid_from"),)
