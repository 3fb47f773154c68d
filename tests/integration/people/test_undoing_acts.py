"""Acts taken back: a death of several dates, an ЕНП, acts in the order they were done, a policy told once more."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import COLUMNS, load_people
from registry.insured.matching.on_date import insured_on
from registry.insured.matching.queries import load_candidates
from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.insure import InsurerTold, PolicyTold, end_insurance, insure
from registry.insured.operations.people.undo import undo_act
from registry.insured.operations.people.writing import write_people
from registry.insured.queries import card, state_on
from registry.insured.tables import Attachment, Insurance, Person, PersonHistory, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT

LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = date(2026, 10, 20)
ENP, OTHER_ENP = "1467050868000018", "1467050868000026"
LINE = {
    "person_key": "1",
    "enp": ENP,
    "surname": "ЛЕДНЁВА",
    "first_name": "ЗОЯ",
    "birth_date": "1949-12-31",
    "sex": "2",
    "policy_type": "П",
    "policy_number": ENP,
    "insurer_code": "14001",
    "insured_from": "2012-03-01",
    "clinic_code": "140011",
    "attached_on": "2024-03-14",
    "attachment_method": "2",
}


@pytest.fixture
def registry(sessions: sessionmaker[Session], tmp_path: Path) -> Iterator["One"]:
    """A registry of one woman."""
    path = tmp_path / "people.csv"
    path.write_text("\n".join([";".join(COLUMNS), ";".join(LINE.get(name, "") for name in COLUMNS)]), encoding="utf-8")
    with sessions() as session:
        load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
        yield One(session)


class One:
    """The woman, to whom something happens every day."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.now = LOADED
        self.id = session.scalars(select(Person.id)).one()

    def told(self, on: date, correction: bool = False, **values: Any) -> int:
        """Tell facts and give the number of the history row."""
        self.now += timedelta(days=1)
        change = FactChange(self.id, values, on, correction=correction)
        change_facts(self.session, [change], Told(self.now, "ЗАГС"))
        return self.last_act

    def act(self, change: Any) -> int:
        """Let the ledger do something and give the number of the history row."""
        self.now += timedelta(days=1)
        ledger = open_people(self.session, [self.id], Origin(self.now, "СМО"))
        change(ledger, ledger[self.id])
        write_people(ledger)
        return self.last_act

    def undo(self, number: int) -> bool:
        """Take an act back."""
        self.now += timedelta(days=1)
        ledger = open_people(self.session, [self.id], Origin(self.now, "СМО"))
        done = undo_act(ledger, ledger[self.id], number, Act("undone", self.now.date(), "П17"))
        write_people(ledger)
        return done

    @property
    def last_act(self) -> int:
        return self.session.scalars(select(PersonHistory.id).order_by(PersonHistory.id.desc()).limit(1)).one()

    def rows(self, table: Any) -> list[Any]:
        """What holds now, in order of days."""
        self.session.expire_all()
        query = select(table).where(table.retracted_at == OPEN_MOMENT).order_by(table.valid_from, table.id)
        return list(self.session.scalars(query))

    @property
    def ends(self) -> list[tuple[date, Any]]:
        return [(row.valid_to, row.end_reason) for table in (Insurance, Attachment) for row in self.rows(table)]

    @property
    def person(self) -> Person:
        self.session.expire_all()
        return self.session.get_one(Person, self.id)


OPEN = [(OPEN_DATE, ""), (OPEN_DATE, None)]


def test_a_death_whose_date_was_corrected_opens_everything_when_it_is_cancelled(registry: One) -> None:
    registry.told(DAY, died_on=DAY)
    for day in (date(2026, 10, 25), date(2026, 10, 15)):
        registry.told(day, died_on=day)
        assert registry.ends == [(day, "П022"), (day, 1)]
    registry.told(DAY, died_on=None)
    assert registry.ends == OPEN
    assert (registry.person.status, registry.person.died_on) == (1, None)


def test_a_death_whose_act_came_later_opens_everything_when_it_is_cancelled(registry: One) -> None:
    registry.told(DAY, died_on=DAY)
    registry.told(DAY, died_on=DAY, death_act_number="12")
    registry.told(DAY, died_on=None)
    assert registry.ends == OPEN
    assert (registry.person.status, registry.person.died_on) == (1, None)


def test_a_loaded_death_was_known_before_its_date_was_corrected(registry: One) -> None:
    person = registry.person
    person.died_on, person.status = DAY, 3
    registry.session.flush()
    corrected = date(2026, 10, 21)
    registry.told(corrected, died_on=corrected)
    registry.session.expire_all()
    found = card(registry.session, registry.id)
    assert found is not None
    told = [state_on(found, corrected, moment) for moment in (LOADED, registry.now)]
    assert [(state.died_on, state.status) for state in told] == [(DAY, 3), (corrected, 3)]


def test_a_main_number_given_by_mistake_is_taken_back(registry: One) -> None:
    act = registry.told(DAY, enp=OTHER_ENP)
    assert registry.person.enp == OTHER_ENP
    assert registry.undo(act)
    assert registry.person.enp == ENP


def test_acts_are_taken_back_one_after_the_other(registry: One) -> None:
    acts = [registry.told(date(2026, 10, day), surname=name) for day, name in ((1, "Сахарова"), (5, "Пихтина"))]
    assert not registry.undo(acts[0])
    assert [registry.undo(act) for act in reversed(acts)] == [True, True]
    assert [(row.surname, row.valid_to) for row in registry.rows(PersonVersion)] == [("ЛЕДНЁВА", OPEN_DATE)]
    assert [registry.undo(act) for act in reversed(acts)] == [False, False]


def test_an_end_that_took_rows_away_is_taken_back_once(registry: One) -> None:
    early = date(2010, 1, 1)
    act = registry.act(lambda ledger, one: end_insurance(ledger, one, early, "П021", Act("ended", early, "П02")))
    assert registry.ends == []
    assert [registry.undo(act), registry.undo(act)] == [True, False]
    assert registry.ends == OPEN


def test_what_has_come_in_its_place_since_keeps_an_act_from_being_taken_back(registry: One) -> None:
    early = date(2010, 1, 1)
    ended = registry.act(lambda ledger, one: end_insurance(ledger, one, early, "П021", Act("ended", early, "П02")))
    policy, insurer = PolicyTold("П", ENP, enp=ENP), InsurerTold("14002")
    registry.act(lambda ledger, one: insure(ledger, one, policy, insurer, Act("insured", DAY, "П01", "П010")))
    assert not registry.undo(ended)
    assert [row.insurer_code for row in registry.rows(Insurance)] == ["14002"]


def test_a_policy_whose_end_is_told_later_ends_its_insurance(registry: One) -> None:
    insurer, until = InsurerTold("14001"), date(2026, 12, 31)

    def tell(on: date, ends_on: date | None) -> int:
        policy = PolicyTold("П", ENP, enp=ENP, ends_on=ends_on)
        return registry.act(lambda ledger, one: insure(ledger, one, policy, insurer, Act("policy", on, "П06", "П063")))

    before = registry.now
    tell(DAY, until)
    [candidate] = load_candidates(registry.session, [registry.id], registry.now).values()
    days = (until, until + timedelta(days=1))
    assert [insured_on(candidate.insurance, day, "")[0].state.value for day in days] == ["valid", "ended"]
    [candidate] = load_candidates(registry.session, [registry.id], before).values()
    assert [insured_on(candidate.insurance, day, "")[0].state.value for day in days] == ["valid", "valid"]
    assert len(registry.rows(Insurance)) == 1
