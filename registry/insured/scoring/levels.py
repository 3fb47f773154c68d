"""How far two values of one property agree, graded as clause 9.4 of the registry model lists it: pure, no database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler


class Level(StrEnum):
    """Grades of agreement over all properties; weights are kept under these words. Never change one, only add."""

    EQUAL = "equal"
    LOOSE = "loose"
    EDIT = "edit"
    SIMILAR = "similar"
    PART = "part"
    INITIAL = "initial"
    SWAPPED = "swapped"
    DIGIT = "digit"
    NEXT_DAY = "next_day"
    YEAR = "year"
    MONTH = "month"
    NEAR = "near"
    OVERLAP = "overlap"
    EITHER = "either"
    DIFFERENT = "different"
    ABSENT = "absent"


L = Level
NAME_LEVELS = (L.EQUAL, L.LOOSE, L.EDIT, L.SIMILAR, L.PART, L.INITIAL, L.SWAPPED, L.DIFFERENT)
DATE_LEVELS = (L.EQUAL, L.SWAPPED, L.DIGIT, L.NEXT_DAY, L.YEAR, L.MONTH, L.DIFFERENT)
NUMBER_LEVELS = (L.EQUAL, L.NEAR, L.DIFFERENT)
PLACE_LEVELS = (L.EQUAL, L.OVERLAP, L.DIFFERENT)
SEX_LEVELS = (L.EQUAL, L.EITHER, L.DIFFERENT)

SIMILAR_FROM = 0.92
OVERLAP_FROM = 0.5
YEARS_APART = frozenset((1, 10, 100))
_MARKS = str.maketrans("-.,'()", "      ")

Compare = Callable[[str, str], Level]
"""Grades two values, neither of them empty."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A way of comparing and the grades it can give, best first."""

    compare: Compare
    levels: tuple[Level, ...]


def name_comparison(loose: Callable[[str], str]) -> Comparison:
    """Names in key form; ``loose`` gives the form in which frequent confusions are one letter."""

    @lru_cache(maxsize=1 << 18)
    def compare(given: str, known: str) -> Level:
        if given == known:
            return L.EQUAL
        if loose(given) == loose(known):
            return L.LOOSE
        if OSA.distance(given, known, score_cutoff=1) <= 1 and min(len(given), len(known)) > 1:
            return L.EDIT
        if JaroWinkler.similarity(given, known, score_cutoff=SIMILAR_FROM) >= SIMILAR_FROM:
            return L.SIMILAR
        return _parts_of_names(given, known)

    return Comparison(compare, NAME_LEVELS)


def _parts_of_names(given: str, known: str) -> Level:
    one, other = given.rstrip("."), known.rstrip(".")
    if min(len(one), len(other)) == 1 and one[0] == other[0]:
        return L.INITIAL
    ones, others = _tokens(given), _tokens(known)
    if len(ones) != len(others) and (ones < others or others < ones):
        return L.PART
    return L.DIFFERENT


def _tokens(text: str) -> frozenset[str]:
    return frozenset(text.translate(_MARKS).split())


@lru_cache(maxsize=1 << 17)
def compare_dates(given: str, known: str) -> Level:
    """Dates as ``yyyyMMdd``; a day that no calendar has is compared digit by digit."""
    if given == known:
        return L.EQUAL
    if given[:4] == known[:4] and given[4:6] == known[6:] and given[6:] == known[4:6]:
        return L.SWAPPED
    if sum(map(str.__ne__, given, known)) == 1 and len(given) == len(known):
        return L.DIGIT
    if _days_apart(given, known) == 1:
        return L.NEXT_DAY
    if given[4:] == known[4:] and abs(int(given[:4]) - int(known[:4])) in YEARS_APART:
        return L.YEAR
    return L.MONTH if given[:6] == known[:6] else L.DIFFERENT


def _days_apart(given: str, known: str) -> int:
    try:
        one, other = (date(int(text[:4]), int(text[4:6]), int(text[6:])) for text in (given, known))
    except ValueError:
        return -1
    return abs((one - other) // timedelta(days=1))


def compare_numbers(given: str, known: str) -> Level:
    """Numbers of papers: equal, one character wrong or two neighbours swapped, or different."""
    if given == known:
        return L.EQUAL
    if len(given) == len(known) and OSA.distance(given, known, score_cutoff=1) <= 1:
        return L.NEAR
    return L.DIFFERENT


@lru_cache(maxsize=1 << 16)
def compare_places(given: str, known: str) -> Level:
    """Places: equal, at least half of all words in common, or different."""
    if given == known:
        return L.EQUAL
    ones, others = _tokens(given), _tokens(known)
    together = len(ones | others)
    return L.OVERLAP if together and len(ones & others) >= OVERLAP_FROM * together else L.DIFFERENT


def compare_sexes(given: str, known: str) -> Level:
    """Sexes as digits of V005; a 0 on either side stands for a first name that both may bear."""
    if "0" in (given, known):
        return L.EITHER
    return L.EQUAL if given == known else L.DIFFERENT


DATES = Comparison(compare_dates, DATE_LEVELS)
NUMBERS = Comparison(compare_numbers, NUMBER_LEVELS)
PLACES = Comparison(compare_places, PLACE_LEVELS)
SEXES = Comparison(compare_sexes, SEX_LEVELS)
