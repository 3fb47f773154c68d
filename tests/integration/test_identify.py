"""Finding people in a real registry: stages, clocks, joined records, and the number of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.generator.damage import Damage, damaged_requests
from registry.insured.generator.population import generate_people
from registry.insured.keys import refresh_keys
from registry.insured.loading import COLUMNS, load_people
from registry.insured.matching import Identification, IdentificationOutcome, SearchRequest, identify
from registry.insured.matching.evidence import explained
from registry.insured.matching.probable import packaged_scoring
from registry.insured.matching.wanted import prepare
from registry.insured.tables import Person, PersonVersion, Snils

O = IdentificationOutcome  # noqa: E741 - one letter keeps the assertions readable
SECRET = b"k" * 32
LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = LOADED + timedelta(days=5)
DAY = date(2026, 10, 5)
PEOPLE, REQUESTS = 400, 300


def write_people(path: Path, *lines: dict[str, str]) -> Path:
    rows = [";".join(COLUMNS), *(";".join(line.get(name, "") for name in COLUMNS) for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


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
    "policy_type": "П",
    "policy_number": "1467050868000018",
    "insurer_code": "14001",
    "insured_from": "2012-03-01",
    "clinic_code": "140011",
    "attached_on": "2024-03-14",
    "attachment_method": "2",
}
MARRIED = ZOYA | {"surname": "САХАРОВА", "insurer_code": "14002", "insured_from": "2021-06-12"}
YANA = ZOYA | {
    "person_key": "2",
    "enp": "1497899771000125",
    "surname": "САХАРОВА",
    "first_name": "ЯНА",
    "patronymic": "",
    "birth_date": "2001-02-28",
    "snils": "156-789-012 11",
    "doc_number": "654321",
    "policy_number": "1497899771000125",
}


@pytest.fixture
def session(sessions: sessionmaker[Session], tmp_path: Path) -> Iterator[Session]:
    path = write_people(tmp_path / "people.csv", ZOYA, MARRIED, YANA)
    with sessions.begin() as session:
        load_people(session, path, secret=SECRET, clock=FixedClock(LOADED))
    with sessions.begin() as session:
        yield session


def asked(**given: Any) -> SearchRequest:
    base: dict[str, Any] = {"surname": "Сахарова", "first_name": "Зоя", "patronymic": "Аркадьевна"}
    base |= {"birth_date": date(1949, 12, 31), "sex": 2, "on": DAY}
    return SearchRequest(**(base | given))


def find(session: Session, *requests: SearchRequest, at: datetime = LATER) -> list[Identification]:
    return identify(session, requests, recorded_at=at, fund_okato="36000", secret=SECRET)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []
    engine = session.get_bind()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_person_is_found_with_insurance_attachment_and_evidence(session: Session) -> None:
    [found] = find(session, asked(enp="1467050868000018"))
    assert (found.outcome, found.bdz_id, found.trust, found.stage) == (O.FOUND, "1", "Д", 1)
    assert found.insurance is not None
    assert (found.insurance.insurer_code, found.insurance.valid_from) == ("14002", date(2021, 6, 12))
    assert found.attachment is not None
    assert (found.attachment.clinic_code, found.attachment.method) == ("140011", "application")
    assert found.person is not None
    assert found.person.surname == "САХАРОВА"
    assert explained(found.evidence())["rule_set"] == packaged_scoring().model.weights.valid_from


def test_a_maiden_name_finds_the_person_through_history(session: Session) -> None:
    [found] = find(session, asked(surname="Леднева", snils="11223344595", on=date(2020, 1, 1)))
    assert (found.outcome, found.bdz_id, found.stage) == (O.FOUND_DIFF, "1", 2)
    assert found.matched[0].former_until == date(2021, 6, 11)
    assert found.insurance is not None
    assert found.insurance.insurer_code == "14001"


def test_identifiers_alone_find_where_the_contract_allows(session: Session) -> None:
    found = find(
        session,
        SearchRequest(on=DAY, enp="1497899771000125", sole_identifier=True),
        SearchRequest(on=DAY, bdz_id="2", sole_identifier=True),
        SearchRequest(on=DAY, bdz_id="3", sole_identifier=True),
        SearchRequest(on=DAY, enp="1497899771000125"),
    )
    assert [one.outcome for one in found] == [O.FOUND, O.FOUND, O.NOT_FOUND, O.INSUFFICIENT]
    assert [one.bdz_id for one in found] == ["2", "2", "", ""]


def test_an_own_number_whose_owner_contradicts_is_not_to_be_used(session: Session) -> None:
    [found] = find(session, asked(bdz_id="2"))
    assert not found.is_found
    assert found.outcome is O.SEVERAL


def test_a_joined_record_answers_with_its_survivor(session: Session) -> None:
    ids = {row.bdz_id: row.id for row in session.query(Person)}
    session.execute(update(Person).where(Person.id == ids["2"]).values(merged_into=ids["1"], status=2))
    by_own, by_survivor = find(
        session,
        asked(enp="1497899771000125", first_name="Яна", patronymic="", birth_date=date(2001, 2, 28)),
        asked(enp="1467050868000018", snils="156-789-012 11"),
    )
    assert (by_own.outcome, by_own.person_id, by_own.enp) == (O.FOUND_DIFF, ids["1"], "1467050868000018")
    assert (by_survivor.outcome, by_survivor.person_id) == (O.FOUND_DIFF, ids["1"])
    assert "Запись объединена" in by_survivor.notes


def test_the_registry_answers_as_it_was_recorded_at_the_moment(session: Session) -> None:
    zoya = session.query(Person).filter_by(bdz_id="1").one()
    session.execute(update(Snils).where(Snils.person_id == zoya.id).values(retracted_at=LATER))
    corrected = Snils(person_id=zoya.id, number="08765430200", valid_from=date(2012, 3, 1), recorded_at=LATER)
    session.add(corrected)
    refresh_keys(session, [zoya.id], SECRET)
    before, after = (
        find(session, asked(snils="112-233-445 95"), at=moment)[0] for moment in (LATER - timedelta(hours=1), LATER)
    )
    assert (before.outcome, after.outcome) == (O.FOUND, O.HELD)
    assert find(session, asked(snils="087-654-302 00"), at=LATER)[0].outcome is O.FOUND
    assert find(session, asked(snils="112-233-445 95"), at=LOADED - timedelta(days=1))[0].outcome is O.NOT_FOUND


def test_keys_made_again_find_the_same_people(session: Session) -> None:
    ids = [person.id for person in session.query(Person)]
    refresh_keys(session, ids, b"n" * 32)
    [found] = identify(
        session, [asked(surname="Леднева", snils="11223344595")], recorded_at=LATER, fund_okato="", secret=b"n" * 32
    )
    assert found.outcome is O.FOUND_DIFF
    version = session.query(PersonVersion).filter_by(surname="САХАРОВА", first_name="ЗОЯ").one()
    assert version.person_id == found.person_id


def test_equal_requests_are_looked_for_once_and_answered_each(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[SearchRequest] = []

    def counting(request: SearchRequest, today: date) -> Any:
        prepared.append(request)
        return prepare(request, today)

    monkeypatch.setattr("registry.insured.matching.stages.prepare", counting)
    zoya, yana = asked(enp=ZOYA["enp"]), asked(enp=ZOYA["enp"], first_name="Яна")
    answers = find(session, zoya, yana, asked(enp=ZOYA["enp"]), asked(enp=ZOYA["enp"], on=date(2020, 1, 1)), zoya)
    assert len(prepared) == 3
    assert answers[0] == answers[2] == answers[4] != answers[3]
    answers[0].notes.append("только об этой строке")
    assert answers[0].insurance is not None
    answers[0].insurance.okato = "45000"
    assert answers[2].notes == answers[4].notes == []
    assert answers[2].insurance is not None
    assert answers[2].insurance.okato != "45000"


def test_one_question_takes_at_most_six_statements(session: Session) -> None:
    with counted(session) as statements:
        find(session, asked(enp="1467050868000018", snils="11223344595"))
    assert len([text for text in statements if not text.startswith("BEGIN")]) <= 6


def requests_about_a_population() -> list[tuple[SearchRequest, str, Damage]]:
    people = list(generate_people(PEOPLE, 11))
    told = []
    for given, key, damage in damaged_requests(people, REQUESTS, 0.3, 5):
        values: dict[str, Any] = {
            name: given[name] for name in ("surname", "first_name", "patronymic", "birth_place", "snils", "enp")
        }
        values |= {name: given[name] for name in ("policy_type", "policy_series", "policy_number")}
        values |= {"document_series": given["doc_series"], "document_number": given["doc_number"]}
        values["document_type"] = int(given["doc_type"]) if given["doc_type"] else None
        values["birth_date"] = date.fromisoformat(given["birth_date"])
        values["sex"] = int(given["sex"])
        told.append((SearchRequest(on=DAY, **values), key, damage))
    return told


def test_damaged_requests_are_never_answered_with_a_wrong_person_and_alone_as_in_a_file(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    lines = [line._asdict() for line in generate_people(PEOPLE, 11)]
    told = requests_about_a_population()
    with sessions.begin() as session:
        load_people(session, write_people(tmp_path / "all.csv", *lines), secret=SECRET, clock=FixedClock(LOADED))
        requests = [request for request, _, _ in told]
        with counted(session) as statements:
            together = find(session, *requests)
        assert len(statements) <= 40
        alone = [find(session, request)[0] for request in requests[:80]]
    assert alone == together[:80]
    wrong = [
        (found, key)
        for found, (_, key, _) in zip(together, told, strict=True)
        if found.is_found and found.bdz_id != key
    ]
    assert wrong == []
    whole = [found for found, (_, _, damage) in zip(together, told, strict=True) if damage is Damage.NONE]
    assert sum(found.is_found for found in whole) >= 0.99 * len(whole)
