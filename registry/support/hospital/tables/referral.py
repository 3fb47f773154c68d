"""Referrals to hospitals, their cancellations, stays and discharges (information support, section 4).

Every row keeps in ``told`` all that its sender said, by canonical field names; the columns are what questions are asked
by. Codes of organisations are plain text: unknown ones are kept.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class Told:
    """What every fact of a hospital has: the sender's words, the packet they came with, and the two moments."""

    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    packet_id: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Referral(Told, Base):
    """A referral of a clinic to a hospital; ``state`` follows its workflow, ``accepted_on`` is the hospital's date."""

    __tablename__ = "referral"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    number: Mapped[str] = mapped_column(String(36))
    issued_on: Mapped[date]
    hospital_code: Mapped[str] = mapped_column(String(6))
    form: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    planned_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    care_conditions: Mapped[str] = mapped_column(String(10), default="")
    bed_profile: Mapped[str] = mapped_column(String(10), default="")
    mkb: Mapped[str] = mapped_column(String(10), default="")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("clinic_code", "number", "issued_on"),
        Index("ix_referral_number", "number", "issued_on"),
        Index("ix_referral_clinic_code", "clinic_code", "changed_at"),
        Index("ix_referral_hospital_code", "hospital_code", "changed_at"),
        Index("ix_referral_person_id", "person_id"),
        Index("ix_referral_state", "state", "planned_on"),
        Index("ix_referral_issued_on", "issued_on"),
        Index("ix_referral_changed_at", "changed_at"),
    )


class ReferralMove(Base):
    """One step of a referral on its way, never changed afterwards."""

    __tablename__ = "referral_move"

    id: Mapped[Identifier]
    referral_id: Mapped[int] = mapped_column(BigId, ForeignKey("referral.id"))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    packet_id: Mapped[int | None] = mapped_column(BigId)
    source: Mapped[str] = mapped_column(String(16), default="")

    __table_args__ = (Index("ix_referral_move_referral_id", "referral_id", "id"),)


class ReferralCancellation(Told, Base):
    """The end of a referral that was not used: who cancelled it, when and why."""

    __tablename__ = "referral_cancellation"

    id: Mapped[Identifier]
    referral_id: Mapped[int] = mapped_column(BigId, ForeignKey("referral.id"), unique=True)
    canceller: Mapped[str] = mapped_column(String(10), default="")
    reason: Mapped[int | None]
    cancelled_on: Mapped[date]

    __table_args__ = (
        Index("ix_referral_cancellation_cancelled_on", "cancelled_on"),
        Index("ix_referral_cancellation_changed_at", "changed_at"),
    )


class Stay(Told, Base):
    """A hospitalisation, by referral or ``urgent`` without one; ``key`` is what makes it one within its hospital."""

    __tablename__ = "stay"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    key: Mapped[str] = mapped_column(String(80))
    urgent: Mapped[bool] = mapped_column(default=False)
    referral_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("referral.id"))
    referral_clinic_code: Mapped[str] = mapped_column(String(6), default="")
    number: Mapped[str] = mapped_column(String(36), default="")
    issued_on: Mapped[date | None]
    form: Mapped[str] = mapped_column(String(10))
    hospitalised_on: Mapped[date]
    card_number: Mapped[str] = mapped_column(String(36))
    care_conditions: Mapped[str] = mapped_column(String(10), default="")
    bed_profile: Mapped[str] = mapped_column(String(10), default="")
    department: Mapped[str] = mapped_column(String(20), default="")
    mkb: Mapped[str] = mapped_column(String(10), default="")
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    discharged_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("clinic_code", "key"),
        Index("ix_stay_card_number", "clinic_code", "card_number", "hospitalised_on"),
        Index("ix_stay_number", "number", "issued_on"),
        Index("ix_stay_referral_id", "referral_id"),
        Index("ix_stay_referral_clinic_code", "referral_clinic_code", "changed_at"),
        Index("ix_stay_person_id", "person_id"),
        Index("ix_stay_hospitalised_on", "hospitalised_on"),
        Index("ix_stay_changed_at", "changed_at"),
    )


class Discharge(Told, Base):
    """The end of a stay; it may come before the stay it ends, and is linked when that arrives."""

    __tablename__ = "discharge"

    id: Mapped[Identifier]
    stay_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stay.id"))
    clinic_code: Mapped[str] = mapped_column(String(6))
    card_number: Mapped[str] = mapped_column(String(36))
    hospitalised_on: Mapped[date]
    discharged_on: Mapped[date]
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("clinic_code", "card_number", "hospitalised_on"),
        Index("ix_discharge_stay_id", "stay_id"),
        Index("ix_discharge_person_id", "person_id"),
        Index("ix_discharge_discharged_on", "discharged_on"),
        Index("ix_discharge_changed_at", "changed_at"),
    )
