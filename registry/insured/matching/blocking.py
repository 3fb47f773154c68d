"""What else a wrong number or a wrong day may have been: the blocks of the probabilistic stage (clause 9.4), pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from registry.core.checks.enp import LENGTH as ENP_LENGTH
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.snils import SnilsVerdict, snils_verdict

_DIGITS = "0123456789"
_NINE_MINUS = str.maketrans("0123456789", "9876543210")
_LATER, _UNTIL_1950, _UNTIL_2000 = range(1, 13), range(21, 33), range(41, 53)
_USABLE_SNILS = frozenset((SnilsVerdict.VALID, SnilsVerdict.NOT_CHECKED))


@lru_cache(maxsize=1 << 14)
def swapped_day_and_month(born: date) -> date | None:
    """The day that the same figures mean in the other order; ``None`` when there is none or it is the same."""
    return None if born.day > 12 or born.day == born.month else date(born.year, born.day, born.month)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def birth_of_enp(enp: str) -> date | None:
    """The birth date that the facet of an ЕНП tells, whatever its check digit; ``None`` when it tells none."""
    if len(enp) != ENP_LENGTH or not enp.isdigit():
        return None
    told = enp[2:10].translate(_NINE_MINUS)
    month, year, day = int(told[:2]), int(told[5:1:-1]), int(told[6:])
    if month in _UNTIL_1950 and year <= 1950:
        month -= 20
    elif month in _UNTIL_2000 and 1950 < year <= 2000:
        month -= 40
    elif month not in _LATER or year <= 2000:
        return None
    return _day(f"{year:04d}{month:02d}{day - 50 if day > 50 else day:02d}")


def enp_misreadings(enp: str) -> Iterator[str]:
    """Every ЕНП with a right check digit that one wrong figure or two swapped neighbours make into this one."""
    if len(enp) == ENP_LENGTH:
        yield from (one for one in _misreadings(enp) if enp_verdict(one) is EnpVerdict.VALID)


def snils_misreadings(snils: str) -> Iterator[str]:
    """Every СНИЛС with a right control number that one wrong figure or two swapped neighbours make into this one."""
    if len(snils) == 11:
        yield from (one for one in _misreadings(snils) if snils_verdict(one) in _USABLE_SNILS)


def _misreadings(number: str) -> Iterator[str]:
    for place, right in enumerate(number):
        for other in _DIGITS:
            if other != right:
                yield f"{number[:place]}{other}{number[place + 1 :]}"
        if place and number[place - 1] != right:
            yield f"{number[: place - 1]}{right}{number[place - 1]}{number[place + 1 :]}"
