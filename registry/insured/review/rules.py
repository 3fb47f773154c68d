"""What may be decided about a held record, and for how long it holds: pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Verdict(StrEnum):
    """The decision of an operator. Never change a value, only add."""

    PERSON = "person"
    NOBODY = "nobody"
    SEVERAL = "several"


OPEN, DECIDED = "open", "decided"


def still_holds(seen: Collection[int], possible: Collection[int]) -> bool:
    """A decision holds while nobody is possible whom the operator did not see: a newcomer asks for a new look."""
    return set(possible) <= set(seen)
