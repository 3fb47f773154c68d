"""Chance that falls the same way for one seed on every machine and every version of Python."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws built on `Random.random` alone, whose sequence Python keeps for a given seed."""

    def __init__(self, seed: int) -> None:
        self._roll = Random(seed).random  # noqa: S311 — invented people need repeatable chance, not secrecy

    def chance(self, share: float) -> bool:
        """True in this share of the calls."""
        return self._roll() < share

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` − 1."""
        return int(self._roll() * limit)

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + int(self._roll() * (last - first + 1))

    def one_of(self, choices: Sequence[T]) -> T:
        """One of equally frequent values."""
        return choices[int(self._roll() * len(choices))]

    def weighted(self, table: tuple[Sequence[T], Sequence[float]]) -> T:
        """One of the values by the running sums of their weights."""
        values, sums = table
        return values[bisect_right(sums, self._roll() * sums[-1], 0, len(sums) - 1)]

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included; `first` when they stand the wrong way round."""
        start = first.toordinal()
        return date.fromordinal(start + int(self._roll() * max(1, last.toordinal() - start + 1)))
