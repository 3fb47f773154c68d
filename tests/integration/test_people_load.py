"""Loading people from files: history out of lines, bad lines named, further history, one result on both databases."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.core.errors import Permanent
from registry.insured.generator.population import write_people_csv
from registry.insured.loading import COLUMNS, LoadReport, load, load_people
from registry.insured.tables import (
    Attachment,
    District,
    IdentityDocument,
    Insurance,
    Person,
    PersonKey,
    PersonVersion,
    Policy,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT

SECRET = b"k" * 32
CLOCK = FixedClock(datetime(2026, 11, 1, 12, tzinfo=UTC))
TABLES = (Person, PersonVersion, IdentityDocument, Policy, Insurance, Attachment, PersonKey, District)

PLATON = {
    "person_key": "7",
    "enp": "1458999748002050",
    "surname": "Орехов — Луговой",
    "first_name": "Платон",
    "patronymic": "Егорович",
    "birth_date": "2000-01-01",
    "sex": "1",
    "birth_place": "п.Северный\\г.Мирный",
    "snils": "100-200-300 30",
    "doc_type": "14",
    "doc_series": "14 99",
    "doc_number": "123456",
    "doc_issued_on": "2014-02-01",
    "policy_type": "В",
    "policy_number": "123456789",
    "insurer_code": "14001",
    "insured_from": "2012-03-01",
    "insured_to": "2012-04-10",
    "clinic_code": "140011",
    "attached_on": "2013-01-01",
    "attachment_method": "1",
    "district_code": "7",
}
UNIFIED = PLATON | {
    "policy_type": "П",
    "policy_number": "1458999748002050",
    "insured_from": "2012-04-11",
    "insured_to": "",
}
MOVED = UNIFIED | {
    "surname": "Орехов",
    "doc_number": "999999",
    "doc_issued_on": "2020-05-05",
    "insurer_code": "14002",
    "insured_from": "2020-05-06",
    "clinic_code": "140012",
    "attached_on": "2020-06-01",
    "attachment_method": "3",
    "district_code": "1",
}


def write(path: Path, *lines: dict[str, str]) -> Path:
    rows = [";".join(COLUMNS), *(";".join(line.get(name, "") for name in COLUMNS) for line in lines)]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def loaded(sessions: sessionmaker[Session], path: Path) -> LoadReport:
    with sessions.begin() as session:
        return load_people(session, path, secret=SECRET, clock=CLOCK)


def periods(session: Session, table: Any, *columns: str) -> list[tuple[Any, ...]]:
    wanted = [getattr(table, name) for name in (*columns, "valid_from", "valid_to")]
    query = select(*wanted).where(table.retracted_at == OPEN_MOMENT).order_by(table.valid_from, table.id)
    return [tuple(row) for row in session.execute(query)]


def test_lines_of_a_person_become_dated_rows(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    report = loaded(sessions, write(tmp_path / "p.csv", PLATON, UNIFIED, MOVED))
    assert (report.lines, report.people, report.added, report.bad_lines) == (3, 1, 1, 0)
    with sessions() as session:
        move, eve = date(2020, 5, 6), date(2020, 5, 5)
        begin = date(2012, 3, 1)
        assert periods(session, PersonVersion, "surname", "surname_key") == [
            ("Орехов — Луговой", "ОРЕХОВ-ЛУГОВОЙ", begin, eve),
            ("Орехов", "ОРЕХОВ", move, OPEN_DATE),
        ]
        assert periods(session, IdentityDocument, "number_key") == [
            ("1499123456", begin, eve),
            ("1499999999", move, OPEN_DATE),
        ]
        assert periods(session, Policy, "type", "ends_on") == [
            ("В", date(2012, 4, 10), begin, date(2012, 4, 10)),
            ("П", None, date(2012, 4, 11), OPEN_DATE),
        ]
        assert periods(session, Insurance, "insurer_code", "end_reason") == [
            ("14001", "", begin, date(2012, 4, 10)),
            ("14001", "П021", date(2012, 4, 11), eve),
            ("14002", "", move, OPEN_DATE),
        ]
        assert periods(session, Attachment, "clinic_code", "method", "applied_on") == [
            ("140011", "territorial", date(2013, 1, 1), date(2013, 1, 1), date(2020, 5, 31)),
            ("140012", "application_moved", date(2020, 6, 1), date(2020, 6, 1), OPEN_DATE),
        ]
        person = session.scalars(select(Person)).one()
        assert (person.bdz_id, person.enp, person.status) == ("7", "1458999748002050", 1)
        assert session.scalars(select(PersonVersion.birth_place)).first() == "п.Северный\\г.Мирный"
        assert sorted(session.scalars(select(District.code))) == ["1", "7"]
        assert set(session.scalars(select(District.source))) == {"load"}


def test_death_closes_insurance_and_attachment_on_its_day(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    loaded(sessions, write(tmp_path / "p.csv", PLATON, UNIFIED | {"died_on": "2024-02-02"}))
    with sessions() as session:
        died = date(2024, 2, 2)
        assert periods(session, Insurance, "end_reason")[-1] == ("П022", date(2012, 4, 11), died)
        assert periods(session, Attachment, "end_reason") == [(1, date(2013, 1, 1), died)]
        assert session.execute(select(Person.status, Person.died_on)).one() == (3, died)


BAD = [
    ({"enp": "1458999748002051"}, "enp", "ЕНП из 16 цифр с верной контрольной цифрой"),
    ({"birth_date": "2000-02-30"}, "birth_date", "дата ГГГГ-ММ-ДД не раньше 1900-01-01"),
    ({"birth_date": ""}, "birth_date", "дата ГГГГ-ММ-ДД"),
    ({"sex": "М"}, "sex", "1 или 2"),
    ({"snils": "100-200-300 31"}, "snils", "СНИЛС 999-999-999 99 с верным контрольным числом"),
    ({"policy_type": "Ы"}, "policy_type", "буква С В П Э К Е Ц Х М"),
    ({"attachment_method": "9"}, "attachment_method", "0, 1, 2 или 3"),
    ({"insured_to": "2011-01-01"}, "insured_to", "не раньше insured_from"),
    ({"surname": "", "first_name": ""}, "surname", "фамилия или имя"),
    ({"person_key": ""}, "person_key", "непустое значение"),
    ({"surname": "А" * 61}, "surname", "не длиннее 60 знаков"),
    ({"clinic_code": "14001A"}, "clinic_code", "до 6 цифр"),
]


@pytest.mark.parametrize(
    ("change", "column", "expected"), BAD, ids=[case[1] + str(place) for place, case in enumerate(BAD)]
)
def test_a_bad_line_is_named_and_the_rest_is_loaded(
    sessions: sessionmaker[Session], tmp_path: Path, change: dict[str, str], column: str, expected: str
) -> None:
    report = loaded(sessions, write(tmp_path / "p.csv", PLATON | {"person_key": "8"} | change, PLATON))
    [problem] = report.problems
    assert (problem.line, problem.column, problem.expected) == (2, column, expected)
    assert (report.bad_lines, report.added) == (1, 1)


def test_a_person_who_comes_back_later_in_the_file_is_refused_there(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    report = loaded(sessions, write(tmp_path / "p.csv", PLATON, PLATON | {"person_key": "8"}, MOVED))
    assert [(problem.line, problem.column) for problem in report.problems] == [(4, "person_key")]
    assert report.added == 2


def test_a_line_with_too_few_values_is_refused(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", PLATON)
    path.write_text(path.read_text(encoding="utf-8") + "9;1\n", encoding="utf-8")
    assert [problem.value for problem in loaded(sessions, path).problems] == ["значений: 2"]


def test_a_file_without_an_obligatory_column_is_refused(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("person_key;enp\n1;2\n", encoding="utf-8")
    with pytest.raises(Permanent) as refused:
        loaded(sessions, path)
    assert "surname" in refused.value.expected


def test_columns_in_another_order_are_read_by_name(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    names = list(reversed(COLUMNS))
    path = tmp_path / "p.csv"
    path.write_text(";".join(names) + "\n" + ";".join(PLATON.get(name, "") for name in names) + "\n", encoding="utf-8")
    assert loaded(sessions, path).added == 1


def counts(session: Session) -> dict[str, int]:
    return {table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES}


def test_the_same_file_again_changes_nothing(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    write_people_csv(path, 200, 3)
    first = loaded(sessions, path)
    with sessions() as session:
        before = counts(session)
    again = loaded(sessions, path)
    with sessions() as session:
        assert counts(session) == before
    assert (first.added, again.added, again.unchanged, again.extended) == (200, 0, 200, 0)


def test_further_lines_continue_the_history_and_what_was_known_stays_readable(
    sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    loaded(sessions, write(tmp_path / "a.csv", PLATON, UNIFIED))
    report = loaded(
        sessions, write(tmp_path / "b.csv", PLATON, UNIFIED, MOVED, PLATON | {"person_key": "8", "enp": ""})
    )
    assert (report.added, report.extended, report.unchanged, report.refused_people) == (1, 1, 0, 0)
    whole = tmp_path / "whole.csv"
    with sessions() as session:
        platon = session.scalars(select(Person.id).where(Person.bdz_id == "7")).one()
        mine = [row for row in periods(session, PersonVersion, "surname", "person_id") if row[1] == platon]
        assert [(row[0], row[-1]) for row in mine] == [("Орехов — Луговой", date(2020, 5, 5)), ("Орехов", OPEN_DATE)]
        retracted = select(func.count()).where(
            PersonVersion.person_id == platon, PersonVersion.retracted_at < OPEN_MOMENT
        )
        assert session.scalar(retracted) == 1
    again = loaded(sessions, write(whole, PLATON, UNIFIED, MOVED))
    assert (again.unchanged, again.extended) == (1, 0)


def test_lines_that_contradict_known_history_are_refused(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    loaded(sessions, write(tmp_path / "a.csv", PLATON, UNIFIED, MOVED))
    report = loaded(
        sessions, write(tmp_path / "b.csv", PLATON, UNIFIED | {"surname": "Иной", "insured_from": "2015-01-01"})
    )
    assert (report.refused_people, report.extended) == (1, 0)
    assert report.problems[0].value == "7"


def test_workers_load_the_same_rows_and_the_indexes_are_there_again(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.store.engine import create_hub_engine, session_factory

    path = tmp_path / "people.csv"
    write_people_csv(path, 300, 3)
    engine = create_hub_engine(postgresql_url)
    sessions = session_factory(engine)
    before = {table.__tablename__: inspect(engine).get_indexes(table.__tablename__) for table in TABLES}
    monkeypatch.setattr(load, "WORTH_WORKERS", 0)
    monkeypatch.setattr(load, "BLOCK", 30_000)
    with sessions.begin() as session:
        report = load_people(session, path, secret=SECRET, clock=CLOCK)
        made = counts(session)
    assert report.added == made["person"] == 300
    assert {name: report.rows[name] for name in ("insurance", "person_key")} == {
        name: made[name] for name in ("insurance", "person_key")
    }
    inspector = inspect(engine)
    assert {table.__tablename__: inspector.get_indexes(table.__tablename__) for table in TABLES} == before
    assert inspector.get_pk_constraint("person_key")["constrained_columns"] == ["kind", "hash", "person_id"]
    assert inspector.get_foreign_keys("insurance")
    with sessions.begin() as session:
        session.execute(text("SELECT 1"))
    engine.dispose()
