"""Linking two lists in memory by any field map: blocks give pairs, the score orders them, each side is used once.

The hub looks people up in its database by blocks of its own; grades, weights, score and learning are these same ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

from registry.insured.scoring.model import Model
from registry.insured.scoring.score import Forms, score

Block = Callable[[Forms], Iterable[Hashable]]
MOST_IN_A_BLOCK = 400


class Linked(NamedTuple):
    """A pair that was accepted: places in the two lists, and the score."""

    left: int
    right: int
    score: float


def pairs_by_blocks(left: Sequence[Forms], right: Sequence[Forms], blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Pairs that share a block; a block of too many rows says nothing and is left out."""
    found: set[tuple[int, int]] = set()
    for block in blocks:
        here: dict[Hashable, list[int]] = defaultdict(list)
        for place, forms in enumerate(right):
            for key in block(forms):
                here[key].append(place)
        for place, forms in enumerate(left):
            for key in block(forms):
                if len(here.get(key, ())) <= MOST_IN_A_BLOCK:
                    found.update((place, other) for other in here.get(key, ()))
    return sorted(found)


def link(
    model: Model, left: Sequence[Forms], right: Sequence[Forms], pairs: Iterable[tuple[int, int]], *, accepted: float
) -> list[Linked]:
    """The pairs whose score is accepted, best first, no row of either side twice."""
    rated = [Linked(one, other, score(model, left[one], right[other]).total) for one, other in pairs]
    rated.sort(key=lambda pair: (-pair.score, pair.left, pair.right))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    linked = []
    for pair in rated:
        if pair.score < accepted:
            break
        if pair.left not in taken_left and pair.right not in taken_right:
            taken_left.add(pair.left)
            taken_right.add(pair.right)
            linked.append(pair)
    return linked
