"""Second records of the same people, as registries get them: another number, another policy, slips in the names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from registry.core.checks.dates import parse_date
from registry.insured.generator.dice import Dice
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.numbers import Numbers
from registry.insured.generator.typing_errors import digit_changed, mistyped, yo_changed

SEED_OF_NUMBERS = 1_000_003  # far from the sequences of the population: a second record has numbers of its own
MARK = "D"
INSURERS = ("63001", "63002", "63003")


class Doubled(NamedTuple):
    """The line of a second record, and whose it is."""

    line: PersonLine
    person_key: str


def second_records(lines: Iterable[PersonLine], share: float, seed: int, fund_code: str = "63") -> Iterator[Doubled]:
    """Second records of about this share of the people, one line each; their own numbers are well formed."""
    dice, numbers = Dice(seed), Numbers(seed + SEED_OF_NUMBERS)
    for key, told in groupby(lines, attrgetter("person_key")):
        last = list(told)[-1]
        if dice.chance(share):
            yield Doubled(_second(last, dice, numbers, fund_code), key)


def _second(line: PersonLine, dice: Dice, numbers: Numbers, fund_code: str) -> PersonLine:
    changed = line
    for way, share in _WAYS:
        if dice.chance(share):
            changed = way(changed, dice)
    enp = numbers.enp(fund_code, int(changed.sex), date.fromisoformat(changed.birth_date))
    return changed._replace(
        person_key=f"{MARK}{line.person_key}",
        enp=enp,
        policy_type="П",
        policy_series="",
        policy_number=enp,
        insurer_code=dice.one_of(INSURERS),
        insured_to="",
        died_on="",
    )


def _without_snils(line: PersonLine, _dice: Dice) -> PersonLine:
    return line._replace(snils="")


def _without_document(line: PersonLine, _dice: Dice) -> PersonLine:
    return line._replace(doc_type="", doc_series="", doc_number="", doc_issued_on="")


def _surname(line: PersonLine, dice: Dice) -> PersonLine:
    return line._replace(surname=mistyped(line.surname, dice))


def _patronymic(line: PersonLine, dice: Dice) -> PersonLine:
    return line._replace(patronymic=mistyped(line.patronymic, dice) if line.patronymic else "")


def _yo(line: PersonLine, _dice: Dice) -> PersonLine:
    return line._replace(surname=yo_changed(line.surname), first_name=yo_changed(line.first_name))


def _birth_date(line: PersonLine, dice: Dice) -> PersonLine:
    last = min(parse_date(line.insured_from) or date(2020, 1, 1), parse_date(line.attached_on) or date(2020, 1, 1))
    for _ in range(20):
        read = parse_date(digit_changed(line.birth_date, dice))
        if read is not None and date(1905, 1, 1) <= read <= last:
            return line._replace(birth_date=read.isoformat())
    return line


_WAYS: tuple[tuple[Callable[[PersonLine, Dice], PersonLine], float], ...] = (
    (_without_snils, 0.5),
    (_without_document, 0.4),
    (_surname, 0.2),
    (_patronymic, 0.1),
    (_yo, 0.1),
    (_birth_date, 0.1),
)
