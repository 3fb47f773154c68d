"""Policies (ДПФС) and insurance: which insurer answered for a person in a period."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier


class Policy(Dated, Base):
    """A policy of a person: letter type (clause 1.4), series and number as printed, ЕНП.

    ``number_key`` is the comparison form of series and number; the number of a unified policy is the ЕНП.
    ``ends_on`` is the planned end (certificates, foreigners), ``stopped_on`` the removal from the register; ``form`` is
    П, Э or К, ``status`` a code of the federal register (clause 12).
    """

    __tablename__ = "policy"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    type: Mapped[str] = mapped_column(String(1))
    series: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30), default="")
    number_key: Mapped[str] = mapped_column(String(50), default="")
    enp: Mapped[str] = mapped_column(String(16), default="")
    ends_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    form: Mapped[str] = mapped_column(String(1), default="")
    status: Mapped[str] = mapped_column(String(3), default="")

    __table_args__ = (
        Index("ix_policy_person_id", "person_id"),
        Index("ix_policy_number_key", "number_key"),
        Index("ix_policy_enp", "enp"),
    )


class Insurance(Dated, Base):
    """One insurer of one policy in a period (``valid_from``…``valid_to`` inclusive), with the reasons of R001.

    ``point`` is the point of issue (F013); ``erp`` repeats the insurer's word that the central register knows the row,
    ``confirmed`` is that register's own word.
    """

    __tablename__ = "insurance"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    policy_id: Mapped[int] = mapped_column(BigId, ForeignKey("policy.id"))
    insurer_code: Mapped[str] = mapped_column(String(5), default="")
    insurer_ogrn: Mapped[str] = mapped_column(String(15), default="")
    okato: Mapped[str] = mapped_column(String(5), default="")
    begin_reason: Mapped[str] = mapped_column(String(4), default="")
    end_reason: Mapped[str] = mapped_column(String(4), default="")
    confirmed: Mapped[bool] = mapped_column(default=False)
    erp: Mapped[bool] = mapped_column(default=False)
    point: Mapped[str] = mapped_column(String(10), default="")

    __table_args__ = (Index("ix_insurance_person_id", "person_id"), Index("ix_insurance_insurer_code", "insurer_code"))
