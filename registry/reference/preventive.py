"""Books of preventive care: kinds of exams (V016), health groups, directions, and diagnoses of one sex only."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from registry.core.checks.mkb import mkb_key

ADULT_GROUPS = "adult"
#: The third group before the second stage has told which of its two halves it is.
UNDECIDED_GROUP = "3"


@dataclass(frozen=True, slots=True)
class ExamKind:
    """One kind of exam: its programme, stage, the kind of its second stage if any, its groups and ages."""

    code: str
    title: str
    programme: str
    stage: int
    second: str
    groups: str
    min_age: int
    max_age: int


def _rows(name: str) -> list[dict[str, str]]:
    text = files("registry.reference.books").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


@cache
def exam_kinds() -> dict[str, ExamKind]:
    """Return the kinds of exams by code."""
    return {
        row["code"]: ExamKind(
            row["code"],
            row["title"],
            row["programme"],
            int(row["stage"]),
            row["second"],
            row["groups"],
            int(row["min_age"]),
            int(row["max_age"]),
        )
        for row in _rows("exam_kind.csv")
    }


@cache
def _groups() -> dict[tuple[str, str], str]:
    found = {}
    for row in _rows("health_group.csv"):
        for spelling in (row["code"], *filter(None, row["also"].split("|"))):
            found[row["groups"], spelling] = row["code"]
    return found


def health_group(groups: str, text: str) -> str:
    """Return the group as the book writes it, empty when the set does not have it."""
    return _groups().get((groups, text), "")


def health_groups(groups: str) -> list[str]:
    """Return the groups of a set, in order."""
    return list(dict.fromkeys(code for (name, _), code in _groups().items() if name == groups))


def is_health_group(text: str) -> bool:
    """True when any set has this group."""
    return text == UNDECIDED_GROUP or any(spelling == text for _, spelling in _groups())


@cache
def required_of_direction() -> dict[int, tuple[str, ...]]:
    """Return what a direction must tell, by its kind."""
    return {int(row["code"]): tuple(row["required"].split("|")) for row in _rows("direction_kind.csv")}


@cache
def _ranges() -> list[tuple[str, str, int]]:
    return [(row["first"], row["last"], int(row["sex"])) for row in _rows("mkb_sex.csv")]


def sex_of_mkb(code: str) -> int | None:
    """Return the only sex a diagnosis occurs in (V005), ``None`` when it occurs in both."""
    key = mkb_key(code)
    return next((sex for first, last, sex in _ranges() if first <= key <= last), None)
