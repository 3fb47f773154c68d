"""People no registry of the population has, each much like somebody who is there: what tempts a matcher."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

from registry.core.checks.dates import add_years, parse_date
from registry.insured.generator.dice import Dice
from registry.insured.generator.first_names import cohort_of, first_names, patronymic
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.numbers import Numbers

FUND = "63"
FOREIGN_SEED = 1_000_003  # numbers of the unknown begin elsewhere than those of the population


class Likeness(StrEnum):
    """What a stranger shares with the person he is like."""

    TWIN = "twin"
    NAMESAKE = "namesake"
    PARENT = "parent"
    SIBLING = "sibling"


def lookalikes(lines: Iterable[PersonLine], seed: int) -> Iterator[tuple[PersonLine, Likeness]]:
    """For every line somebody else of like names: own ЕНП, СНИЛС, document, all with right check digits.

    A twin shares surname, patronymic, day and place of birth, and his ЕНП the facet; a namesake the full name and all
    but a figure or the order of the birth date, or all of it; a parent the full name, a generation apart; a sibling
    surname and patronymic, some years apart.
    """
    dice = Dice(seed)
    numbers = Numbers(seed + FOREIGN_SEED)
    ways = tuple(Likeness)
    for line in lines:
        way = ways[dice.below(len(ways))]
        yield _like(line, way, dice, numbers), way


def _like(line: PersonLine, way: Likeness, dice: Dice, numbers: Numbers) -> PersonLine:
    born, sex = date.fromisoformat(line.birth_date), int(line.sex)
    first_name = line.first_name
    if way is Likeness.TWIN:
        first_name = _other_name(line, dice)
    elif way is Likeness.SIBLING:
        first_name = _other_name(line, dice)
        born = born + timedelta(days=dice.between(300, 2_500))
    elif way is Likeness.PARENT:
        born = add_years(born, -dice.between(18, 35))
        if sex == 1:
            line = line._replace(patronymic=patronymic(first_name, 1))
    else:
        born = _near(born, dice)
    born = max(min(born, date(2026, 10, 1)), date(1910, 1, 1))
    enp = numbers.enp(FUND, sex, born)
    paper = numbers.passport(max(add_years(born, 14), date(1998, 1, 1)))
    return line._replace(
        person_key="",
        first_name=first_name,
        birth_date=born.isoformat(),
        enp=enp,
        snils=numbers.snils(),
        doc_type=str(paper.type),
        doc_series=paper.series,
        doc_number=paper.number,
        policy_type="П",
        policy_series="",
        policy_number=enp,
    )


def _other_name(line: PersonLine, dice: Dice) -> str:
    """Another name of the generation; of two, the one that is written more alike."""
    names = first_names(int(line.sex), cohort_of(int(line.birth_date[:4])))
    drawn = [dice.weighted(names) for _ in range(6)]
    others = [name for name in drawn if name != line.first_name] or ["ЯРОСЛАВ" if line.sex == "1" else "ПОЛИНА"]
    return max(others, key=lambda name: sum(one == other for one, other in zip(name, line.first_name, strict=False)))


def _near(born: date, dice: Dice) -> date:
    swapped = parse_date(f"{born.year}-{born.day:02d}-{born.month:02d}") if born.day <= 12 else None
    ways = (born, born, swapped or born, born + timedelta(days=1), born + timedelta(days=10))
    return ways[dice.below(len(ways))]
