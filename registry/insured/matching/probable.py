"""The probabilistic decision about one request (registry model, clause 9.4): pure, no database.

It is asked about what the exact keys left open, and whatever it says, a person is named without an operator only above
the threshold, well ahead of the next one, and within the hard limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.insured.matching.agreement import Agreement, compare
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.forms import given_forms, known_forms
from registry.insured.matching.limits import doubt_about, is_stranger
from registry.insured.matching.outcomes import Identification, IdentificationOutcome, Possible, ScoreTold
from registry.insured.matching.telling import describe_scored, tell_person
from registry.insured.matching.wanted import Wanted
from registry.insured.review.queries import Decision
from registry.insured.review.rules import Verdict
from registry.insured.scoring.model import Model
from registry.insured.scoring.people import packaged_model
from registry.insured.scoring.score import Scored, score

Outcome = IdentificationOutcome
PROBABLE = 3
MOST_POSSIBLE = 10
HELD_TEXT = "Похожие записи есть, решение за оператором"
SEVERAL_TEXT = "Подходят несколько лиц, данные не позволяют выбрать"
OPERATOR_TEXT = "Решение оператора фонда от"
JOINED_TEXT = "Запись объединена"


@dataclass(frozen=True)
class Scoring:
    """The model with the thresholds of this moment: one for a live question, a message and a file.

    ``found`` is the least score that names a person, ``margin`` how far the next one must be behind, ``review`` the
    least score worth an operator's look.
    """

    model: Model
    found: float = 26.0
    margin: float = 6.0
    review: float = 18.0


def packaged_scoring() -> Scoring:
    """The weights and thresholds that come with the hub."""
    return Scoring(packaged_model())


@dataclass(frozen=True, slots=True)
class Rated:
    """A candidate with his score."""

    candidate: Candidate
    scored: Scored


def rate(wanted: Wanted, candidates: Iterable[Candidate], scoring: Scoring) -> list[Rated]:
    """The living candidates, best first; equal scores in the order of their ids."""
    given = given_forms(wanted)
    rated = [Rated(one, score(scoring.model, given, known_forms(one))) for one in candidates if not one.is_annulled]
    return sorted(rated, key=lambda one: (-one.scored.total, one.candidate.id))


def decide(wanted: Wanted, rated: Sequence[Rated], scoring: Scoring, *, today: date, fund_okato: str) -> Identification:
    """Accept, hold, name several or nobody; ``rated`` are all candidates any block gave, best first."""
    rated = [one for one in rated if not is_stranger(one.scored)]
    best = rated[0] if rated else None
    if best is None or best.scored.total < scoring.review:
        return Identification(Outcome.NOT_FOUND, unused=wanted.unused, candidates=0)
    rivals = [one for one in rated[1:] if one.scored.total > best.scored.total - scoring.margin]
    told = _told(best, rated[1:], scoring)
    if best.scored.total >= scoring.found and rivals:
        found = Identification(Outcome.SEVERAL, unused=wanted.unused, candidates=1 + len(rivals), scored=told)
        found.notes.append(SEVERAL_TEXT)
        return found
    told.doubt = doubt_about(wanted, best.scored, [one.candidate for one in rated], best.candidate, scoring.model)
    if best.scored.total < scoring.found or told.doubt:
        return _held(wanted, [best, *rivals, *_others(rated[1:], rivals, scoring)], told)
    return accept(wanted, best, told, today=today, fund_okato=fund_okato)


def _others(rated: Sequence[Rated], rivals: Sequence[Rated], scoring: Scoring) -> list[Rated]:
    return [one for one in rated if one not in rivals and one.scored.total >= scoring.review]


def _told(best: Rated, others: Sequence[Rated], scoring: Scoring) -> ScoreTold:
    return ScoreTold(
        best.scored.total,
        scoring.found,
        scoring.review,
        scoring.margin,
        others[0].scored.total if others else None,
        scoring.model.weights.valid_from,
        best.scored.grades,
    )


def _held(wanted: Wanted, rated: Sequence[Rated], told: ScoreTold) -> Identification:
    found = Identification(Outcome.HELD, unused=wanted.unused, candidates=len(rated), scored=told, stage=PROBABLE)
    found.possible = [Possible(one.candidate.id, one.scored.total, one.scored.grades) for one in rated[:MOST_POSSIBLE]]
    found.notes.append(HELD_TEXT)
    return found


def accept(wanted: Wanted, best: Rated, told: ScoreTold, *, today: date, fund_okato: str) -> Identification:
    """The answer that names a person by his score: with differences, hence with less trust."""
    agreement: Agreement = compare(wanted, best.candidate, today)
    matched, differences = describe_scored(wanted, agreement, best.scored)
    found = Identification(
        Outcome.FOUND_DIFF,
        person_id=best.candidate.id,
        bdz_id=best.candidate.bdz_id,
        enp=best.candidate.enp,
        trust="В",
        stage=PROBABLE,
        matched=matched,
        differences=differences,
        unused=wanted.unused,
        candidates=1,
        scored=told,
    )
    if best.candidate.is_annulled:
        found.outcome = Outcome.ANNULLED
        return found
    if any(match.joined for match in matched):
        found.notes.append(JOINED_TEXT)
    tell_person(found, wanted.request, agreement, today=today, fund_okato=fund_okato)
    return found


def decided(  # noqa: PLR0913 - a held answer with all that the decision about it needs
    wanted: Wanted,
    held: Identification,
    decision: Decision,
    chosen: Candidate | None,
    *,
    scoring: Scoring,
    today: date,
    fund_okato: str,
) -> Identification:
    """The answer an operator gave to the same data; ``chosen`` is the person decided for, when there still is one."""
    told = f"{OPERATOR_TEXT} {decision.decided_at:%d.%m.%Y}"
    if decision.verdict is Verdict.PERSON and chosen is not None and held.scored is not None:
        best = Rated(chosen, score(scoring.model, given_forms(wanted), known_forms(chosen)))
        found = accept(wanted, best, held.scored, today=today, fund_okato=fund_okato)
    elif decision.verdict is Verdict.SEVERAL:
        found = Identification(Outcome.SEVERAL, unused=wanted.unused, candidates=held.candidates, scored=held.scored)
    else:
        found = Identification(Outcome.NOT_FOUND, unused=wanted.unused, scored=held.scored)
    found.stage = PROBABLE
    found.notes.append(told)
    return found
