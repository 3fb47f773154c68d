"""Counting the registry on a day: two passes over the people, whatever is asked of the figures afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, delete, extract, func, insert, literal, select
from sqlalchemy.orm import Session

from registry.insured.statistics.tables import NameWord, RegistryDay, RegistryFigure
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion, Policy
from registry.store.base import OPEN_MOMENT
from registry.store.bulk import insert_rows

ALL, INSURER, CLINIC = "all", "insurer", "clinic"
AGE_STEP, OLDEST = 5, 100
KEPT_DAYS = timedelta(days=31)
THERAPEUTIC = 1
# said before a statement runs: said of its result, the driver has all rows in memory already
PORTIONS = {"yield_per": 5_000}
LIVING, DEAD, ANNULLED, SUSPENDED, FOREIGN = 1, 3, 2, 4, 5

Key = tuple[str, str, str, str]


def count_registry(session: Session, day: date, now: datetime) -> int:
    """Count the registry as it is on a day and return the number of insured; an earlier count of that day is replaced.

    Days older than a month are forgotten unless they are the first of their month.
    """
    counts = Counter[Key]()
    for state, insurer, clinic, sex, age, people in session.execute(_by_age(day), execution_options=PORTIONS):
        counts[ALL, "", "state", state] += people
        if state != "insured":
            continue
        value = f"{sex}:{min(max(int(age or 0), 0), OLDEST):03d}"
        for scope, code in _scopes(insurer, clinic):
            counts[scope, code, "people", ""] += people
            counts[scope, code, "age", value] += people
            if scope != INSURER:
                counts[scope, code, "insurer", insurer] += people
            if scope != CLINIC:
                counts[scope, code, "clinic", clinic or ""] += people
    for insurer, clinic, policy, method, people in session.execute(_by_right(day), execution_options=PORTIONS):
        for scope, code in _scopes(insurer, clinic):
            counts[scope, code, "policy", policy] += people
            counts[scope, code, "method", method or ""] += people
    _keep(session, counts, day, now)
    _list_names(session)
    return counts[ALL, "", "people", ""]


def counted_on(session: Session, day: date) -> bool:
    """Whether this day was counted."""
    return session.scalar(select(RegistryDay.id).where(RegistryDay.day == day)) is not None


def _scopes(insurer: str, clinic: str | None) -> Iterator[tuple[str, str]]:
    yield ALL, ""
    if insurer:
        yield INSURER, insurer
    if clinic:
        yield CLINIC, clinic


def _keep(session: Session, counts: Counter[Key], day: date, now: datetime) -> None:
    old = and_(RegistryDay.day < day - KEPT_DAYS, extract("day", RegistryDay.day) != 1)
    gone = session.scalars(select(RegistryDay.id).where((RegistryDay.day == day) | old)).all()
    session.execute(delete(RegistryFigure).where(RegistryFigure.day_id.in_(gone)))
    session.execute(delete(RegistryDay).where(RegistryDay.id.in_(gone)))
    counted = RegistryDay(day=day, counted_at=now)
    session.add(counted)
    session.flush()
    columns = ("day_id", "scope", "scope_code", "figure", "value", "people")
    rows = ((counted.id, *key, people) for key, people in sorted(counts.items()))
    insert_rows(session, RegistryFigure.__table__, columns, rows)


def _list_names(session: Session) -> None:
    """The names of the registry anew, former and corrected ones too: they are looked for as well."""
    session.execute(delete(NameWord))
    for part, column in (("surname", PersonVersion.surname_key), ("first_name", PersonVersion.first_name_key)):
        words = select(literal(part), column, func.count(PersonVersion.id)).where(column != "").group_by(column)
        session.execute(insert(NameWord).from_select(["part", "word", "people"], words))


def _holds(table: type[PersonVersion | Insurance | Attachment], day: date) -> ColumnElement[bool]:
    return and_(table.valid_from <= day, table.valid_to >= day, table.retracted_at == OPEN_MOMENT)


def _of_survivors(table: type[Insurance | Attachment], day: date, *columns: Any) -> Subquery:
    """One row a person that holds on the day: their own before a joined record's, the one begun last before others."""
    owner = func.coalesce(Person.merged_into, Person.id).label("person_id")
    order = (case((Person.merged_into.is_(None), 0), else_=1), table.valid_from.desc(), table.id.desc())
    place = func.row_number().over(partition_by=owner, order_by=order).label("place")
    ranked = select(owner, place, *columns).join(Person, Person.id == table.person_id).where(_holds(table, day))
    if table is Attachment:
        ranked = ranked.where(Attachment.area_type == THERAPEUTIC)
    rows = ranked.subquery()
    return select(rows).where(rows.c.place == 1).subquery()


def _insured(day: date) -> Subquery:
    return _of_survivors(Insurance, day, Insurance.insurer_code, Insurance.policy_id)


def _attached(day: date) -> Subquery:
    return _of_survivors(Attachment, day, Attachment.clinic_code, Attachment.method)


def _by_age(day: date) -> Select[str, str, str, int, int, int]:
    """People by state, insurer, clinic, sex and five years of age."""
    insured, attached = _insured(day), _attached(day)
    state = case(
        (Person.died_on.is_not(None) | (Person.status == DEAD), "dead"),
        (Person.status == ANNULLED, "annulled"),
        (Person.status == SUSPENDED, "suspended"),
        (Person.status == FOREIGN, "foreign"),
        (insured.c.person_id.is_not(None), "insured"),
        else_="uninsured",
    ).label("state")
    age = _age(day)
    step = (age - age % AGE_STEP).label("age")
    insurer = func.coalesce(insured.c.insurer_code, "").label("insurer")
    return (
        select(state, insurer, attached.c.clinic_code, PersonVersion.sex, step, func.count(Person.id))
        .join(PersonVersion, and_(PersonVersion.person_id == Person.id, _holds(PersonVersion, day)))
        .outerjoin(insured, insured.c.person_id == Person.id)
        .outerjoin(attached, attached.c.person_id == Person.id)
        .group_by(state, insurer, attached.c.clinic_code, PersonVersion.sex, step)
    )


def _age(day: date) -> ColumnElement[int]:
    """Whole years on a day, as both databases can tell them."""
    born = PersonVersion.birth_date
    not_yet = extract("month", born) * 100 + extract("day", born) > day.month * 100 + day.day
    return day.year - extract("year", born) - case((not_yet, 1), else_=0)


def _by_right(day: date) -> Select[str, str, str, str, int]:
    """Living insured people by insurer, clinic, type of policy and method of attachment."""
    insured, attached = _insured(day), _attached(day)
    return (
        select(insured.c.insurer_code, attached.c.clinic_code, Policy.type, attached.c.method, func.count(Person.id))
        .join(insured, insured.c.person_id == Person.id)
        .join(Policy, Policy.id == insured.c.policy_id)
        .outerjoin(attached, attached.c.person_id == Person.id)
        .where(Person.died_on.is_(None), Person.status == LIVING)
        .group_by(insured.c.insurer_code, attached.c.clinic_code, Policy.type, attached.c.method)
    )
