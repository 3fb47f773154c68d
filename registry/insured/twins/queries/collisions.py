"""Numbers and names that two living records share, found in the whole registry by one statement each (clause 5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select, union
from sqlalchemy.orm import Session, aliased

from registry.insured.tables import IdentityDocument, Person, PersonVersion, Policy, Snils
from registry.insured.twins.rules.joining import ANNULLED
from registry.insured.twins.rules.words import Reason
from registry.store.base import OPEN_DATE, OPEN_MOMENT

#: A number held by more records than this is a placeholder somebody typed, not a person recorded so often.
MOST_HOLDERS = 10
STAGES: tuple[Reason, ...] = (Reason.ENP, Reason.SNILS, Reason.DOCUMENT, Reason.POLICY, Reason.NAMES)


def colliding_pairs(session: Session, reason: Reason, limit: int) -> Sequence[tuple[int, int]]:
    """Pairs of living records that share this, in the order of their numbers, the smaller number first."""
    query = _same_names() if reason is Reason.NAMES else _same_number(reason)
    first, second = query.selected_columns
    rows = session.execute(query.order_by(first, second).limit(limit))
    return [(row[0], row[1]) for row in rows]


def placeholders(session: Session, reason: Reason) -> int:
    """How many numbers are held by so many records that they are left out."""
    held = _held(reason).subquery()
    shared = select(held.c.value).group_by(held.c.value).having(func.count() > MOST_HOLDERS).subquery()
    return session.scalar(select(func.count()).select_from(shared)) or 0


def living() -> ColumnElement[bool]:
    """The condition on ``Person``: neither annulled nor joined nor dead."""
    return and_(Person.merged_into.is_(None), Person.status != ANNULLED, Person.died_on.is_(None))


def _same_number(reason: Reason) -> Any:
    held = _held(reason).cte("held")
    shared = (
        select(held.c.value)
        .group_by(held.c.value)
        .having(and_(func.count() > 1, func.count() <= MOST_HOLDERS))
        .cte("shared")
    )
    one, other = held.alias("one"), held.alias("other")
    return (
        select(one.c.person_id, other.c.person_id)
        .join(shared, shared.c.value == one.c.value)
        .join(other, and_(other.c.value == one.c.value, other.c.person_id > one.c.person_id))
    )


def _held(reason: Reason) -> Any:
    """Who holds which number, each pair once; former numbers count, corrected ones do not."""
    if reason is Reason.ENP:
        main = select(Person.id.label("person_id"), Person.enp.label("value")).where(living(), Person.enp != "")
        return union(main, _of(Policy, Policy.enp, Policy.enp != ""))
    if reason is Reason.SNILS:
        return _of(Snils, Snils.number, Snils.number != "").distinct()
    if reason is Reason.DOCUMENT:
        value = cast(IdentityDocument.type, String) + literal("|") + IdentityDocument.number_key
        return _of(IdentityDocument, value, IdentityDocument.number_key != "").distinct()
    numbered = and_(Policy.number_key != "", Policy.number_key != Policy.enp)
    return _of(Policy, Policy.type + literal("|") + Policy.number_key, numbered).distinct()


def _of(model: Any, value: Any, given: ColumnElement[bool]) -> Select[Any]:
    return (
        select(model.person_id.label("person_id"), value.label("value"))
        .join(Person, Person.id == model.person_id)
        .where(living(), model.retracted_at == OPEN_MOMENT, given)
    )


def _same_names() -> Any:
    """Present names, birth date and sex are the same."""
    one, other = aliased(PersonVersion), aliased(PersonVersion)
    ours, theirs = aliased(Person), aliased(Person)
    same = [
        getattr(one, name) == getattr(other, name)
        for name in ("surname_key", "first_name_key", "patronymic_key", "birth_date", "sex")
    ]
    return (
        select(one.person_id, other.person_id)
        .join(other, and_(other.person_id > one.person_id, *same))
        .join(ours, ours.id == one.person_id)
        .join(theirs, theirs.id == other.person_id)
        .where(
            one.surname_key != "",
            one.first_name_key != "",
            *(
                condition
                for version in (one, other)
                for condition in (version.valid_to == OPEN_DATE, version.retracted_at == OPEN_MOMENT)
            ),
            *(
                condition
                for person in (ours, theirs)
                for condition in (person.merged_into.is_(None), person.status != ANNULLED, person.died_on.is_(None))
            ),
        )
        .distinct()
    )
