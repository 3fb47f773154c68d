"""The small books a new installation starts with: teaching data until the fund loads the real editions."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

FOLDER = "registry.reference.books.shipped"


@cache
def shipped_files() -> tuple[tuple[str, bytes], ...]:
    """Every shipped book as a file of our own template, by its name."""
    found = (one for one in files(FOLDER).iterdir() if one.name.endswith(".csv"))
    return tuple(sorted((one.name, one.read_bytes()) for one in found))


def shipped_rows(code: str) -> list[dict[str, str]]:
    """The rows of one shipped book."""
    text = files(FOLDER).joinpath(f"{code}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()[1:], delimiter=";"))
