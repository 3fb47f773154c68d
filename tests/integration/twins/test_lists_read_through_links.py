"""Every list read through the link of a joined pair: what stands in one record is told of the human, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.insured.agencies.queries.suspended import SUSPENDED, suspended_lines
from registry.insured.buffer.queries.collisions import touched
from registry.insured.mass.operations.prepare import wanted_of_filter
from registry.insured.news.queries.pages import NewsFilter, news_page
from registry.insured.news.queries.told import present_codes
from registry.insured.news.tables import News, NewsRun
from registry.insured.queries import PersonSearch, Sight, find_people
from registry.insured.queries.attached_totals import attached_totals
from registry.insured.queries.attachment_lists import attached_dead, attached_now, detached_since
from registry.insured.queries.choosing import Choice, chosen_people
from registry.insured.queries.departures import departures
from registry.insured.queries.districts import AttachedFilter, attached_people, district_lines
from registry.insured.queries.insured_rows import insured_rows, namesakes
from registry.insured.queries.insurer_rows import Since, changed_by_others
from registry.insured.tables import (
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonHistory,
    PersonVersion,
    Policy,
    Snils,
)
from registry.insured.twins import join_people
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.fixtures.duplicates import Load
from tests.integration.twins.test_joined_records_elsewhere import ACTOR, NOW, OURS, TODAY, asked, both_attached

INSURER = "63021"


@pytest.fixture
def pair(sessions: sessionmaker[Session], load_doubled: Load) -> Iterator[tuple[Session, int, int]]:
    """The survivor is attached and not insured, the record joined to it insured and not attached."""
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        session.execute(delete(Insurance).where(Insurance.person_id == main))
        session.execute(delete(Attachment).where(Attachment.person_id == second))
        session.execute(update(Insurance).where(Insurance.insurer_code == INSURER).values(insurer_code="63099"))
        theirs = update(Insurance).where(Insurance.person_id == second)
        session.execute(theirs.values(insurer_code=INSURER, valid_to=OPEN_DATE, end_reason=""))
        session.execute(update(Attachment).where(Attachment.clinic_code == OURS).values(district_code="77"))
        join_people(session, main, second, ACTOR)
        yield session, main, second


def bdz(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).bdz_id


Told = Callable[[Session, int, int], list[Any]]


def attached_of_insurer(session: Session, main: int, second: int) -> list[Any]:
    return [one.number for one in attached_now(asked(session, "insurer", INSURER)).rows]


def insurer_of_attached(session: Session, main: int, second: int) -> list[Any]:
    return [one.values["insurer"] for one in attached_now(asked(session, "clinic", OURS)).rows]


def totals(session: Session, main: int, second: int) -> list[Any]:
    return [one.values["people"] for one in attached_totals(asked(session, "insurer", INSURER, on=TODAY)).rows]


def dead(session: Session, main: int, second: int) -> list[Any]:
    session.execute(update(Person).where(Person.id == main).values(died_on=TODAY))
    return [one.number for one in attached_dead(asked(session, "insurer", INSURER)).rows]


def detached(session: Session, main: int, second: int) -> list[Any]:
    session.execute(update(Attachment).where(Attachment.person_id == main).values(valid_to=TODAY - timedelta(days=1)))
    rows = detached_since(asked(session, "insurer", INSURER, since=TODAY - timedelta(days=5))).rows
    return sorted({one.values["insurer"] for one in rows})


def chosen(session: Session, main: int, second: int) -> list[Any]:
    return [one.surname for one in chosen_people(session, Choice(insurer=INSURER), TODAY, 9)]


def policies(session: Session, main: int, second: int) -> list[Any]:
    return [one.insurer_code for one in insured_rows(session, main)]


def bearers(session: Session, main: int, second: int) -> list[Any]:
    names = select(PersonVersion).where(PersonVersion.person_id == second, PersonVersion.valid_to == OPEN_DATE)
    one = session.scalars(names).one()
    return namesakes(session, (one.surname, one.first_name, one.patronymic), one.birth_date, 9)


def searched(session: Session, main: int, second: int) -> list[Any]:
    sight = Sight("insurer", codes=frozenset({INSURER}))
    wanted = PersonSearch(bdz_id=bdz(session, main))
    return [one.person.id for one in find_people(session, sight, wanted, today=TODAY)]


def in_buffer(session: Session, main: int, second: int) -> list[Any]:
    held = touched(session, main, TODAY).insurance
    return [held.insurer_code] if held else []


def whose(session: Session, main: int, second: int) -> list[Any]:
    return sorted(present_codes(session, [main]).get(INSURER, ()))


def numbered(session: Session, main: int, second: int) -> list[Any]:
    session.add(NewsRun(id=1, made_at=NOW))
    session.flush()
    told = {"run_id": 1, "seen_at": NOW, "aspect": "snils", "row_id": 0, "gone": False, "recorded_at": NOW}
    session.add(News(**told, person_id=main))
    session.flush()
    sight = Sight("insurer", codes=frozenset({INSURER}))
    return [one.news.person_id for one in news_page(session, sight, NewsFilter(), limit=9)]


def files_of_insurers(session: Session, main: int, second: int) -> list[Any]:
    act = {"recorded_at": NOW, "on": TODAY, "act": "changed", "event": "П04", "organisation_code": OURS}
    session.add(PersonHistory(person_id=main, **act))
    session.flush()
    period = Since(INSURER, NOW - timedelta(days=1), NOW + timedelta(days=1), TODAY)
    rows = [one for one in changed_by_others(session, period) if one.action == "П04"]
    return [one.insurer_ogrn or one.policy_number for one in rows]


def suspensions(session: Session, main: int, second: int) -> list[Any]:
    """The suspended insurance of the joined record went on by one of the survivor: it waits no more."""
    row = session.scalars(select(Insurance).where(Insurance.person_id == second)).first()
    assert row is not None
    row.valid_to, row.end_reason = TODAY - timedelta(days=9), SUSPENDED
    values = {"policy_id": row.policy_id, "recorded_at": NOW, "valid_from": TODAY, "insurer_code": INSURER}
    session.add(Insurance(person_id=main, **values))
    session.flush()
    assert suspended_lines(session, insurer=INSURER, still=True) == []
    return [one.person.id for one in suspended_lines(session, insurer=INSURER, still=False)]


LISTS: dict[Told, Callable[[Session, int, int], Any]] = {
    attached_of_insurer: lambda session, main, second: str(main),
    insurer_of_attached: lambda session, main, second: INSURER,
    totals: lambda session, main, second: 1,
    dead: lambda session, main, second: str(main),
    detached: lambda session, main, second: INSURER,
    chosen: lambda session, main, second: surname(session, main),
    policies: lambda session, main, second: INSURER,
    bearers: lambda session, main, second: main,
    searched: lambda session, main, second: main,
    in_buffer: lambda session, main, second: INSURER,
    whose: lambda session, main, second: main,
    numbered: lambda session, main, second: main,
    suspensions: lambda session, main, second: main,
}


def surname(session: Session, person_id: int) -> str:
    query = select(PersonVersion.surname).where(
        PersonVersion.person_id == person_id,
        PersonVersion.valid_to == OPEN_DATE,
        PersonVersion.retracted_at == OPEN_MOMENT,
    )
    return session.scalars(query).one()


def test_every_list_tells_the_human_once(pair: tuple[Session, int, int]) -> None:
    session, main, second = pair
    for told, wanted in LISTS.items():
        expected = wanted(session, main, second)
        with session.begin_nested() as step:
            found = told(session, main, second)
            step.rollback()
        assert found == [expected], told.__name__


def test_people_chosen_for_a_file_have_the_papers_of_the_joined_record_whole(pair: tuple[Session, int, int]) -> None:
    session, main, second = pair
    for table in (Snils, IdentityDocument, Policy):
        session.execute(delete(table).where(table.person_id.in_([main])))
    document = IdentityDocument(person_id=second, type=9, series="", number="777", number_key="777")
    document.valid_from, document.recorded_at = TODAY - timedelta(days=1), NOW
    session.add(document)
    session.execute(update(Snils).where(Snils.person_id == second).values(number="11223344595", valid_to=OPEN_DATE))
    session.flush()
    [one] = chosen_people(session, Choice(insurer=INSURER), TODAY, 9)
    assert (one.person_id, one.snils) == (main, "11223344595")
    assert (one.document_type, one.document_series, one.document_number) == (9, "", "777")
    held = select(Policy.number).where(Policy.person_id == second, Policy.valid_to >= TODAY)
    assert one.policy_number in session.scalars(held).all()
    own = IdentityDocument(person_id=main, type=14, series="", number="123456", number_key="123456")
    own.valid_from, own.recorded_at = TODAY - timedelta(days=1), NOW
    session.add(own)
    session.flush()
    [one] = chosen_people(session, Choice(insurer=INSURER), TODAY, 9)
    assert (one.document_type, one.document_series, one.document_number) == (14, "", "123456")


def test_files_of_insurers_tell_what_others_did_to_the_survivor(pair: tuple[Session, int, int]) -> None:
    session, main, second = pair
    [told] = files_of_insurers(session, main, second)
    assert told


def test_a_district_counts_and_names_a_joined_record_only_where_the_survivor_is_not_attached(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        session.execute(update(Attachment).where(Attachment.person_id.in_([main, second])).values(district_code="77"))
        session.execute(update(Attachment).where(Attachment.person_id == second).values(clinic_code=OURS))
        join_people(session, main, second, ACTOR)
        asked_of = {"clinic": OURS, "area_type": 1, "from_district": "77", "section": {}}
        counted = {one.code: one.attached for one in district_lines(session, [OURS], TODAY, {})}
        assert counted["77"] == 1
        named = attached_people(session, AttachedFilter(clinic=OURS, district="77"), TODAY)
        assert [one.person.id for one in named] == [main]
        assert [one.bdz_id for one in wanted_of_filter(session, asked_of)] == [bdz(session, main)]


def test_a_departure_of_a_joined_record_tells_where_its_survivor_is_attached(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(40, 0.0)
    with sessions.begin() as session:
        main, second = both_attached(session)
        left = session.scalars(select(Attachment).where(Attachment.person_id == second)).first()
        assert left is not None
        left.valid_to = date(2026, 11, 1)
        session.flush()
        join_people(session, main, second, ACTOR)
        [told] = departures(session, [left.id])
        assert (told.number, told.new_clinic) == (bdz(session, main), OURS)
