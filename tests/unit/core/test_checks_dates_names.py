"""Dates, codes of МКБ-10, characters of names, clocks."""

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.core.checks.dates import (
    OPEN_END,
    BirthVerdict,
    add_years,
    age_on,
    birth_verdict,
    open_end,
    parse_date,
)
from registry.core.checks.mkb import MkbVerdict, mkb_key, mkb_verdict
from registry.core.checks.names import NameVerdict, is_absent_name, is_unknown_person, name_verdict
from registry.core.clock import FixedClock, SystemClock

TODAY = date(2026, 11, 1)


@given(st.dates(min_value=date(1000, 1, 1)), st.integers(-12, 12))
def test_every_spelling_of_a_date_reads_as_the_date_written(day: date, hours: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=hours)))
    spellings = (
        day.isoformat(),
        f"{day:%d.%m}.{day.year}",
        day.isoformat().replace("-", ""),
        midnight.isoformat(),
        f"{day.isoformat()}T23:59:59.999",
        f"{day.isoformat()}T00:00:00Z",
        f" {day.isoformat()}+04:00 ",
    )
    assert {parse_date(text) for text in spellings} == {day}


@pytest.mark.parametrize(
    "text",
    ["", "0", "2026-02-29", "29.02.2026", "20260229", "2026-2-1", "1.2.2026", "2026-W01-1", "01/02/2026", "0000-01-01",
     "2026-01-01T24:00:00", "2026-01-01T", "2026-01-01Tnoon", "2026-01-01T10:00:00+15:00", "٢٠٢٦-٠١-٠١", "260101"],
)  # fmt: skip
def test_what_is_no_date_of_the_calendar_is_not_guessed(text: str) -> None:
    assert parse_date(text) is None


@given(st.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    assert parse_date(text) is None or isinstance(parse_date(text), date)
    assert mkb_verdict(text) in MkbVerdict
    assert name_verdict(text) in NameVerdict
    assert is_absent_name(text) in {True, False}
    assert mkb_key(mkb_key(text)) == mkb_key(text)


@pytest.mark.parametrize(
    ("born", "verdict"),
    [
        (TODAY + timedelta(days=1), "future"),
        (TODAY, "valid"),
        (date(1905, 1, 1), "valid"),
        (date(1904, 12, 31), "unlikely"),
        (date(1900, 1, 1), "unlikely"),
        (date(1899, 12, 31), "too_early"),
    ],
)
def test_a_birth_date_gets_the_verdict_of_its_century(born: date, verdict: str) -> None:
    assert birth_verdict(born, TODAY) is BirthVerdict(verdict)


def test_open_ends_of_peers_become_empty() -> None:
    assert open_end(date(2200, 1, 1)) is None
    assert open_end(OPEN_END) is None
    assert open_end(None) is None
    assert open_end(date(2026, 12, 31)) == date(2026, 12, 31)


def test_age_counts_full_years_and_a_leap_day_falls_on_the_first_of_march() -> None:
    assert age_on(date(2008, 2, 29), date(2022, 2, 28)) == 13
    assert age_on(date(2008, 2, 29), add_years(date(2008, 2, 29), 14)) == 14
    assert add_years(date(2008, 2, 29), 14) == date(2022, 3, 1)
    assert age_on(date(2008, 3, 1), date(2008, 2, 29)) == -1


def test_codes_of_diagnoses_are_ordered_as_text_with_their_dot_in_place() -> None:
    written = ["C01", "c00.0", "D09.1", "С80.9", "C81", "C009", "D09", "C00.", "C80"]
    assert sorted(map(mkb_key, written)) == [
        "C00", "C00.0", "C00.9", "C01", "C80", "C80.9", "C81", "D09", "D09.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("I10", "valid"), ("I10.", "valid"), ("I10.9", "valid"), ("M00.01", "valid"), ("", "empty"), ("I1", "form"),
     ("I109", "form"), ("I10.123", "form"), ("С00.0", "form"), ("i10", "form"), ("A00-A09", "form"), ("I10..", "form")],
)  # fmt: skip
def test_the_form_of_a_diagnosis_code_is_judged_as_written(code: str, verdict: str) -> None:
    assert mkb_verdict(code) == verdict


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("Берёзкин", "valid"),
        ("О'НИЛ", "valid"),
        ("ОРЕХОВ-ЛУГОВОЙ", "valid"),
        ("МАРАТ ОГЛЫ", "valid"),
        ("ӘЛИЯ", "valid"),
        ("Müller", "valid"),
        ("И" * 40, "valid"),
        ("И" * 41, "length"),
        ("  ", "empty"),
        ("KOВЫЛИHА", "alphabets"),
        ("ИВАН0В", "characters"),
        ("ИВАНОВ1", "characters"),
        ("ИВАНОВ, А", "characters"),
        ("ЛЕДНЕВА-", "separators"),
        ("-ЛЕДНЕВА", "separators"),
        ("ЛЕДНЕВА--ОРЕХОВА", "separators"),
        ("А. Б", "separators"),
        ("-", "separators"),
    ],
)
def test_a_name_gets_the_verdict_of_its_characters(name: str, verdict: str) -> None:
    assert name_verdict(name) == verdict


def test_words_that_stand_for_no_name_are_known_in_both_alphabets() -> None:
    for text in ("", " нет ", "Н", "H", "—", ".", "Без  отчества", "не указано", "XXX", "ХХХ", "Б/О"):
        assert is_absent_name(text), text
    for text in ("НЕТОВ", "А.", "ХХ", "НИ"):
        assert not is_absent_name(text), text
    assert is_unknown_person("Неизвестная")
    assert is_unknown_person("НЕИЗВЕСТНЫЙ ")
    assert not is_unknown_person("НЕИЗВЕСТНОВ")
    assert is_unknown_person(unicodedata.normalize("NFD", "Неизвестный"))


def test_the_day_of_a_clock_is_the_day_of_its_own_zone() -> None:
    samara = timezone(timedelta(hours=4))
    clock = FixedClock(datetime(2026, 11, 1, 0, 30, tzinfo=samara))
    assert clock.today() == date(2026, 11, 1)
    assert clock.now().astimezone(UTC).date() == date(2026, 10, 31)
    clock.move(timedelta(hours=-1))
    assert clock.today() == date(2026, 10, 31)


def test_a_fixed_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(datetime(2026, 11, 1))  # noqa: DTZ001 — that is what is refused


def test_the_system_clock_answers_in_the_zone_it_was_given() -> None:
    clock = SystemClock("Europe/Samara")
    assert clock.now().utcoffset() == timedelta(hours=4)
    before, day, after = clock.now().date(), clock.today(), clock.now().date()
    assert before <= day <= after
