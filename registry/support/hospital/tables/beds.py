"""Places of hospitals by day, and what became of requests to book one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier
from registry.support.hospital.tables.referral import Told


class BedDay(Told, Base):
    """Places of one bed profile of a clinic on a day as last reported; ``told`` holds the volumes by insurer."""

    __tablename__ = "bed_day"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    day: Mapped[date]
    branch: Mapped[str] = mapped_column(String(20), default="")
    division: Mapped[str] = mapped_column(String(20), default="")
    care_conditions: Mapped[str] = mapped_column(String(10), default="")
    bed_profile: Mapped[str] = mapped_column(String(10), default="")
    occupied: Mapped[int] = mapped_column(default=0)
    arrived: Mapped[int] = mapped_column(default=0)
    departed: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    free: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        UniqueConstraint("clinic_code", "day", "branch", "division", "care_conditions", "bed_profile"),
        Index("ix_bed_day_day", "day", "bed_profile"),
        Index("ix_bed_day_changed_at", "changed_at"),
    )


class Booking(Base):
    """A request for a place and the status its sender may ask for by the guid of its packet."""

    __tablename__ = "booking"

    id: Mapped[Identifier]
    packet_id: Mapped[int] = mapped_column(BigId, unique=True)
    packet_guid: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[int] = mapped_column(BigId)
    referral_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("referral.id"))
    hospital_code: Mapped[str] = mapped_column(String(6), default="")
    status: Mapped[int]
    hospitalised_on: Mapped[date | None]
    changed_at: Mapped[datetime]

    __table_args__ = (Index("ix_booking_referral_id", "referral_id"), Index("ix_booking_packet_guid", "packet_guid"))
