"""Deaths that were announced and wait for somebody to confirm or refuse them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.insured.tables import DeathFact, Person, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT

_WAITING = (DeathFact.registered.is_(False), DeathFact.retracted_at == OPEN_MOMENT)


@dataclass(frozen=True, slots=True)
class AnnouncedDeath:
    """What was said of the death of a person."""

    fact: DeathFact
    person: Person
    version: PersonVersion

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.fact.id


def announced_deaths(
    session: Session, *, ids: Collection[int] | None = None, after: int | None = None, limit: int = 50
) -> list[AnnouncedDeath]:
    """Announced deaths, the oldest first; only those of these numbers where they are given."""
    query = (
        select(DeathFact, Person, PersonVersion)
        .join(Person, Person.id == DeathFact.person_id)
        .join(
            PersonVersion,
            (PersonVersion.person_id == Person.id)
            & (PersonVersion.valid_to == OPEN_DATE)
            & (PersonVersion.retracted_at == OPEN_MOMENT),
        )
        .where(*_WAITING, Person.died_on.is_(None))
    )
    if ids is not None:
        query = query.where(DeathFact.id.in_(sorted(ids)))
    if after is not None:
        query = query.where(DeathFact.id > after)
    return [AnnouncedDeath(*row) for row in session.execute(query.order_by(DeathFact.id).limit(limit))]


def count_announced(session: Session) -> int:
    """How many wait."""
    query = select(func.count(DeathFact.id)).join(Person, Person.id == DeathFact.person_id)
    return session.scalar(query.where(*_WAITING, Person.died_on.is_(None))) or 0
