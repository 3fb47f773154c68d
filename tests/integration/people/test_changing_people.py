"""Facts of people written to a real registry: history kept, keys in step, acts undone exactly."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.checks.enp import EnpVerdict, enp_verdict, facet_agrees
from registry.core.clock import FixedClock
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import COLUMNS, load_people
from registry.insured.matching import IdentificationOutcome, SearchRequest, identify
from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.die import announce_death, cancel_death, register_death
from registry.insured.operations.people.facts import change_names, give_enp, set_status
from registry.insured.operations.people.insure import InsurerTold, PolicyTold, insure
from registry.insured.operations.people.register import free_enps, register_person
from registry.insured.operations.people.undo import undo_act
from registry.insured.operations.people.writing import write_people
from registry.insured.queries import card, state_on
from registry.insured.tables import Attachment, Insurance, Person, PersonHistory, PersonVersion, Policy
from registry.store.base import OPEN_DATE, OPEN_MOMENT

LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOW = LOADED + timedelta(days=5)
ZOYA = {
    "person_key": "1",
    "enp": "1467050868000018",
    "surname": "ЛЕДНЁВА",
    "first_name": "ЗОЯ",
    "patronymic": "АРКАДЬЕВНА",
    "birth_date": "1949-12-31",
    "sex": "2",
    "snils": "112-233-445 95",
    "doc_type": "14",
    "doc_series": "14 99",
    "doc_number": "123456",
    "doc_issued_on": "2002-01-15",
    "policy_type": "П",
    "policy_number": "1467050868000018",
    "insurer_code": "14001",
    "insured_from": "2012-03-01",
    "clinic_code": "140011",
    "attached_on": "2024-03-14",
    "attachment_method": "2",
}


@pytest.fixture
def session(sessions: sessionmaker[Session], tmp_path: Path) -> Iterator[Session]:
    lines = [";".join(COLUMNS), ";".join(ZOYA.get(name, "") for name in COLUMNS)]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with sessions() as opened:
        load_people(opened, path, secret=ensure_key_secret(opened), clock=FixedClock(LOADED))
        yield opened


def origin(days: int = 0) -> Origin:
    return Origin(NOW + timedelta(days=days), "СМО")


def rows(session: Session, table: Any, *, known: bool = True) -> list[Any]:
    session.expire_all()
    query = select(table).order_by(table.valid_from, table.id)
    return list(session.scalars(query.where(table.retracted_at == OPEN_MOMENT) if known else query))


def person_id(session: Session) -> int:
    return session.scalars(select(Person.id).order_by(Person.id)).first() or 0


def found(session: Session, surname: str) -> Any:
    request = SearchRequest(
        surname=surname,
        first_name="Зоя",
        patronymic="Аркадьевна",
        birth_date=date(1949, 12, 31),
        enp="1467050868000018",
        on=date(2026, 11, 10),
    )
    at = NOW + timedelta(days=9)
    return identify(session, [request], recorded_at=at, fund_okato="", secret=ensure_key_secret(session))[0]


def test_a_changed_surname_is_a_second_row_and_the_former_one_still_finds(session: Session) -> None:
    one = person_id(session)
    said = change_facts(
        session,
        [FactChange(one, {"surname": "Сахарова"}, date(2026, 11, 2), "1", reason="П061", event="П06")],
        Told(NOW, "СМО"),
    )
    assert [(row.surname, row.valid_from, row.valid_to) for row in rows(session, PersonVersion)] == [
        ("ЛЕДНЁВА", date(2012, 3, 1), date(2026, 11, 1)),
        ("Сахарова", date(2026, 11, 2), OPEN_DATE),
    ]
    history = session.scalars(select(PersonHistory)).one()
    assert (history.event, history.reason, history.aspects) == ("П06", "П061", "names")
    assert [(change.name, change.facts["history_id"]) for change in said] == [("person_changed", history.id)]
    assert found(session, "Сахарова").outcome is IdentificationOutcome.FOUND
    assert found(session, "Леднёва").outcome is IdentificationOutcome.FOUND_DIFF


def test_told_twice_is_written_once(session: Session) -> None:
    change = FactChange(person_id(session), {"surname": "Сахарова"}, date(2026, 11, 2))
    change_facts(session, [change], Told(NOW, "СМО"))
    assert change_facts(session, [change], Told(NOW + timedelta(days=1), "СМО")) == []
    assert len(rows(session, PersonVersion, known=False)) == 3


def test_a_correction_takes_the_place_of_the_error_and_keeps_it_readable(session: Session) -> None:
    change = FactChange(person_id(session), {"surname": "Леднева"}, date(2026, 11, 2), event="П16", correction=True)
    change_facts(session, [change], Told(NOW, "СМО"))
    assert [row.surname for row in rows(session, PersonVersion)] == ["Леднева"]
    assert [row.surname for row in rows(session, PersonVersion, known=False)] == ["ЛЕДНЁВА", "Леднева"]


def test_death_closes_on_its_day_and_its_cancellation_opens_exactly_that(session: Session) -> None:
    one, day = person_id(session), date(2026, 10, 20)
    ledger = open_people(session, [one], origin())
    assert register_death(ledger, ledger[one], Act("death", day, "П02", "П022"), act_number="12")
    said = write_people(ledger)
    assert [(row.valid_to, row.end_reason) for row in rows(session, Insurance)] == [(day, "П022")]
    assert [(row.valid_to, row.end_reason) for row in rows(session, Attachment)] == [(day, 1)]
    person = session.get_one(Person, one)
    assert (person.status, person.died_on, person.death_source) == (3, day, "СМО")
    assert {change.name for change in said} == {
        "status_changed", "insurance_ended", "attachment_closed", "person_died", "person_changed"
    }  # fmt: skip

    ledger = open_people(session, [one], origin(1))
    assert cancel_death(ledger, ledger[one], Act("death", day, "П09"))
    write_people(ledger)
    assert [(row.valid_to, row.end_reason) for row in rows(session, Insurance)] == [(OPEN_DATE, "")]
    assert [(row.valid_to, row.end_reason) for row in rows(session, Attachment)] == [(OPEN_DATE, None)]
    person = session.get_one(Person, one)
    assert (person.status, person.died_on) == (1, None)


def test_the_card_tells_what_was_known_at_any_moment(session: Session) -> None:
    one = person_id(session)
    change_facts(session, [FactChange(one, {"surname": "Сахарова"}, date(2025, 5, 5))], Told(NOW, "СМО"))
    later = NOW + timedelta(days=2)
    change_facts(session, [FactChange(one, {"died_on": date(2026, 10, 30)}, date(2026, 10, 30))], Told(later, "ЗАГС"))
    session.expire_all()
    found = card(session, one)
    assert found is not None
    day = date(2026, 10, 31)
    told = [
        (state.version and state.version.surname, state.died_on, state.status, state.insurance is not None)
        for state in (state_on(found, day, moment) for moment in (LOADED, NOW, later, None))
    ]
    assert told == [
        ("ЛЕДНЁВА", None, 1, True),
        ("Сахарова", None, 1, True),
        ("Сахарова", date(2026, 10, 30), 3, False),
        ("Сахарова", date(2026, 10, 30), 3, False),
    ]
    before = state_on(found, date(2025, 5, 4), NOW)
    assert before.version is not None
    assert before.version.surname == "ЛЕДНЁВА"
    assert state_on(found, day, LOADED - timedelta(days=1)).version is None


def test_an_announced_death_changes_nothing_but_is_known(session: Session) -> None:
    one = person_id(session)
    ledger = open_people(session, [one], origin())
    assert announce_death(ledger, ledger[one], Act("death", date(2026, 10, 20), "П07"))
    assert [change.name for change in write_people(ledger)] == ["death_announced", "person_changed"]
    assert session.get_one(Person, one).died_on is None
    assert rows(session, Insurance)[0].valid_to == OPEN_DATE


def test_another_insurer_ends_the_insurance_before_on_the_eve(session: Session) -> None:
    one = person_id(session)
    ledger = open_people(session, [one], origin())
    policy = PolicyTold("П", "1467050868000018", enp="1467050868000018")
    act = Act("insured", date(2026, 11, 5), "П03", "П031", organisation_code="14002")
    assert insure(ledger, ledger[one], policy, InsurerTold("14002"), act)
    said = {change.name: change for change in write_people(ledger)}
    assert [(row.insurer_code, row.valid_to, row.end_reason) for row in rows(session, Insurance)] == [
        ("14001", date(2026, 11, 4), "П021"),
        ("14002", OPEN_DATE, ""),
    ]
    ended = said["insurance_ended"]
    assert (ended.organisation_code, ended.facts["new_insurer"]) == ("14001", "14002")
    assert len(rows(session, Policy)) == 1


def test_an_insurance_told_late_goes_into_the_middle_of_the_history(session: Session) -> None:
    one = person_id(session)
    for day, insurer in ((date(2020, 5, 1), "14002"), (date(2015, 2, 1), "14003")):
        ledger = open_people(session, [one], origin())
        policy = PolicyTold("П", "1467050868000018", enp="1467050868000018")
        insure(ledger, ledger[one], policy, InsurerTold(insurer), Act("insured", day, "П03", "П031"))
        write_people(ledger)
    assert [(row.insurer_code, row.valid_from.year, row.valid_to) for row in rows(session, Insurance)] == [
        ("14001", 2012, date(2015, 1, 31)),
        ("14003", 2015, date(2020, 4, 30)),
        ("14002", 2020, OPEN_DATE),
    ]


def test_a_newcomer_gets_the_next_free_number_of_the_facet(session: Session) -> None:
    born = date(1949, 12, 31)
    numbers = free_enps(session, [(2, born), (2, born), (1, born)], "14")
    assert [number[:15] for number in numbers[:2]] == ["146705086800002", "146705086800003"]
    assert all(enp_verdict(number) is EnpVerdict.VALID for number in numbers)
    assert facet_agrees(numbers[2], 1, born)

    ledger = open_people(session, [], origin(), newcomers=1)
    act = Act("registered", date(2026, 11, 5), "П01", "П010", organisation_code="14001")
    names = {"surname": "Новикова", "first_name": "Ия", "birth_date": born, "sex": 2}
    person = register_person(ledger, names, act)
    give_enp(ledger, person, numbers[0], act)
    insure(ledger, person, PolicyTold("В", "123456789", enp=numbers[0]), InsurerTold("14001"), act)
    assert "person_registered" in {change.name for change in write_people(ledger)}
    assert free_enps(session, [(2, born)], "14")[0][:15] == "146705086800003"
    assert session.get_one(Person, person.id).enp == numbers[0]


def test_a_former_number_still_finds_whether_a_policy_bore_it_or_not(session: Session) -> None:
    one, born = person_id(session), date(1949, 12, 31)
    numbers = ["1467050868000018"]
    for day in (2, 3):
        numbers += free_enps(session, [(2, born)], "14", numbers)
        change = FactChange(one, {"enp": numbers[-1]}, date(2026, 11, day), reason="П024")
        change_facts(session, [change], Told(NOW + timedelta(hours=day), "фонд"))
    session.expire_all()
    assert session.get_one(Person, one).enp == numbers[-1]
    outcomes = []
    for number in numbers:
        request = SearchRequest(surname="Леднёва", first_name="Зоя", birth_date=born, enp=number, on=date(2026, 11, 10))
        at = NOW + timedelta(days=9)
        found = identify(session, [request], recorded_at=at, fund_okato="", secret=ensure_key_secret(session))[0]
        outcomes.append((found.person_id, found.outcome is IdentificationOutcome.FOUND))
    assert [person for person, _ in outcomes] == [one] * 3


def test_an_act_is_undone_by_its_number_unless_others_stand_on_it(session: Session) -> None:
    one = person_id(session)
    change_facts(session, [FactChange(one, {"surname": "Сахарова"}, date(2026, 11, 2))], Told(NOW, "СМО"))
    change_facts(session, [FactChange(one, {"first_name": "Зина"}, date(2026, 11, 4))], Told(NOW, "СМО"))
    first, second = session.scalars(select(PersonHistory.id).order_by(PersonHistory.id))
    ledger = open_people(session, [one], origin(1))
    act = Act("undone", date(2026, 11, 6), "П16")
    assert not undo_act(ledger, ledger[one], first, act)
    assert undo_act(ledger, ledger[one], second, act)
    write_people(ledger)
    assert [(row.surname, row.first_name) for row in rows(session, PersonVersion)] == [
        ("ЛЕДНЁВА", "ЗОЯ"),
        ("Сахарова", "ЗОЯ"),
    ]
    assert session.get_one(PersonHistory, second).corrected_by is not None


def test_suspension_is_a_status_with_a_beginning(session: Session) -> None:
    one = person_id(session)
    ledger = open_people(session, [one], origin())
    assert set_status(ledger, ledger[one], 4, Act("suspended", date(2026, 11, 3), "П02", "П025"))
    write_people(ledger)
    assert session.get_one(Person, one).status == 4


def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(session: Session) -> None:
    statements: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *told: statements.append(told[2]))
    counts = []
    for people in (2, 30):
        statements.clear()
        ledger = open_people(session, [], origin(), newcomers=people)
        act = Act("registered", date(2026, 11, 5), "П01", "П010")
        for number in range(people):
            names = {"surname": "Новикова", "first_name": f"И{number}", "birth_date": date(2000, 1, 1), "sex": 2}
            change_names(ledger, register_person(ledger, names, act), {"category": 6}, act)
        write_people(ledger)
        counts.append(len(statements))
    assert counts[1] <= counts[0] + 2
