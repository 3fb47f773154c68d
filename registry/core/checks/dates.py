"""Dates of people and the spellings a date arrives in (insured.md 1.5 and 3.4)."""

import re
from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

OPEN_END = date(9999, 12, 31)
EARLIEST_BIRTH = date(1900, 1, 1)
UNLIKELY_BIRTH = date(1905, 1, 1)
SATURDAY = 5

_OPEN_ENDS = frozenset((date(2200, 1, 1), OPEN_END))
_TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
_MIDNIGHTS = frozenset(("", "T00:00:00", "T00:00:00.000"))  # what nearly every date ends with
_YEAR_FIRST = re.compile(rf"(\d{{4}})-(\d\d)-(\d\d)(?:{_TIME})?{_ZONE}?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)


class BirthVerdict(StrEnum):
    """What is wrong with a birth date; `unlikely` is worth a warning only."""

    VALID = "valid"
    FUTURE = "future"
    TOO_EARLY = "too_early"
    UNLIKELY = "unlikely"


def birth_verdict(birth_date: date, today: date) -> BirthVerdict:
    """The verdict on a birth date seen on the day `today`."""
    if birth_date > today:
        return BirthVerdict.FUTURE
    if birth_date < EARLIEST_BIRTH:
        return BirthVerdict.TOO_EARLY
    return BirthVerdict.UNLIKELY if birth_date < UNLIKELY_BIRTH else BirthVerdict.VALID


@lru_cache(maxsize=1 << 13)  # full soon: a process that answers for months does not grow by dates
def parse_date(text: str) -> date | None:
    """The calendar date written in a text, or None when it is no date of the calendar.

    Reads `2026-10-05`, `05.10.2026`, `20261005` and xs:dateTime. Of a moment with a zone the date is taken as
    written: the sender meant the day of his own calendar, and a way through UTC would turn it into the day before.
    """
    value = text.strip()
    if value[4:5] == "-" == value[7:8] and value[10:] in _MIDNIGHTS:
        with suppress(ValueError):
            return date.fromisoformat(value[:10])
    found = _YEAR_FIRST.fullmatch(value) or _COMPACT.fullmatch(value)
    if found:
        return _calendar_date(found[1], found[2], found[3])
    found = _DAY_FIRST.fullmatch(value)
    return _calendar_date(found[3], found[2], found[1]) if found else None


def open_end(end: date | None) -> date | None:
    """None for an end that peers write as 2200-01-01 or 9999-12-31, else the end itself."""
    return None if end in _OPEN_ENDS else end


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March in a common year."""
    year = min(max(day.year + years, date.min.year), date.max.year)
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def working_days_after(day: date, count: int, holidays: frozenset[date] = frozenset()) -> date:
    """The last day of a term of so many working days that begins after ``day``: weekends and holidays do not count."""
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY and day not in holidays:
            count -= 1
    return day


def age_on(birth_date: date, on: date) -> int:
    """Full years of age on a day; negative before the birth."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def _calendar_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
