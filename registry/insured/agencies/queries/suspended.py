"""People whose insurance is suspended for military service (П025), now or on a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry.insured.queries.survivors import has, survivors
from registry.insured.tables import Insurance, Person, PersonVersion, Policy
from registry.store.base import OPEN_DATE, OPEN_MOMENT

SUSPENDED = "П025"


@dataclass(frozen=True, slots=True)
class SuspendedLine:
    """A suspended insurance; ``restored_on`` is when it began again, if it did."""

    insurance: Insurance
    policy: Policy
    person: Person
    version: PersonVersion
    restored_on: date | None

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.insurance.id


def suspended_lines(
    session: Session,
    *,
    insurer: str = "",
    still: bool | None = True,
    since: date | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[SuspendedLine]:
    """Suspended insurances, the latest first: those not restored yet, those restored, or all."""
    goes_on = has(Insurance, Insurance.person_id, _later)
    query = (
        select(Insurance, Policy, Person, PersonVersion, _restored())
        .join(Policy, Policy.id == Insurance.policy_id)
        .join(Person, Person.id == Insurance.person_id)
        .join(
            PersonVersion,
            (PersonVersion.person_id == Person.id)
            & (PersonVersion.valid_to == OPEN_DATE)
            & (PersonVersion.retracted_at == OPEN_MOMENT),
        )
        .where(Insurance.end_reason == SUSPENDED, Insurance.retracted_at == OPEN_MOMENT)
    )
    if insurer:
        query = query.where(Insurance.insurer_code == insurer)
    if still is not None:
        query = query.where(~goes_on if still else goes_on)
    if since is not None:
        query = query.where(Insurance.valid_to >= since)
    if after is not None:
        query = query.where(Insurance.id < after)
    lines = [SuspendedLine(*row) for row in session.execute(query.order_by(Insurance.id.desc()).limit(limit))]
    leads = survivors(session, [one.person for one in lines])
    return [replace(one, person=leads.get(one.person.id, one.person)) for one in lines]


def _later(one: Any) -> tuple[ColumnElement[bool], ...]:
    """What makes a row the one the suspended insurance goes on by."""
    return (one.valid_from > Insurance.valid_to, one.retracted_at == OPEN_MOMENT)


def _restored() -> Any:
    later, holder, me = aliased(Insurance), aliased(Person), aliased(Person)
    human = func.coalesce(me.merged_into, me.id)
    return (
        select(later.valid_from)
        .join(holder, holder.id == later.person_id)
        .join(me, or_(holder.id == human, holder.merged_into == human))
        .where(me.id == Insurance.person_id, *_later(later))
        .correlate(Insurance)
        .order_by(later.valid_from)
        .limit(1)
        .scalar_subquery()
    )
