"""People: the person, the versions of names, the identity documents and the СНИЛС."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.insured.tables.blocks import beginning_of, last_six, month_and_day, sound_of, year
from registry.insured.tables.dated import Dated
from registry.store.base import Base, BigId, Identifier


class Person(Base):
    """One human being; everything that changes over time hangs off it as dated rows.

    ``bdz_id`` is the fund's own number told to МИС; ``status`` is 1 insured, 2 annulled, 3 dead, 4 suspended, 5 foreign
    (clause 5.1); a joined record keeps its rows and points at the survivor with ``merged_into``. Status, main ЕНП and
    death are what holds now: their histories are ``PersonStatus``, ``PersonEnp`` and ``DeathFact``.
    """

    __tablename__ = "person"

    id: Mapped[Identifier]
    bdz_id: Mapped[str] = mapped_column(String(36), unique=True)
    enp: Mapped[str] = mapped_column(String(16), default="")
    oip: Mapped[str | None] = mapped_column(String(36), unique=True)
    status: Mapped[int] = mapped_column(SmallInteger, default=1)
    died_on: Mapped[date | None]
    death_source: Mapped[str] = mapped_column(String(16), default="")
    merged_into: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    phone: Mapped[str] = mapped_column(String(40), default="")

    __table_args__ = (Index("ix_person_enp", "enp"), Index("ix_person_merged_into", "merged_into"))


class PersonVersion(Dated, Base):
    """Names, sex, birth, citizenship and social state as they were true in a period; ``*_key`` are the compared forms.

    ``citizenship`` is the code of O001, empty when unknown and for the stateless, who have their flag; ``category`` is
    of V013, ``employment`` of F009.
    """

    __tablename__ = "person_version"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    surname: Mapped[str] = mapped_column(String(60), default="")
    first_name: Mapped[str] = mapped_column(String(60), default="")
    patronymic: Mapped[str] = mapped_column(String(60), default="")
    surname_key: Mapped[str] = mapped_column(String(60), default="")
    first_name_key: Mapped[str] = mapped_column(String(60), default="")
    patronymic_key: Mapped[str] = mapped_column(String(60), default="")
    birth_date: Mapped[date]
    birth_precision: Mapped[int] = mapped_column(SmallInteger, default=1)
    sex: Mapped[int] = mapped_column(SmallInteger)
    birth_place: Mapped[str] = mapped_column(String(250), default="")
    birth_place_key: Mapped[str] = mapped_column(String(250), default="")
    citizenship: Mapped[str] = mapped_column(String(3), default="")
    stateless: Mapped[bool] = mapped_column(default=False)
    category: Mapped[int | None] = mapped_column(SmallInteger)
    employment: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        Index("ix_person_version_person_id", "person_id"),
        Index("ix_person_version_names", "surname_key", "first_name_key", "patronymic_key", "birth_date"),
        Index(
            "ix_person_version_birth_date",
            *("birth_date", "surname_key", "first_name_key", "patronymic_key"),
            postgresql_include=["person_id", "sex"],  # whom the blocks of a search give is read from here alone
        ),
    )


class IdentityDocument(Dated, Base):
    """An identity document (УДЛ, F011); exactly one is current, the rest are history and stay searchable.

    ``number_key`` is the comparison form of series and number together.
    """

    __tablename__ = "identity_document"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    type: Mapped[int] = mapped_column(SmallInteger)
    series: Mapped[str] = mapped_column(String(20), default="")
    number: Mapped[str] = mapped_column(String(30), default="")
    number_key: Mapped[str] = mapped_column(String(50), default="")
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(250), default="")

    __table_args__ = (
        Index("ix_identity_document_person_id", "person_id"),
        Index("ix_identity_document_number_key", "number_key"),
    )


class Snils(Dated, Base):
    """A СНИЛС of a person in a period, eleven digits; ``confirmation`` is the answer of the ОПФР (1, 2, 3), if any."""

    __tablename__ = "snils"

    id: Mapped[Identifier]
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"))
    number: Mapped[str] = mapped_column(String(11))
    confirmation: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (Index("ix_snils_person_id", "person_id"), Index("ix_snils_number", "number"))


# Blocks of the search by a score: no column is kept for them.
Index("ix_person_version_sound", sound_of(PersonVersion.surname_key), year(PersonVersion.birth_date))
Index("ix_person_version_beginning", beginning_of(PersonVersion.surname_key), month_and_day(PersonVersion.birth_date))
Index("ix_snils_last_six", last_six(Snils.number))
Index("ix_identity_document_last_six", last_six(IdentityDocument.number_key))
