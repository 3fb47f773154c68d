"""Attachment of people to clinics, and the districts (участки) people are attached to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import OPEN_DATE, Base, BigId, Identifier


class Attachment(Dated, Base):
    """Attachment of a person to a clinic by area type (clause 6.1); one open row per person and area type.

    ``method`` holds the registry's own codes (see ``registry.insured.kinds.methods``); ``applied_on`` is the date of
    the application or of the territorial decision, ``valid_from`` the day it took effect. ``ground`` tells why a person
    chose more than once a year; the second medical worker is of the other category.
    """

    __tablename__ = "attachment"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    clinic_code: Mapped[str] = mapped_column(String(6))
    clinic_oid: Mapped[str] = mapped_column(String(50), default="")
    area_type: Mapped[int] = mapped_column(SmallInteger, default=1)
    method: Mapped[str] = mapped_column(String(20), default="unknown")
    applied_on: Mapped[date]
    department: Mapped[str] = mapped_column(String(20), default="")
    building: Mapped[str] = mapped_column(String(20), default="")
    district_code: Mapped[str] = mapped_column(String(20), default="")
    doctor_snils: Mapped[str] = mapped_column(String(11), default="")
    doctor_category: Mapped[int | None] = mapped_column(SmallInteger)
    second_doctor_snils: Mapped[str] = mapped_column(String(11), default="")
    ground: Mapped[str] = mapped_column(String(20), default="")
    end_reason: Mapped[int | None] = mapped_column(SmallInteger)
    sender_end_reason: Mapped[str] = mapped_column(String(10), default="")
    ended_by_fund: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        Index("ix_attachment_person_id", "person_id"),
        Index("ix_attachment_clinic_code", "clinic_code", "valid_to", "person_id"),
        Index(
            "uq_attachment_open",
            "person_id",
            "area_type",
            unique=True,
            postgresql_where=text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
            sqlite_where=text("valid_to = '9999-12-31' AND retracted_at >= '9999-01-01'"),
        ),
    )


class District(Base):
    """A section (участок) of a clinic; unknown ones met in attachments are created and marked by ``source``."""

    __tablename__ = "district"

    id: Mapped[Identifier]
    clinic_code: Mapped[str] = mapped_column(String(6))
    area_type: Mapped[int] = mapped_column(SmallInteger, default=1)
    code: Mapped[str] = mapped_column(String(20))
    department: Mapped[str] = mapped_column(String(20), default="")
    building: Mapped[str] = mapped_column(String(20), default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date] = mapped_column(default=OPEN_DATE)
    source: Mapped[str] = mapped_column(String(16), default="")

    __table_args__ = (UniqueConstraint("clinic_code", "area_type", "code", "building"),)


class DistrictDoctor(Base):
    """A medical worker serving a district since a date (category 1 doctor, 2 nursing staff), as the clinic told them.

    ``speciality`` is a regional code; names are empty where a contract brings a СНИЛС alone.
    """

    __tablename__ = "district_doctor"

    id: Mapped[Identifier]
    district_id: Mapped[int] = mapped_column(BigId, ForeignKey("district.id"))
    snils: Mapped[str] = mapped_column(String(11))
    category: Mapped[int] = mapped_column(SmallInteger, default=1)
    since: Mapped[date]
    until: Mapped[date] = mapped_column(default=OPEN_DATE)
    surname: Mapped[str] = mapped_column(String(60), default="")
    first_name: Mapped[str] = mapped_column(String(60), default="")
    patronymic: Mapped[str] = mapped_column(String(60), default="")
    birth_date: Mapped[date | None]
    speciality: Mapped[int | None]

    __table_args__ = (
        Index("ix_district_doctor_district_id", "district_id"),
        Index("ix_district_doctor_snils", "snils"),
    )
