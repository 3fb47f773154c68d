"""Addresses of people, and applications to choose an insurer or to be given a policy."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier


class Address(Dated, Base):
    """An address of a person: ``kind`` 1 of registration, 2 of residence; ``type`` is г, о, р or и.

    ``homeless`` stands instead of an address; ``text`` is the address unparsed, ``house_guid`` its house in ФИАС.
    """

    __tablename__ = "address"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    kind: Mapped[int] = mapped_column(SmallInteger)
    homeless: Mapped[bool] = mapped_column(default=False)
    type: Mapped[str] = mapped_column(String(1), default="")
    subject: Mapped[str] = mapped_column(String(60), default="")
    postcode: Mapped[str] = mapped_column(String(6), default="")
    okato: Mapped[str] = mapped_column(String(11), default="")
    district: Mapped[str] = mapped_column(String(80), default="")
    settlement: Mapped[str] = mapped_column(String(80), default="")
    street: Mapped[str] = mapped_column(String(80), default="")
    house: Mapped[str] = mapped_column(String(20), default="")
    building: Mapped[str] = mapped_column(String(20), default="")
    flat: Mapped[str] = mapped_column(String(20), default="")
    registered_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(String(500), default="")
    house_guid: Mapped[str] = mapped_column(String(36), default="")

    __table_args__ = (Index("ix_address_person_id", "person_id"),)


class Application(Dated, Base):
    """An application of a person to an insurer (VIZIT and ORDERZ); ``valid_from`` is the day it was made.

    ``choice_reason`` is RSMO, ``issue_reason`` RPOLIS as insurers' files count it, ``form`` FPOLIS; ``status`` follows
    ``registry.insured.workflow``.
    """

    __tablename__ = "application"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    insurer_code: Mapped[str] = mapped_column(String(5), default="")
    point: Mapped[str] = mapped_column(String(10), default="")
    method: Mapped[int | None] = mapped_column(SmallInteger)
    petition: Mapped[bool] = mapped_column(default=False)
    choice_reason: Mapped[int | None] = mapped_column(SmallInteger)
    issue_reason: Mapped[int | None] = mapped_column(SmallInteger)
    form: Mapped[str] = mapped_column(String(1), default="")
    number: Mapped[str] = mapped_column(String(20), default="")
    numbered_on: Mapped[date | None]
    kind: Mapped[int | None] = mapped_column(SmallInteger)
    status: Mapped[int] = mapped_column(SmallInteger, default=1)

    __table_args__ = (Index("ix_application_person_id", "person_id"),)
