"""Facts about people in plans: told by insurers, done by clinics, billed in registers, due for an in-depth exam."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier
from registry.support.plans.tables.reported import Reported
from registry.support.tables.card import Card


class InformingFact(Reported, Base):
    """An insurer told a person about a measure; ``clinic_code`` is where the person is invited to."""

    __tablename__ = "informing_fact"

    id: Mapped[Identifier]
    insurer_code: Mapped[str] = mapped_column(String(5))
    clinic_code: Mapped[str] = mapped_column(String(6), default="")
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    informed_on: Mapped[date]
    method: Mapped[int] = mapped_column(SmallInteger)
    step: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        UniqueConstraint("sender_id", "rid"),
        Index("ix_informing_fact_insurer_code", "insurer_code", "informed_on"),
        Index("ix_informing_fact_clinic_code", "clinic_code", "informed_on"),
        Index("ix_informing_fact_person_id", "person_id", "informed_on"),
        Index("ix_informing_fact_informed_on", "informed_on"),
    )


class ExecutionFact(Reported, Base):
    """A person took a step of a measure in a clinic; ``card_id`` is the card of an event that says so."""

    __tablename__ = "execution_fact"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    executed_on: Mapped[date]
    step: Mapped[int] = mapped_column(SmallInteger)
    card_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Card.id))

    __table_args__ = (
        UniqueConstraint("sender_id", "rid"),
        Index("ix_execution_fact_clinic_code", "clinic_code", "executed_on"),
        Index("ix_execution_fact_person_id", "person_id", "step"),
        Index("ix_execution_fact_executed_on", "executed_on"),
        Index("ix_execution_fact_card_id", "card_id"),
    )


class InvoiceFact(Base):
    """A case of a measure in a register of bills, with what the register says of case and person in ``told``."""

    __tablename__ = "invoice_fact"

    id: Mapped[Identifier]
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    clinic_code: Mapped[str] = mapped_column(String(6))
    payer_code: Mapped[str] = mapped_column(String(5))
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recorded_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_invoice_fact_year", "year", "month", "id"),
        Index("ix_invoice_fact_clinic_code", "clinic_code", "year", "month"),
        Index("ix_invoice_fact_payer_code", "payer_code", "year", "month"),
        Index("ix_invoice_fact_person_id", "person_id"),
    )


class InDepthPerson(Base):
    """A person due for the in-depth dispensarisation, as told to clinics and insurers."""

    __tablename__ = "in_depth_person"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), unique=True)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recorded_at: Mapped[datetime]
