"""The model of probabilistic matching: which properties are compared how, and what each grade of agreement weighs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import log2
from typing import Any

from registry.insured.scoring.levels import Comparison, Level

LEAST = 1e-7  # a chance that was never seen is rare, not impossible


@dataclass(frozen=True, slots=True)
class Property:
    """One compared property: its name, the way of comparing, and whether rare values weigh more.

    ``swaps_with`` names the property whose value may stand here by mistake, as a first name in the place of a surname.
    """

    name: str
    comparison: Comparison
    by_frequency: bool = False
    swaps_with: str = ""


FieldMap = Sequence[Property]


@dataclass(frozen=True)
class Weights:
    """What was learnt: chances of every grade among pairs of one person (m) and of two (u), frequencies of values.

    ``valid_from`` dates the set; ``curve`` are the figures measured on labelled pairs, one row for each threshold.
    """

    name: str
    valid_from: str
    source: str
    m: Mapping[str, Mapping[str, float]]
    u: Mapping[str, Mapping[str, float]]
    frequencies: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    rarest: Mapping[str, float] = field(default_factory=dict)
    curve: Sequence[Mapping[str, float]] = ()

    def told(self) -> dict[str, Any]:
        """The set as it is written into a file."""
        return {
            "name": self.name,
            "valid_from": self.valid_from,
            "source": self.source,
            "fields": {name: {"m": dict(self.m[name]), "u": dict(self.u[name])} for name in self.m},
            "rarest": dict(self.rarest),
            "frequencies": {name: dict(values) for name, values in self.frequencies.items()},
            "curve": [dict(row) for row in self.curve],
        }


def written_weights(weights: Weights) -> str:
    """A set of weights as its file: one line for each table, so that two sets can be compared line by line."""
    told = weights.told()
    lines = [f" {json.dumps(name)}: {_line(value)}" for name, value in told.items() if not isinstance(value, dict)]
    for name in ("fields", "rarest", "frequencies"):
        rows = [f"  {json.dumps(key)}: {_line(value)}" for key, value in told[name].items()]
        lines.append(f" {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_weights(text: str) -> Weights:
    """A set of weights out of its file; ``ValueError`` names what is missing or no chance."""
    try:
        told = json.loads(text)
        fields = told["fields"]
        weights = Weights(
            name=str(told["name"]),
            valid_from=str(told["valid_from"]),
            source=str(told.get("source", "")),
            m={name: _chances(name, chances["m"]) for name, chances in fields.items()},
            u={name: _chances(name, chances["u"]) for name, chances in fields.items()},
            frequencies=told.get("frequencies", {}),
            rarest=told.get("rarest", {}),
            curve=tuple(told.get("curve", ())),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise ValueError(f"в наборе весов нет {wrong}") from wrong
    return weights


def _chances(name: str, told: Mapping[str, Any]) -> dict[str, float]:
    known = {level.value for level in Level}
    for level, chance in told.items():
        if level not in known or not 0 <= float(chance) <= 1:
            raise ValueError(f"{name}: «{level}» = {chance} не вероятность уровня совпадения")
    return {level: float(chance) for level, chance in told.items()}


@dataclass(frozen=True)
class Model:
    """A field map with its weights: everything `score` needs."""

    fields: FieldMap
    weights: Weights

    @cached_property
    def tables(self) -> tuple[dict[Level, float], ...]:
        """For every property of the map the weight of each grade, log2(m/u); what was not learnt weighs nothing."""
        return tuple(_table(one, self.weights) for one in self.fields)

    @cached_property
    def swaps(self) -> Sequence[tuple[int, int]]:
        """The places of properties that may hold each other's value by mistake."""
        return swaps_of(self.fields)

    @cached_property
    def remembered(self) -> dict[Any, Any]:
        """The grades that ``score`` has worked out for pairs of values, as many as it lets stay."""
        return {}

    def rarity(self, place: int, value: str) -> float:
        """What agreement in a value weighs beyond agreement in any value: log2 of common chance over its own."""
        one = self.fields[place]
        frequencies = self.weights.frequencies.get(one.name)
        if not frequencies:
            return 0.0
        common = self.weights.u[one.name].get(Level.EQUAL, LEAST)
        own = frequencies.get(value) or self.weights.rarest.get(one.name, common)
        return log2(max(common, LEAST) / max(own, LEAST))


def swaps_of(fields: FieldMap) -> Sequence[tuple[int, int]]:
    """The places of properties that swap with one behind them."""
    names = [one.name for one in fields]
    pairs = [(place, names.index(one.swaps_with)) for place, one in enumerate(fields) if one.swaps_with in names]
    return [(place, other) for place, other in pairs if other > place]


def _table(one: Property, weights: Weights) -> dict[Level, float]:
    m, u = weights.m.get(one.name, {}), weights.u.get(one.name, {})
    found = {
        level: log2(max(m[level], LEAST) / max(u[level], LEAST)) if level in m and level in u else 0.0
        for level in one.comparison.levels
    }
    return {**found, Level.ABSENT: 0.0}
