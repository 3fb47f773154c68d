"""Labelled requests for benchmarks: damaged ones about people of a file, and strangers nobody has."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.population import generate_people, read_people_csv
from registry.insured.training.labelled import Labelled, request_of_columns

ON = date(2026, 10, 5)
DAMAGED, AGAIN = 0.15, 0.3
STRANGERS = 0.03
STRANGE_SEED = 7_777  # another population: its people are in no registry


def labelled_requests(people: Path, rows: int, seed: int, strangers: float = STRANGERS) -> list[Labelled]:
    """``rows`` requests, of which 15 % are damaged (a third of those more than once) and some are about strangers."""
    strange = int(rows * strangers)
    asked = [
        Labelled(request_of_columns(given, ON), key)
        for given, key, _ in damaged_requests(read_people_csv(people), rows - strange, DAMAGED, seed, AGAIN)
    ]
    lines = generate_people(strange + strange // 5 + 10, seed + STRANGE_SEED)
    asked += [
        Labelled(request_of_columns(given, ON), "")
        for given, _, _ in damaged_requests(lines, strange, DAMAGED, seed, AGAIN)
    ]
    return asked
