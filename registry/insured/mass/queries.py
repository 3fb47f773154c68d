"""Mass changes and their lines, as screens show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.buffer.queries.items import names_of
from registry.insured.mass.tables import MassChange, MassChangeLine
from registry.insured.tables import PersonVersion


@dataclass(frozen=True, slots=True)
class MassLine:
    """A line with the person it names."""

    line: MassChangeLine
    version: PersonVersion | None = None


def mass_changes(session: Session, *, status: str = "", after: int | None = None, limit: int = 50) -> list[MassChange]:
    """Mass changes, the newest first, going on behind one."""
    query = select(MassChange).order_by(MassChange.id.desc()).limit(limit)
    if status:
        query = query.where(MassChange.status == status)
    if after is not None:
        query = query.where(MassChange.id < after)
    return list(session.scalars(query))


def mass_change(session: Session, change_id: int) -> MassChange | None:
    """One mass change."""
    return session.get(MassChange, change_id)


def mass_lines(
    session: Session, change_id: int, *, states: Sequence[str] = (), after: int = 0, limit: int = 50
) -> list[MassLine]:
    """Lines of a mass change in their order, going on behind one."""
    query = (
        select(MassChangeLine)
        .where(MassChangeLine.change_id == change_id, MassChangeLine.line > after)
        .order_by(MassChangeLine.line)
        .limit(limit)
    )
    if states:
        query = query.where(MassChangeLine.status.in_(list(states)))
    lines = session.scalars(query).all()
    names = names_of(session, [line.person_id for line in lines if line.person_id is not None])
    return [MassLine(line, names.get(line.person_id or 0)) for line in lines]
