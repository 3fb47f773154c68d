"""Which identity document an invented person holds on a day, and when he changes it."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta

from registry.core.checks.dates import add_years, age_on
from registry.insured.generator.dice import Dice
from registry.insured.generator.families import Human
from registry.insured.generator.numbers import Numbers, Paper

PASSPORT_AGES = (14, 20, 45)
FIRST_PASSPORTS = date(1997, 10, 1)
_REPORTED = {14: 0.95, 20: 0.5, 45: 0.5}
_FOREIGN_KINDS = ((9, 21, 11, 23), (0.3, 0.6, 0.85, 1.0))


def first_paper(human: Human, on: date, numbers: Numbers, dice: Dice) -> Paper:
    """The document the person showed when the registry first heard of him."""
    if human.foreign:
        earliest = max(human.born, on - timedelta(days=1100))
        return numbers.foreign(dice.weighted(_FOREIGN_KINDS), dice.day(earliest, on))
    years = age_on(human.born, on)
    if years < PASSPORT_AGES[0]:
        return numbers.birth_certificate(min(on, human.born + timedelta(days=dice.between(2, 40))))
    due = PASSPORT_AGES[bisect_right(PASSPORT_AGES, years) - 1]
    issued = add_years(human.born, due) + timedelta(days=dice.between(5, 45))
    if issued < FIRST_PASSPORTS:
        issued = dice.day(FIRST_PASSPORTS, date(2004, 6, 30))
    return numbers.passport(min(issued, on))


def passport_days(human: Human, after: date, until: date, dice: Dice) -> Iterator[date]:
    """The days on which the registry learns of a passport due by age."""
    if human.foreign:
        return
    for age in PASSPORT_AGES:
        if not after.year - 1 <= human.born.year + age <= until.year:
            continue
        day = add_years(human.born, age) + timedelta(days=dice.between(5, 45))
        if after < day <= until and day > FIRST_PASSPORTS and dice.chance(_REPORTED[age]):
            yield day
