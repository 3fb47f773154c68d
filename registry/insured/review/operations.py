"""Opening cases for held records, deciding them, and keeping the weights they are scored by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.review.rules import DECIDED, OPEN, Verdict, still_holds
from registry.insured.review.tables import ReviewCase, ReviewRecord, ScoringWeights
from registry.insured.scoring.model import read_weights

PORTION = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A held record: what it was held under, what it gave, whom it may be about, and where it came from."""

    fingerprint: str
    given: dict[str, Any]
    possible: list[dict[str, Any]]
    score: float
    doubt: str
    rule_set: str
    packet_id: int
    position: int
    organisation_id: int


def open_cases(session: Session, asked: Sequence[Asked], now: datetime) -> int:
    """Put held records before the operators, equal ones as one case; returns the number of new cases.

    A case decided before is opened again: it is asked here only when somebody is possible who was not seen then.
    """
    known = _cases(session, {one.fingerprint for one in asked})
    fresh = 0
    for one in asked:
        case = known.get(one.fingerprint)
        if case is None:
            case = known[one.fingerprint] = ReviewCase(fingerprint=one.fingerprint, status=OPEN, opened_at=now)
            session.add(case)
            fresh += 1
        elif case.status == DECIDED and not still_holds(seen_in(case.possible), seen_in(one.possible)):
            case.status, case.opened_at = OPEN, now
        if case.status == OPEN:
            case.asked, case.possible, case.score = one.given, one.possible, one.score
            case.doubt, case.rule_set = one.doubt, one.rule_set
    session.flush()
    _add_records(session, asked, known, now)
    return fresh


def seen_in(possible: Sequence[dict[str, Any]]) -> set[int]:
    """Ids of the people a case names."""
    return {int(one["person_id"]) for one in possible}


def _cases(session: Session, fingerprints: set[str]) -> dict[str, ReviewCase]:
    wanted, found = sorted(fingerprints), {}
    for start in range(0, len(wanted), PORTION):
        chosen = select(ReviewCase).where(ReviewCase.fingerprint.in_(wanted[start : start + PORTION]))
        found.update({case.fingerprint: case for case in session.scalars(chosen.with_for_update())})
    return found


def _add_records(session: Session, asked: Sequence[Asked], cases: dict[str, ReviewCase], now: datetime) -> None:
    packets = {one.packet_id for one in asked}
    chosen = select(ReviewRecord.packet_id, ReviewRecord.position).where(ReviewRecord.packet_id.in_(packets))
    there = {(packet_id, position) for packet_id, position in session.execute(chosen)}
    session.add_all(
        ReviewRecord(
            case_id=cases[one.fingerprint].id,
            packet_id=one.packet_id,
            position=one.position,
            organisation_id=one.organisation_id,
            asked_at=now,
        )
        for one in asked
        if (one.packet_id, one.position) not in there
    )
    session.flush()


def decide_case(  # noqa: PLR0913 - who decided what and when, each named by the caller
    session: Session,
    case_id: int,
    verdict: Verdict,
    *,
    person_id: int | None = None,
    by: str,
    now: datetime,
    comment: str = "",
) -> ReviewCase | None:
    """Decide an open case; None when it is decided already or the person chosen is none of those it names."""
    case = session.get(ReviewCase, case_id, with_for_update=True)
    if case is None or case.status != OPEN:
        return None
    if (verdict is Verdict.PERSON) != (person_id is not None) or (
        person_id is not None and person_id not in seen_in(case.possible)
    ):
        return None
    case.status, case.verdict, case.person_id = DECIDED, verdict.value, person_id
    case.decided_at, case.decided_by, case.comment = now, by[:60], comment[:250]
    session.flush()
    return case


def install_weights(session: Session, text: str, *, valid_from: date | None, by: str, now: datetime) -> ScoringWeights:
    """Keep a set of weights that counts from its day on; ``ValueError`` says what is wrong with the file."""
    weights = read_weights(text)
    row = ScoringWeights(
        name=weights.name[:60],
        valid_from=valid_from or date.fromisoformat(weights.valid_from),
        content=text,
        installed_at=now,
        installed_by=by[:60],
    )
    session.add(row)
    session.flush()
    return row
