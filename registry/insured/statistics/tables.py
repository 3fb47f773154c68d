"""Counts of the registry: a screen reads a few hundred rows instead of counting millions of people."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class RegistryDay(Base):
    """A day the registry was counted on; one row per day, the latest count stands."""

    __tablename__ = "registry_day"

    id: Mapped[Identifier]
    day: Mapped[date] = mapped_column(unique=True)
    counted_at: Mapped[datetime]


class RegistryFigure(Base):
    """One count of a day: people of a scope (all, an insurer, a clinic) by the value of one figure.

    Figures: ``people`` insured and living; ``age`` «sex:first year of five»; ``insurer`` and ``clinic`` by code, an
    empty one for nobody; ``policy`` by letter; ``method`` of attachment; ``state`` of every record, of all only.
    """

    __tablename__ = "registry_figure"

    day_id: Mapped[int] = mapped_column(BigId, ForeignKey("registry_day.id", ondelete="CASCADE"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(8), primary_key=True)
    scope_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    figure: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(20), primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger)


class NameWord(Base):
    """A surname or first name of the registry in its key form: what a search with mistakes looks through first."""

    __tablename__ = "name_word"

    part: Mapped[str] = mapped_column(String(10), primary_key=True)
    word: Mapped[str] = mapped_column(String(60), primary_key=True)
    people: Mapped[int] = mapped_column(BigInteger)
