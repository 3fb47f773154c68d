"""What cards and steps of measures say of people after a day: a death against them is doubtful (clause 5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.support.plans.tables import ExecutionFact
from registry.support.tables import Card


def later_services(session: Session, days: Mapping[int, date | None]) -> dict[int, str]:
    """Say in words which service each of these people got last, where it was after their day."""
    people = sorted(days)
    cards = select(Card.person_id, func.max(func.coalesce(Card.closed_on, Card.opened_on))).where(
        Card.person_id.in_(people), Card.state != "deleted"
    )
    facts = select(ExecutionFact.person_id, func.max(ExecutionFact.executed_on)).where(
        ExecutionFact.person_id.in_(people)
    )
    found: dict[int, tuple[date, str]] = {}
    for query, what in (
        (cards.group_by(Card.person_id), "карта события"),
        (facts.group_by(ExecutionFact.person_id), "профилактическое мероприятие"),
    ):
        rows: Iterable[Any] = session.execute(query)
        for person_id, last in rows:
            day = days.get(person_id)
            if last and day and last > day and (person_id not in found or found[person_id][0] < last):
                found[person_id] = (last, what)
    return {person_id: f"{what} {last:%d.%m.%Y}" for person_id, (last, what) in found.items()}
