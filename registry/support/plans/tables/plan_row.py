"""People in the plans of clinics."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier
from registry.support.plans.tables.reported import Reported


class PlanRow(Reported, Base):
    """A person a clinic is to see in a month; ``due_on`` is its first day, on which the person is judged.

    ``mkb`` tells plans of dispensary observation apart. A row with ``withdrawn_at`` is not in force: the person has
    moved to another clinic, which plans now.
    """

    __tablename__ = "plan_row"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    event_kind: Mapped[int] = mapped_column(SmallInteger)
    year: Mapped[int] = mapped_column(SmallInteger)
    month: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date]
    mkb: Mapped[str] = mapped_column(String(10), default="")
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("sender_id", "rid"),
        Index("ix_plan_row_person_id", "person_id", "year", "event_kind"),
        Index("ix_plan_row_clinic_code", "clinic_code", "year", "month", "id"),
        Index("ix_plan_row_year", "year", "month", "id"),
    )
