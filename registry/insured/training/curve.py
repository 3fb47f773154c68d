"""The error curve: precision, recall and the operators' share that every threshold would have had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from registry.insured.matching.outcomes import Identification, IdentificationOutcome
from registry.insured.matching.probable import Scoring
from registry.insured.matching.requests import SearchRequest
from registry.insured.training.labelled import Labelled

STEPS = tuple(float(step) for step in range(10, 62, 2))
Identify = Callable[[Sequence[SearchRequest], Scoring], Sequence[Identification]]


@dataclass(frozen=True, slots=True)
class _Case:
    """What became of one labelled request when every score was let through."""

    exact: bool
    right: bool
    score: float
    doubt: bool
    known: bool


def error_curve(labelled: Sequence[Labelled], scoring: Scoring, identify: Identify) -> list[dict[str, float]]:
    """One row for each threshold of «найден», the threshold of review kept; rows say what the whole file would get.

    The file is searched once with thresholds that let every score through; what the exact keys decided stays decided.
    """
    everything = replace(scoring, found=STEPS[0], review=STEPS[0])
    answers = identify([one.request for one in labelled], everything)
    cases = [_case(found, one.person_key) for found, one in zip(answers, labelled, strict=True)]
    return [_row(cases, threshold, min(scoring.review, threshold)) for threshold in STEPS]


def _case(found: Identification, key: str) -> _Case:
    named = found.is_found
    scored = found.scored
    held = found.outcome is IdentificationOutcome.HELD
    return _Case(
        exact=scored is None and named,
        right=named and found.bdz_id == key and bool(key),
        score=scored.score if scored is not None and (named or held) else float("-inf"),
        doubt=held,
        known=bool(key),
    )


def _row(cases: Iterable[_Case], threshold: float, review: float) -> dict[str, float]:
    named = right = known = held = total = 0
    for case in cases:
        total += 1
        known += case.known
        if case.exact or (case.score >= threshold and not case.doubt):
            named += 1
            right += case.right
        elif case.score >= review:
            held += 1
    return {
        "threshold": threshold,
        "precision": round(right / named, 6) if named else 1.0,
        "recall": round(right / known, 6) if known else 0.0,
        "held": round(held / total, 6) if total else 0.0,
        "rows": float(total),
    }
