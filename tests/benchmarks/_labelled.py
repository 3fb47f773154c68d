"""Labelled requests for benchmarks: damaged ones about people of a file, and strangers nobody has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.lookalikes import lookalikes
from registry.insured.generator.population import generate_people, read_people_csv
from registry.insured.training.labelled import Labelled, request_of_columns

ON = date(2026, 10, 5)
DAMAGED, AGAIN = 0.15, 0.3
STRANGERS, ALIKE = 0.02, 0.01
STRANGE_SEED = 7_777  # another population: its people are in no registry


def labelled_requests(people: Path, rows: int, seed: int) -> list[Labelled]:
    """``rows`` requests: 15 % damaged (a third of those more than once), and 3 % about people nobody has.

    One of three strangers is like somebody of the registry: a twin, a namesake, a parent, a brother or sister.
    """
    strange, alike = int(rows * STRANGERS), int(rows * ALIKE)
    asked = [
        Labelled(request_of_columns(given, ON), key)
        for given, key, _ in damaged_requests(read_people_csv(people), rows - strange - alike, DAMAGED, seed, AGAIN)
    ]
    lines = generate_people(strange + strange // 5 + 10, seed + STRANGE_SEED)
    asked += _unknown(lines, strange, seed)
    drawn = islice(_spread(people, alike), alike)
    likes = (like._replace(person_key=str(number)) for number, (like, _) in enumerate(lookalikes(drawn, seed)))
    asked += _unknown(likes, alike, seed)
    return asked


def _unknown(lines: Iterable[PersonLine], count: int, seed: int) -> list[Labelled]:
    damaged = damaged_requests(lines, count, DAMAGED, seed, AGAIN)
    return [Labelled(request_of_columns(given, ON), "") for given, _, _ in damaged]


def _spread(people: Path, count: int) -> Iterator[PersonLine]:
    """Lines of as many people from all over the file, each with a key of his own."""
    size = people.stat().st_size
    step = max(size // 250 // max(count, 1) // 2, 1)
    for number, line in enumerate(read_people_csv(people)):
        if number % step == 0:
            yield line
