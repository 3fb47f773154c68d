"""Learning weights: from pairs known to be one person, or by expectation and maximisation where nothing is known."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import prod

from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import LEAST, FieldMap, Weights
from registry.insured.scoring.score import Forms, compare

Pair = tuple[Forms, Forms]
Pattern = tuple[Level, ...]
Chances = dict[str, dict[str, float]]

SMOOTHING = 0.5  # half a pair is added to every grade: a grade never seen is improbable, not impossible
ROUNDS = 100
STEADY = 1e-6
FLOOR = 5e-5


def patterns_of(fields: FieldMap, pairs: Iterable[Pair]) -> Counter[Pattern]:
    """How often every combination of grades occurs among the pairs: all that any estimate needs of them."""
    return Counter(tuple(met.level for met in compare(fields, *pair)) for pair in pairs)


def chances(fields: FieldMap, patterns: Mapping[Pattern, float]) -> Chances:
    """The chance of every grade among pairs in which both sides tell the property."""
    found: Chances = {}
    for place, one in enumerate(fields):
        counts = dict.fromkeys(one.comparison.levels, SMOOTHING)
        for pattern, count in patterns.items():
            if pattern[place] is not Level.ABSENT:
                counts[pattern[place]] += count
        total = sum(counts.values())
        found[one.name] = {level.value: round(count / total, 9) for level, count in counts.items()}
    return found


def random_pairs(given: Sequence[Forms], known: Sequence[Forms], count: int, seed: int) -> list[Pair]:
    """Pairs drawn by chance: hardly any is one person, so their grades are those of strangers (u)."""
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    return [(dice.choice(given), dice.choice(known)) for _ in range(count)]


def expect_and_maximise(
    fields: FieldMap, patterns: Mapping[Pattern, int], u: Chances, share: float = 0.5
) -> tuple[Chances, float]:
    """The chances among pairs of one person (m) and their share, out of pairs of which some are; u stays as given."""
    m = {one.name: _first_guess([level.value for level in one.comparison.levels]) for one in fields}
    for _ in range(ROUNDS):
        expected = {pattern: count * _posterior(fields, pattern, m, u, share) for pattern, count in patterns.items()}
        before, share = share, sum(expected.values()) / max(sum(patterns.values()), 1)
        m = chances(fields, expected)
        if abs(before - share) < STEADY:
            break
    return m, share


def _first_guess(levels: Sequence[str]) -> dict[str, float]:
    rest = 0.1 / max(len(levels) - 1, 1)
    return {level: rest if place else 0.9 for place, level in enumerate(levels)}


def _posterior(fields: FieldMap, pattern: Pattern, m: Chances, u: Chances, share: float) -> float:
    told = [(one.name, level) for one, level in zip(fields, pattern, strict=True) if level is not Level.ABSENT]
    same = share * prod(max(m[name][level], LEAST) for name, level in told)
    other = (1 - share) * prod(max(u[name][level], LEAST) for name, level in told)
    return same / (same + other)


def frequencies(fields: FieldMap, known: Sequence[Forms]) -> tuple[Chances, dict[str, float]]:
    """How frequent the values of a population are; those too rare to be listed share one chance."""
    listed: Chances = {}
    rarest: dict[str, float] = {}
    for place, one in enumerate(fields):
        if not one.by_frequency:
            continue
        counts = Counter(value for forms in known for value in forms[place])
        total = max(sum(counts.values()), 1)
        listed[one.name] = {
            value: round(count / total, 7) for value, count in sorted(counts.items()) if count >= FLOOR * total
        }
        rare = [count for count in counts.values() if count < FLOOR * total]
        rarest[one.name] = round(sum(rare) / max(len(rare), 1) / total if rare else FLOOR, 9)
    return listed, rarest


def train(  # noqa: PLR0913 - what a set of weights is made of
    fields: FieldMap,
    matched: Sequence[Pair],
    strangers: Sequence[Pair],
    population: Sequence[Forms],
    *,
    name: str,
    valid_from: str,
    source: str,
) -> Weights:
    """Weights out of pairs known to be one person, pairs drawn by chance, and the population they are looked for in."""
    listed, rarest = frequencies(fields, population)
    return Weights(
        name=name,
        valid_from=valid_from,
        source=source,
        m=chances(fields, patterns_of(fields, matched)),
        u=chances(fields, patterns_of(fields, strangers)),
        frequencies=listed,
        rarest=rarest,
    )
