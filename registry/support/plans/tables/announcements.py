"""What is announced to all: telephones of clinics, days of measures, and the numbers the region approved."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Identifier
from registry.support.plans.tables.reported import Reported


class ClinicContact(Reported, Base):
    """A telephone people may call about preventive measures of a clinic."""

    __tablename__ = "clinic_contact"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))

    __table_args__ = (UniqueConstraint("sender_id", "rid"), Index("ix_clinic_contact_clinic_code", "clinic_code"))


class PlannedDate(Reported, Base):
    """A day on which a clinic holds a measure: at its address, by a mobile team, or bringing people in."""

    __tablename__ = "planned_date"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    held_on: Mapped[date]

    __table_args__ = (
        UniqueConstraint("sender_id", "rid"),
        Index("ix_planned_date_clinic_code", "clinic_code", "held_on"),
        Index("ix_planned_date_held_on", "held_on"),
    )


class PlanQuantity(Base):
    """How many measures of a kind the region approved for a clinic and a month."""

    __tablename__ = "plan_quantity"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    event_kind: Mapped[int] = mapped_column(SmallInteger)
    second_kind: Mapped[int] = mapped_column(SmallInteger, default=0)
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    quantity: Mapped[int]
    changed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("clinic_code", "year", "month", "event_kind", "second_kind"),
        Index("ix_plan_quantity_year", "year", "month"),
    )
