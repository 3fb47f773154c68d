"""Words: which names of the registry are written like a given one; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

LEAST_ALIKE = 0.7
MOST_WORDS = 25


def alike(word: str, known: Iterable[str], most: int = MOST_WORDS) -> list[str]:
    """The known words nearest to this one by mistakes of typing, the nearest first; the word itself among them."""
    choices: Sequence[str] = list(known)
    found = process.extract(
        word, choices, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=LEAST_ALIKE, limit=most
    )
    return [name for name, _, _ in found]
