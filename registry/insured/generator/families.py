"""Families of the invented population: who lives together, what they are called, when they were born."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from registry.core.checks.dates import add_years
from registry.insured.generator import surnames
from registry.insured.generator.dice import Dice
from registry.insured.generator.first_names import (
    cohort_of,
    eastern_patronymic,
    first_names,
    foreign_first_names,
    patronymic,
)
from registry.insured.generator.places import birth_places

MALE, FEMALE = 1, 2
CLINICS, DISTRICTS, INSURERS = 30, 40, (0.5, 0.8, 1.0)
FOREIGN_SHARE = 0.025
TWIN_SHARE = 0.012
NAMESAKE_SHARE = 0.002

# Age of the head of a household: the first year of each band of five, and the running sums of their weights.
_HEAD_AGES = (
    (20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90),
    (5.0, 13.0, 24.0, 37.0, 49.0, 60.0, 70.0, 79.0, 88.0, 95.5, 101.5, 105.0, 108.0, 109.7, 110.3),
)
_BIRTHS = ((0, 1, 2, 3, 4), (0.22, 0.54, 0.86, 0.97, 1.0))


class Home(NamedTuple):
    """What a family shares: one address, hence one clinic, one district and mostly one insurer."""

    family: str
    clinic: str
    district: int
    insurer: str


@dataclass(slots=True)
class Human:
    """An invented person as he is today; `former_surname` is what a wife was called before her marriage."""

    key: str
    home: Home
    sex: int
    born: date
    surname: str
    first_name: str
    patronymic: str
    birth_place: str
    foreign: bool
    former_surname: str = ""
    twin_of: str = ""
    namesake_of: str = ""


class Families:
    """An endless stream of families of one fund, living on the day `as_of`."""

    def __init__(self, dice: Dice, fund_code: str, as_of: date) -> None:
        self._dice = dice
        self._fund = fund_code
        self._as_of = as_of
        self._families = 0
        self._people = 0

    def __iter__(self) -> Iterator[list[Human]]:
        """Families one after another, now and then followed by a namesake of one of them."""
        while True:
            family = self._family()
            yield family
            for human in family:
                if self._dice.chance(NAMESAKE_SHARE):
                    yield [self._namesake(human)]

    def _family(self) -> list[Human]:
        dice = self._dice
        foreign = dice.chance(FOREIGN_SHARE)
        home, surname = self._home(), self._surname(foreign)
        born = self._head_birth()
        male = dice.chance(0.45 if born.year > self._as_of.year - 60 else 0.28)
        head = self._adult(home, MALE if male else FEMALE, born, surname, foreign)
        people = [head]
        if dice.chance(0.55 if head.born.year > self._as_of.year - 75 else 0.3):
            people.append(self._spouse(head, surname))
        mother = next((human for human in people if human.sex == FEMALE), None)
        if mother is not None:
            father = next((human.first_name for human in people if human.sex == MALE), "")
            people.extend(self._children(mother, father, surname))
        return people

    def _home(self) -> Home:
        dice = self._dice
        self._families += 1
        insurer = self.insurer()
        return Home(f"F{self._families:07d}", self.clinic(), dice.between(1, DISTRICTS), insurer)

    def clinic(self) -> str:
        """Code of one of the thirty clinics of the fund."""
        return f"{self._fund}{self._dice.between(1, CLINICS):04d}"

    def insurer(self) -> str:
        """Code of one of the three insurers of the fund, the first the largest."""
        return f"{self._fund}{self._dice.weighted(((1, 2, 3), INSURERS)):03d}"

    def _surname(self, foreign: bool) -> str:
        dice = self._dice
        if foreign:
            return dice.weighted(surnames.foreign_surnames())
        rare = dice.chance(surnames.TAIL_SHARE)
        surname = dice.weighted(surnames.rare_surnames() if rare else surnames.common_surnames())
        return surname.replace("Ё", "Е") if "Ё" in surname and dice.chance(0.5) else surname

    def _head_birth(self) -> date:
        dice = self._dice
        years = dice.weighted(_HEAD_AGES) + dice.below(5)
        return add_years(self._as_of, -years) - timedelta(days=dice.below(365))

    def _adult(self, home: Home, sex: int, born: date, surname: str, foreign: bool) -> Human:
        dice = self._dice
        father = self._given_name(MALE, born.year - 27, foreign)
        where = "abroad" if foreign else "near" if dice.chance(0.75) else "far"
        return Human(
            key=self._key(),
            home=home,
            sex=sex,
            born=born,
            surname=surname if sex == MALE else surnames.female_form(surname),
            first_name=self._given_name(sex, born.year, foreign),
            patronymic=self._patronymic(father, sex, foreign),
            birth_place=dice.weighted(birth_places(where)),
            foreign=foreign,
        )

    def _spouse(self, head: Human, surname: str) -> Human:
        dice = self._dice
        older = -1 if head.sex == MALE else 1
        born = head.born - timedelta(days=older * dice.between(-1100, 3300))
        born = min(born, add_years(self._as_of, -19))
        spouse = self._adult(head.home, MALE + FEMALE - head.sex, born, surname, head.foreign)
        wife = spouse if spouse.sex == FEMALE else head
        own = surnames.female_form(self._surname(head.foreign))
        if own != wife.surname:
            self._marry(wife, own)
        return spouse

    def _marry(self, wife: Human, own: str) -> None:
        if self._dice.chance(0.08):
            wife.surname = own
            return
        wife.former_surname = own
        if self._dice.chance(0.015) and "-" not in own:
            wife.surname = f"{own}-{wife.surname}"[:40]

    def _children(self, mother: Human, father: str, surname: str) -> Iterator[Human]:
        dice = self._dice
        for _ in range(dice.weighted(_BIRTHS)):
            born = add_years(mother.born, dice.between(19, 38)) + timedelta(days=dice.below(365))
            age = self._as_of.year - born.year
            if born > self._as_of or (age > 23 and not dice.chance(0.12)):
                continue
            name = father or self._given_name(MALE, mother.born.year, mother.foreign)
            child = self._child(mother, name, born, surname)
            yield child
            if dice.chance(TWIN_SHARE):
                yield self._twin(child, mother, name, surname)

    def _child(self, mother: Human, father: str, born: date, surname: str) -> Human:
        dice = self._dice
        sex = MALE if dice.chance(0.514) else FEMALE
        child = self._adult(mother.home, sex, born, surname, mother.foreign)
        child.patronymic = self._patronymic(father, sex, mother.foreign)
        if not mother.foreign:
            child.birth_place = mother.birth_place if dice.chance(0.3) else dice.weighted(birth_places("near"))
        return child

    def _twin(self, first: Human, mother: Human, father: str, surname: str) -> Human:
        twin = self._child(mother, father, first.born, surname)
        twin.birth_place = first.birth_place
        twin.twin_of = first.key
        while twin.first_name == first.first_name:
            twin.first_name = self._given_name(twin.sex, twin.born.year, mother.foreign)
        return twin

    def _namesake(self, human: Human) -> Human:
        where = "abroad" if human.foreign else "near"
        return replace(
            human,
            key=self._key(),
            home=self._home(),
            birth_place=self._dice.weighted(birth_places(where)),
            former_surname="",
            twin_of="",
            namesake_of=human.key,
        )

    def _given_name(self, sex: int, year: int, foreign: bool) -> str:
        dice = self._dice
        if foreign:
            return dice.one_of(foreign_first_names(sex))
        name = dice.weighted(first_names(sex, cohort_of(year)))
        return name.replace("Ё", "Е") if "Ё" in name and dice.chance(0.3) else name

    def _patronymic(self, father: str, sex: int, foreign: bool) -> str:
        dice = self._dice
        if foreign:
            return eastern_patronymic(father, sex) if dice.chance(0.5) else ""
        return "" if dice.chance(0.005) else patronymic(father, sex)

    def _key(self) -> str:
        self._people += 1
        return f"{self._fund}{self._people:08d}"
