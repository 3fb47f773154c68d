"""The score of a pair: the sum of the weights of how far each property agrees (Fellegi and Sunter; clause 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import FieldMap, Model, Property

Values = tuple[str, ...]
"""What one side may be called by in one property: other readings of a given value, former values of a known one."""
Forms = Sequence[Values]
"""The values of one side in the order of the field map."""


class Met(NamedTuple):
    """How far one property agrees, and the two values that agree so far."""

    level: Level
    given: str = ""
    known: str = ""


class Grade(NamedTuple):
    """A grade with its property and what it weighs."""

    name: str
    level: Level
    weight: float
    known: str


class Scored(NamedTuple):
    """The score of a pair with the grades it is the sum of."""

    total: float
    grades: tuple[Grade, ...]

    def level(self, name: str) -> Level:
        """The grade of a property; absent for one the map does not have."""
        return next((grade.level for grade in self.grades if grade.name == name), Level.ABSENT)


ALIKE = frozenset((Level.EQUAL, Level.LOOSE, Level.EDIT))
UNLIKE = frozenset((Level.DIFFERENT, Level.PART, Level.INITIAL, Level.SIMILAR))


def score(model: Model, given: Forms, known: Forms) -> Scored:
    """Grade and weigh every property; neither the order of values nor which side is which changes the sum."""
    grades = []
    for place, met in enumerate(compare(model.fields, given, known)):
        one = model.fields[place]
        weight = model.tables[place][met.level]
        if one.by_frequency and met.level in (Level.EQUAL, Level.LOOSE, Level.SWAPPED):
            weight += min(
                model.rarity(there, value)
                for there in _places(model.fields, place, met.level)
                for value in (met.given, met.known)
            )
        grades.append(Grade(one.name, met.level, weight, met.known))
    return Scored(round(sum(grade.weight for grade in grades), 3), tuple(grades))


def _places(fields: FieldMap, place: int, level: Level) -> tuple[int, ...]:
    """Where a value is looked up among the frequent ones: a swapped one stands in both properties."""
    if level is not Level.SWAPPED:
        return (place,)
    name, swapped = fields[place].name, fields[place].swaps_with
    return tuple(there for there, one in enumerate(fields) if one.name in (name, swapped))


def compare(fields: FieldMap, given: Forms, known: Forms) -> list[Met]:
    """The best grade of every property over the values both sides may be called by."""
    found = [_best(one, given[place], known[place]) for place, one in enumerate(fields)]
    _find_swapped(fields, found, given, known)
    return found


def _best(one: Property, given: Values, known: Values) -> Met:
    if not given or not known:
        return Met(Level.ABSENT, "", min(known, default=""))
    if len(given) == len(known) == 1:
        return Met(one.comparison.compare(given[0], known[0]), given[0], known[0])
    order = one.comparison.levels.index
    met = (Met(one.comparison.compare(mine, other), mine, other) for mine in given for other in known)
    return min(met, key=lambda each: (order(each.level), sorted(each[1:])))


def _find_swapped(fields: FieldMap, found: list[Met], given: Forms, known: Forms) -> None:
    """Two properties that hold each other's value agree, though neither does in its own place."""
    for place, one in enumerate(fields):
        other = next((there for there, two in enumerate(fields) if two.name == one.swaps_with), 0)
        if other <= place or not {found[place].level, found[other].level} <= UNLIKE:
            continue
        here, there = _best(one, given[other], known[place]), _best(one, given[place], known[other])
        if here.level in ALIKE and there.level in ALIKE:
            found[place], found[other] = here._replace(level=Level.SWAPPED), there._replace(level=Level.SWAPPED)
