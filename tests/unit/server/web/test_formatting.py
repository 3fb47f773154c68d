from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from registry.store.base import OPEN_DATE
from server.web import formatting


def test_moments_are_told_in_the_zone_of_the_fund() -> None:
    assert formatting.moment(datetime(2026, 11, 21, 20, 5, 9, tzinfo=UTC), ZoneInfo("Europe/Samara")) == (
        "22.11.2026 00:05:09"
    )


def test_an_open_end_is_said_in_words() -> None:
    assert formatting.day(OPEN_DATE) == "по настоящее время"
    assert formatting.day(date(2026, 1, 2)) == "02.01.2026"
    assert formatting.day(None) == "–"


@pytest.mark.parametrize(("value", "text"), [(0, "0 Б"), (1536, "1,5 КБ"), (5 * 1024**3, "5,0 ГБ")])
def test_sizes_have_a_readable_unit(value: int, text: str) -> None:
    assert formatting.size(value) == text


@pytest.mark.parametrize(
    ("count", "form"), [(1, "год"), (2, "года"), (5, "лет"), (11, "лет"), (21, "год"), (112, "лет")]
)
def test_nouns_agree_with_their_number(count: int, form: str) -> None:
    assert formatting.plural(count, "год", "года", "лет") == form


@pytest.mark.parametrize("number", ["6312345678901234", "112-233-445 95", "123456", "12"])
def test_a_masked_number_keeps_no_more_than_four_signs(number: str) -> None:
    shown = formatting.masked(number).strip(formatting.HIDDEN)
    assert len(shown) <= 4
    assert shown != number


def test_stored_values_are_turned_round_for_reading() -> None:
    assert formatting.plain("2026-03-04") == "04.03.2026"
    assert formatting.plain(True) == "да"
    assert formatting.plain({"a": [1, None]}) == "a: 1, –"
