"""Links between records of people: pairs that may be one person, what was decided about them, every step of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_MOMENT, Base, BigId, Identifier


class PersonLink(Base):
    """A pair of records that may be one person (clause 5.2); ``first_id`` is the smaller number.

    ``state`` is 1 not looked at, 2 candidate, 3 worked off; ``verdict`` tells what was decided. ``reasons`` is a set of
    bits (``registry.insured.twins.rules.reasons``), ``score`` are bits of evidence. Of a joined pair ``joined_id`` is
    the record that was annulled: it has one such pair at most. ``fingerprint`` is what identified both when the pair
    was dismissed: as long as it is the same, the pair is not proposed again.
    People are named without foreign keys: a packet that proposes a pair must not lock people it does not change.
    """

    __tablename__ = "person_link"

    id: Mapped[Identifier]
    first_id: Mapped[int] = mapped_column(BigId)
    second_id: Mapped[int] = mapped_column(BigId)
    cluster_id: Mapped[int] = mapped_column(BigId)
    state: Mapped[int] = mapped_column(SmallInteger, default=1)
    verdict: Mapped[str] = mapped_column(String(12), default="")
    reasons: Mapped[int] = mapped_column(default=0)
    score: Mapped[float] = mapped_column(default=0.0)
    proposed_at: Mapped[datetime]
    joined_id: Mapped[int | None] = mapped_column(BigId)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(60), default="")
    automatic: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(String(500), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_person_link_second_id", "second_id"),
        Index("ix_person_link_state", "state", "score", "id"),
        Index("ix_person_link_cluster_id", "cluster_id"),
        Index(
            "uq_person_link_joined",
            "joined_id",
            unique=True,
            postgresql_where=text("joined_id IS NOT NULL"),
            sqlite_where=text("joined_id IS NOT NULL"),
        ),
    )


class PersonLead(Base):
    """To which survivor a joined record leads, as known from one moment to another: the second clock of a join.

    ``Person.merged_into`` is the lead known now; a record has one lead at a time. ``on`` is the day of the join.
    """

    __tablename__ = "person_lead"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId)
    survivor_id: Mapped[int] = mapped_column(BigId)
    on: Mapped[date]
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime] = mapped_column(default=OPEN_MOMENT)
    by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (
        Index("ix_person_lead_person_id", "person_id"),
        Index("ix_person_lead_survivor_id", "survivor_id"),
        Index("ix_person_lead_recorded_at", "recorded_at"),
        Index("ix_person_lead_retracted_at", "retracted_at"),
    )


class PersonLinkStep(Base):
    """One operation on a pair, never changed afterwards; ``details`` hold what its exact undoing needs."""

    __tablename__ = "person_link_step"

    id: Mapped[Identifier]
    link_id: Mapped[int] = mapped_column(BigId, ForeignKey("person_link.id"))
    operation: Mapped[str] = mapped_column(String(12))
    state_before: Mapped[int] = mapped_column(SmallInteger)
    state_after: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60), default="")
    automatic: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(String(500), default="")
    event: Mapped[str] = mapped_column(String(4), default="")
    reason: Mapped[str] = mapped_column(String(4), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index("ix_person_link_step_link_id", "link_id", "id"),)


class DuplicateSearch(Base):
    """One search of the whole registry: who asked for it, how far it is, what it found; ``stop`` asks it to end."""

    __tablename__ = "duplicate_search"

    id: Mapped[Identifier]
    engine: Mapped[str] = mapped_column(String(8), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    stage: Mapped[str] = mapped_column(String(20), default="")
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    compared: Mapped[int] = mapped_column(BigId, default=0)
    found: Mapped[int] = mapped_column(default=0)
    proposed: Mapped[int] = mapped_column(default=0)
    stop: Mapped[bool] = mapped_column(default=False)
    begun: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (Index("ix_duplicate_search_status", "status", "id"),)
