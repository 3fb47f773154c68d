"""Search with mistakes: people whose data are written like the given ones, on both databases, within one's sight."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.loading import load_people
from registry.insured.queries import PersonSearch, Sight, similar_people
from registry.insured.statistics.operations import count_registry
from registry.insured.statistics.words import alike
from tests.integration.test_identify import LOADED, SECRET, YANA, ZOYA, write_people

NOW = LOADED + timedelta(days=1)
FUND = Sight("fund", everyone=True)


@pytest.fixture
def session(sessions: sessionmaker[Session], tmp_path: Path) -> Iterator[Session]:
    people = write_people(tmp_path / "people.csv", ZOYA, YANA)
    with sessions() as opened:
        load_people(opened, people, clock=FixedClock(LOADED), secret=SECRET)
        count_registry(opened, NOW.date(), NOW)
        yield opened
        opened.rollback()


def found(session: Session, sight: Sight = FUND, **wanted: Any) -> list[str]:
    asked = PersonSearch(**wanted)
    lines = similar_people(session, sight, asked, now=NOW, secret=SECRET)
    assert lines == sorted(lines, key=lambda line: -(line.score or 0))
    return [line.person.bdz_id for line in lines]


MISTAKES: tuple[dict[str, Any], ...] = (
    {"surname": "Ледньова", "first_name": "Зоя"},
    {"surname": "Зоя", "first_name": "Леднева"},
    {"surname": "Ktlytdf", "first_name": "Pjz"},
    {"surname": "Ледкева", "first_name": "Зоя", "birth_date": date(1949, 12, 13)},
    {"surname": "Леднева", "enp": "1467050868000028"},
    {"surname": "Леднева", "first_name": "Зоя", "snils": "112-233-454 95"},
)


def test_a_person_is_first_whatever_was_mistyped(session: Session) -> None:
    assert [found(session, **wanted)[:1] for wanted in MISTAKES] == [["1"]] * len(MISTAKES)


def test_nobody_is_like_a_stranger(session: Session) -> None:
    assert found(session, surname="Кржижановский", first_name="Глеб", birth_date=date(1972, 1, 24)) == []


def test_a_clinic_finds_only_its_own_however_alike_others_are(session: Session) -> None:
    wanted = {"surname": "Ледньова", "first_name": "Зоя"}
    assert found(session, Sight("clinic", codes=frozenset({"140011"})), **wanted) == ["1"]
    assert found(session, Sight("clinic", codes=frozenset({"140099"})), **wanted) == []


def test_words_alike_come_nearest_first_and_far_ones_not_at_all() -> None:
    assert alike("ИВАНВО", ["ПЕТРОВ", "ИВАНОВ", "ИВАНОВА", "ИВАНЦОВ"]) == ["ИВАНОВ", "ИВАНОВА", "ИВАНЦОВ"]
