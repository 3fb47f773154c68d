"""Which records hang together by pairs."""

from __future__ import annotations

from collections.abc import Iterable


def clusters_of(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Every member of a pair with the smallest member of its cluster."""
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for first, second in pairs:
        left, right = root(first), root(second)
        if left != right:
            parent[max(left, right)] = min(left, right)
    return {one: root(one) for one in list(parent)}
