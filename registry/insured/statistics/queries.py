"""Reading the counts of the registry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from registry.insured.statistics.operations import ALL
from registry.insured.statistics.tables import RegistryDay, RegistryFigure


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom the figures are about: everybody, the insured of some insurers, the attached of some clinics."""

    kind: str = ALL
    codes: tuple[str, ...] = ("",)

    def condition(self) -> ColumnElement[bool]:
        """The same as a condition on figures."""
        return and_(RegistryFigure.scope == self.kind, RegistryFigure.scope_code.in_(self.codes))


def counted_days(session: Session) -> list[RegistryDay]:
    """Every day counted, the newest first."""
    return list(session.scalars(select(RegistryDay).order_by(RegistryDay.day.desc())))


def figures(session: Session, day_id: int, scope: Scope) -> dict[str, dict[str, int]]:
    """All figures of a day in a scope: figure → value → people."""
    query = (
        select(RegistryFigure.figure, RegistryFigure.value, func.sum(RegistryFigure.people))
        .where(RegistryFigure.day_id == day_id, scope.condition())
        .group_by(RegistryFigure.figure, RegistryFigure.value)
    )
    found: dict[str, dict[str, int]] = {}
    for figure, value, people in session.execute(query):
        found.setdefault(figure, {})[value] = int(people)
    return found


def insured_by_day(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """The number of insured on every day counted, the oldest first."""
    query = (
        select(RegistryDay.day, func.sum(RegistryFigure.people))
        .join(RegistryFigure, RegistryFigure.day_id == RegistryDay.id)
        .where(RegistryFigure.figure == "people", scope.condition())
        .group_by(RegistryDay.day)
        .order_by(RegistryDay.day)
    )
    return [(day, int(people)) for day, people in session.execute(query)]


def scope_codes(session: Session, day_id: int, kind: str) -> Sequence[str]:
    """The codes of insurers or clinics that have figures on a day."""
    query = (
        select(RegistryFigure.scope_code)
        .where(RegistryFigure.day_id == day_id, RegistryFigure.scope == kind, RegistryFigure.figure == "people")
        .order_by(RegistryFigure.scope_code)
    )
    return session.scalars(query).all()
