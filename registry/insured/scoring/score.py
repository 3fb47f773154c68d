"""The score of a pair: the sum of the weights of how far each property agrees (Fellegi and Sunter; clause 9.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import FieldMap, Model, Property, swaps_of

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
    grades = [
        _grade(model, place, values, known[place]) if values else _absent(model, place, known[place])
        for place, values in enumerate(given)
    ]
    for place, other in model.swaps:
        if grades[place].level not in UNLIKE or grades[other].level not in UNLIKE:
            continue
        swapped = _swapped(model.fields, (place, other), given, known)
        if swapped is not None:
            grades[place], grades[other] = (
                _weighed(model, there, met) for there, met in zip((place, other), swapped, strict=True)
            )
    return Scored(round(sum([grade.weight for grade in grades]), 3), tuple(grades))


def likeness(model: Model, given: Forms, known: Forms) -> float:
    """The total that ``score`` would tell, without the grades: what one side lacks is not looked at."""
    total = 0.0
    unlike = []
    for place, values in enumerate(given):
        others = known[place]
        if values and others:
            grade = _grade(model, place, values, others)
            total += grade.weight
            if grade.level in UNLIKE:
                unlike.append(place)
    if len(unlike) > 1 and any(place in unlike and other in unlike for place, other in model.swaps):
        return score(model, given, known).total
    return round(total, 3)


MOST_REMEMBERED = 1 << 15


def _grade(model: Model, place: int, given: Values, known: Values) -> Grade:
    """The grade of one property; those of the values that occur in many pairs are worked out once."""
    asked = (place, given, known)
    found: Grade | None = model.remembered.get(asked)
    if found is None:
        if len(model.remembered) >= MOST_REMEMBERED:
            model.remembered.clear()
        found = model.remembered[asked] = _weighed(model, place, _best(model.fields[place], given, known))
    return found


def _absent(model: Model, place: int, known: Values) -> Grade:
    """What the asking side lacks weighs nothing."""
    return Grade(model.fields[place].name, Level.ABSENT, 0.0, min(known, default=""))


def _weighed(model: Model, place: int, met: Met) -> Grade:
    one = model.fields[place]
    weight = model.tables[place][met.level]
    if one.by_frequency and met.level in (Level.EQUAL, Level.LOOSE, Level.SWAPPED):
        weight += min(
            model.rarity(there, value)
            for there in _places(model.fields, place, met.level)
            for value in (met.given, met.known)
        )
    return Grade(one.name, met.level, weight, met.known)


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
    for place, other in swaps_of(fields):
        if found[place].level in UNLIKE and found[other].level in UNLIKE:
            swapped = _swapped(fields, (place, other), given, known)
            if swapped is not None:
                found[place], found[other] = swapped


def _swapped(fields: FieldMap, places: tuple[int, int], given: Forms, known: Forms) -> tuple[Met, Met] | None:
    place, other = places
    here = _best(fields[place], given[other], known[place])
    if here.level not in ALIKE:
        return None
    there = _best(fields[place], given[place], known[other])
    if there.level not in ALIKE:
        return None
    return here._replace(level=Level.SWAPPED), there._replace(level=Level.SWAPPED)
