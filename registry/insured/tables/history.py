"""The ledger of accepted acts about people, and the histories of what a person row holds for now only."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier


class PersonHistory(Base):
    """One accepted act about a person (clause 1.7); ``id`` is the ID_HISTORY insurers are told and may correct by.

    ``act`` names what was done, ``aspects`` what it touched, ``on`` since when it is true; event, reason (R001),
    source, organisation, operator, packet and record say who did it and why. ``corrected_by`` is the later act that
    declared this one wrong.
    """

    __tablename__ = "person_history"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    on: Mapped[date]
    act: Mapped[str] = mapped_column(String(24))
    aspects: Mapped[str] = mapped_column(String(200), default="")
    event: Mapped[str] = mapped_column(String(4), default="")
    reason: Mapped[str] = mapped_column(String(4), default="")
    source: Mapped[str] = mapped_column(String(16), default="")
    organisation_code: Mapped[str] = mapped_column(String(6), default="")
    operator: Mapped[str] = mapped_column(String(100), default="")
    packet_id: Mapped[int | None] = mapped_column(BigId)
    record_number: Mapped[str] = mapped_column(String(36), default="")
    corrected_by: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (
        Index("ix_person_history_person_id", "person_id"),
        Index("ix_person_history_recorded_at", "recorded_at", "id"),
        Index("ix_person_history_packet_id", "packet_id"),
    )


class PersonStatus(Dated, Base):
    """A status of a person in a period (clause 5.1); the first row is written when a status first changes."""

    __tablename__ = "person_status"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    status: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (Index("ix_person_status_person_id", "person_id"),)


class PersonEnp(Dated, Base):
    """A main ЕНП of a person in a period; former ones stay searchable. Written when a main ЕНП is given or changes."""

    __tablename__ = "person_enp"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(String(16))

    __table_args__ = (Index("ix_person_enp_person_id", "person_id"), Index("ix_person_enp_number", "number"))


class DeathFact(Dated, Base):
    """What a source says of a death (clause 5.1): an announced one changes nothing until it is registered.

    ``valid_from`` is the date of death.
    """

    __tablename__ = "death_fact"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    registered: Mapped[bool] = mapped_column(Boolean)
    act_number: Mapped[str] = mapped_column(String(30), default="")
    act_date: Mapped[date | None]
    act_issuer: Mapped[str] = mapped_column(String(250), default="")

    __table_args__ = (
        Index("ix_death_fact_person_id", "person_id"),
        Index("ix_death_fact_announced", "registered", "retracted_at"),
    )
