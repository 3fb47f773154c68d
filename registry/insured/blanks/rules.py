"""Arithmetic of ranges of numbers, and what a box may hold; pure."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

LONGEST_RANGE = 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Range:
    """Numbers from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def meets(self, other: Range) -> bool:
        """True when the two have a number in common."""
        return self.first <= other.last and other.first <= self.last


def is_range(first: int, last: int) -> bool:
    """True for a range that goes upwards and is no longer than any box."""
    return 0 < first <= last and last - first < LONGEST_RANGE


class Taken:
    """Ranges that have no number in common, kept in order so that a new one is compared with its neighbours only."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges = sorted(ranges)

    def add(self, one: Range) -> bool:
        """Add a range; False, and nothing added, when a number of it is taken."""
        place = bisect(self._ranges, one)
        if any(one.meets(other) for other in self._ranges[max(0, place - 1) : place + 1]):
            return False
        self._ranges.insert(place, one)
        return True


def gap(ranges: Iterable[Range]) -> Range | None:
    """The first numbers missing between these ranges."""
    ordered = sorted(ranges)
    for before, after in pairwise(ordered):
        if after.first > before.last + 1:
            return Range(before.last + 1, after.first - 1)
    return None


def without(whole: Range, taken: Iterable[Range]) -> list[Range]:
    """What is left of a range when others are taken out of it."""
    left, start = [], whole.first
    for one in sorted(taken):
        if one.last < start or one.first > whole.last:
            continue
        if one.first > start:
            left.append(Range(start, one.first - 1))
        start = max(start, one.last + 1)
    if start <= whole.last:
        left.append(Range(start, whole.last))
    return left


def first_of(ranges: Sequence[Range], quantity: int) -> list[Range]:
    """The first ``quantity`` numbers of these ranges; all of them when there are fewer."""
    found = []
    for one in ranges:
        if quantity <= 0:
            break
        took = min(len(one), quantity)
        found.append(Range(one.first, one.first + took - 1))
        quantity -= took
    return found
