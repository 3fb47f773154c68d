"""A record joined to another between being found and being changed: what was told goes to the one that is left."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.kinds import MessageKind
from registry.core.outcomes import Item
from registry.core.work import Work
from registry.insured.agencies.kinds.death import DEATH, Death
from registry.insured.kinds.attachment import ATTACHMENT
from registry.insured.kinds.attachment import Attachment as AttachmentRecord
from registry.insured.kinds.insured_change import INSURED_CHANGE, InsuredChange
from registry.insured.kinds.methods import Method
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Attachment, Insurance, Person, PersonVersion
from registry.insured.twins import Actor, join_people
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ACTOR = Actor(by="operator", now=NOW, today=NOW.date(), comment="по заявлению", confirmed=True)


@pytest.fixture
def joined(sessions: sessionmaker[Session], load_doubled: Load) -> tuple[int, int]:
    """Two records of one human, of which the second was joined to the first a moment ago."""
    second, first = min(load_doubled(20, 0.5).items())
    with sessions.begin() as session:
        for one in (first, second):
            session.get_one(Person, one).died_on = None
            session.get_one(Person, one).status = 1
        join_people(session, first, second, ACTOR)
    return first, second


def apply_to(session: Session, kind: MessageKind, person_id: int, record: Any, **told: Any) -> Item:
    """Let the effect of a kind change the record of a person that was found before."""
    found = Identification(IdentificationOutcome.FOUND, person_id)
    item = Item(1, record, kind, identification=found)
    options = {"insurer_once_a_year": False, "unknown_district": "warn", "newborn_days": 30}
    work = Work(session, [item], 0, LATER, LATER.date(), LATER.date(), options, "СМО", **told)
    assert kind.effect is not None
    kind.effect(work)
    assert not item.is_rejected, item.findings
    return item


def owners(session: Session, table: Any, **values: Any) -> set[int]:
    """Whose rows that count say this."""
    query = select(table.person_id).where(table.retracted_at == OPEN_MOMENT, table.valid_to == OPEN_DATE)
    return set(session.scalars(query.filter_by(**values)))


def test_an_insurer_changes_the_record_that_is_left(sessions: sessionmaker[Session], joined: tuple[int, int]) -> None:
    first, second = joined
    with sessions.begin() as session:
        number = session.get_one(Person, first).enp
        record = InsuredChange(
            number="1",
            action="7",
            insurer="99999",
            choice_reason=3,
            changed_on=LATER.date(),
            policy_type="П",
            policy_number=number,
            policy_from=LATER.date(),
        )
        item = apply_to(session, INSURED_CHANGE, second, record)
        assert item.answer["person_id"] == first
        assert owners(session, Insurance, insurer_code="99999") == {first}
        assert session.get_one(Person, second).status == 2


def test_a_clinic_attaches_the_record_that_is_left(sessions: sessionmaker[Session], joined: tuple[int, int]) -> None:
    first, second = joined
    with sessions.begin() as session:
        record = AttachmentRecord(
            number="1", clinic="999999", attached_on=LATER.date(), method=Method.APPLICATION_MOVED, area_type=2
        )
        item = apply_to(session, ATTACHMENT, second, record)
        assert owners(session, Attachment, clinic_code="999999") == {first}
        assert {change.person_id for change in item.changes if change.name == "attachment_opened"} == {first}


def test_a_death_is_registered_at_the_record_that_is_left(
    sessions: sessionmaker[Session], joined: tuple[int, int]
) -> None:
    with sessions.begin() as session:
        record = Death(number="1", died_on=date(2026, 11, 9), act_number="17", act_date=date(2026, 11, 9))
        apply_to(session, DEATH, joined[1], record, sender_codes=frozenset(("ЗАГС",)))
        assert [session.get_one(Person, one).died_on for one in joined] == [date(2026, 11, 9), None]


def test_a_name_is_written_to_the_record_that_is_left(sessions: sessionmaker[Session], joined: tuple[int, int]) -> None:
    first, second = joined
    with sessions.begin() as session:
        change_facts(session, [FactChange(second, {"surname": "Иная"}, LATER.date())], Told(LATER, "СМО"))
        assert owners(session, PersonVersion, surname="Иная") == {first}
