"""What a separated record has of its own afterwards: death that closes, a main number with a history, no way back."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.queries import card, state_on
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion
from registry.insured.twins import (
    Actor,
    Done,
    Refused,
    Separation,
    Split,
    join_people,
    separate_people,
    split_person,
    undo_split,
)
from registry.insured.twins.operations.row_copies import statements_of
from registry.store.base import OPEN_MOMENT
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
DIED = date(2026, 11, 5)
ACTOR = Actor(by="operator", now=NOW, today=NOW.date(), comment="по заявлению", confirmed=True)


def two_named(session: Session) -> int:
    """A living record with two names."""
    counted = select(PersonVersion.person_id).group_by(PersonVersion.person_id).having(func.count() > 1)
    living = counted.join(Person, Person.id == PersonVersion.person_id).where(Person.died_on.is_(None))
    return session.scalars(living.order_by(PersonVersion.person_id)).first() or 0


def split_in_two(session: Session, person_id: int, *, copy_death: bool = False) -> Done:
    """Give the newest name, the policies and the attachments to a new record."""
    statements = statements_of(session, person_id)
    newest = max((one for one in statements if one.noun == "version"), key=lambda one: one.valid_from)
    chosen = (newest.name, *(one.name for one in statements if one.noun in {"policy", "attachment"}))
    return split_person(session, Split(person_id=person_id, statements=chosen, copy_death=copy_death), ACTOR)


def last_days(session: Session, person_id: int) -> set[date]:
    """The last days of insurance and attachment that count now."""
    tables: tuple[Any, ...] = (Insurance, Attachment)
    return {
        day
        for table in tables
        for day in session.scalars(
            select(table.valid_to).where(
                table.person_id == person_id, table.retracted_at == OPEN_MOMENT, table.valid_to >= DIED
            )
        )
    }


def test_a_copied_death_closes_what_the_separated_record_has(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    second, first = min(load_doubled(20, 0.5).items())
    with sessions.begin() as session:
        link = join_people(session, first, second, ACTOR).link.id
        change_facts(session, [FactChange(first, {"died_on": DIED}, DIED)], Told(NOW, "ЗАГС"))
        done = separate_people(session, link, replace(ACTOR, now=LATER), Separation(copy_death=True))
        separated = session.get_one(Person, second)
        assert (separated.died_on, separated.status) == (DIED, 3)
        assert last_days(session, second) == {DIED}
        assert done.changes[0].facts["insurers"]
        assert {change.name for change in done.changes} >= {"people_separated", "insurance_ended", "person_died"}
        found = card(session, second)
        assert found is not None
        assert [state_on(found, DIED, moment).died_on for moment in (NOW, LATER)] == [None, DIED]


def test_a_number_that_leaves_with_its_policy_was_told_before(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        person_id = two_named(session)
        number = session.get_one(Person, person_id).enp
        new_id = split_in_two(session, person_id).changes[0].facts["second_id"]
        assert (session.get_one(Person, person_id).enp, session.get_one(Person, new_id).enp) == ("", number)
        found = card(session, person_id)
        assert found is not None
        moments = (NOW - timedelta(days=1), NOW)
        assert [state_on(found, NOW.date(), moment).enp for moment in moments] == [number, ""]


def test_a_record_that_learnt_of_a_death_since_is_not_put_back(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        done = split_in_two(session, two_named(session))
        new_id = done.changes[0].facts["second_id"]
        change_facts(session, [FactChange(new_id, {"died_on": DIED}, DIED)], Told(LATER, "ЗАГС"))
        with pytest.raises(Refused, match="менялись"):
            undo_split(session, done.link.id, replace(ACTOR, now=LATER + timedelta(hours=1)))
        assert session.get_one(Person, new_id).died_on == DIED


def test_a_death_copied_by_a_separation_goes_with_it(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        person_id = two_named(session)
        change_facts(session, [FactChange(person_id, {"died_on": DIED}, DIED)], Told(NOW - timedelta(days=1), "ЗАГС"))
        done = split_in_two(session, person_id, copy_death=True)
        new_id = done.changes[0].facts["second_id"]
        assert session.get_one(Person, new_id).died_on == DIED
        undo_split(session, done.link.id, replace(ACTOR, now=LATER))
        assert session.get_one(Person, new_id).died_on is None
        assert (session.get_one(Person, person_id).died_on, session.get_one(Person, person_id).status) == (DIED, 3)
