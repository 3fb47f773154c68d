"""Proposing pairs of records that may be one person, any number at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Table, and_, select, update
from sqlalchemy.orm import Session

from registry.insured.matching.candidates import Candidate
from registry.insured.matching.queries import load_candidates
from registry.insured.tables import PersonLink, PersonLinkStep
from registry.insured.twins.operations.clusters import settle_clusters
from registry.insured.twins.rules.evidence import (
    FieldEvidence,
    Level,
    are_siblings,
    evidence_of_pair,
    fingerprint_of,
    score_of,
    shares_identifier,
)
from registry.insured.twins.rules.words import Operation, Reason, State, Verdict
from registry.store.bulk import insert_rows
from registry.store.probe import probe
from registry.store.unique import insert_absent

PORTION = 1_000
#: These alone prove nothing: children of one birth and people with different numbers are left out.
WEAK = Reason.NAMES | Reason.LINKAGE | Reason.SEVERAL
NO_REASON = Reason(0)
STEP_COLUMNS = ("link_id", "operation", "state_before", "state_after", "at", "by", "automatic", "details")
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two records that may be one person, and why; ``details`` are kept with the step."""

    first_id: int
    second_id: int
    reason: Reason
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Asked:
    reasons: Reason = NO_REASON
    details: dict[str, Any] = field(default_factory=dict)


def propose_pairs(session: Session, proposals: Iterable[Proposal], now: datetime, *, by: str = "") -> int:
    """Put pairs on the worklist and return how many came or came back; joined records stand for their survivors.

    A pair that was dismissed stays dismissed while nothing that identifies the two has changed. ``by`` names the
    person who proposes; without one the pairs are marked automatic.
    """
    asked: dict[Pair, _Asked] = {}
    for one in proposals:
        found = asked.setdefault(_ordered(one.first_id, one.second_id), _Asked())
        found.reasons |= one.reason
        found.details |= one.details
    pairs = sorted(asked)
    count = 0
    for start in range(0, len(pairs), PORTION):
        some = {pair: asked[pair] for pair in pairs[start : start + PORTION]}
        count += _propose(session, some, now, by)
    return count


def _ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _propose(session: Session, asked: dict[Pair, _Asked], now: datetime, by: str) -> int:
    people = load_candidates(session, {one for pair in asked for one in pair}, now)
    wanted = _of_survivors(asked, people)
    known = known_pairs(session, wanted)
    rows: list[tuple[Pair, _Asked, float]] = []
    again: list[tuple[PersonLink, _Asked, float]] = []
    for pair, one in sorted(wanted.items()):
        link = known.get(pair)
        score = _judged(one.reasons, people[pair[0]], people[pair[1]])
        if score is None:
            continue
        if link is None:
            rows.append((pair, one, score))
        elif _returns(link, people) or link.state != State.SETTLED:
            again.append((link, one, score))
    added = _insert(session, rows, now, by)
    returned = _update(session, again, now, by)
    settle_clusters(session, {one for pair in [*added, *returned] for one in pair})
    return len(added) + len(returned)


def _of_survivors(asked: dict[Pair, _Asked], people: Mapping[int, Candidate]) -> dict[Pair, _Asked]:
    found: dict[Pair, _Asked] = {}
    for (first, second), one in asked.items():
        if first not in people or second not in people:
            continue
        pair = _ordered(people[first].id, people[second].id)
        if pair[0] != pair[1] and not any(people[each].is_annulled for each in pair):
            known = found.setdefault(pair, _Asked())
            known.reasons |= one.reasons
            known.details |= one.details
    return found


def _judged(reasons: Reason, left: Candidate, right: Candidate) -> float | None:
    """The score of the pair, or None for one that only weak reasons speak for and the facts speak against."""
    evidence = evidence_of_pair(left, right)
    if not reasons & ~WEAK and not shares_identifier(evidence) and (are_siblings(evidence) or _apart(evidence)):
        return None
    return score_of(evidence)


def _apart(evidence: Sequence[FieldEvidence]) -> bool:
    """True when both have a СНИЛС and it is not the same: namesakes born on one day."""
    return any(one.name == "snils" and one.level is Level.DIFFERENT for one in evidence)


def _returns(link: PersonLink, people: Mapping[int, Candidate]) -> bool:
    """True for a dismissed pair whose data are no longer those it was dismissed on."""
    if link.verdict != Verdict.DIFFERENT:
        return False
    return link.fingerprint != fingerprint_of(people[link.first_id], people[link.second_id])


def known_pairs(session: Session, pairs: Iterable[Pair]) -> dict[Pair, PersonLink]:
    """The links of these pairs that are there."""
    asked = probe(session, [("first_id", BigInteger), ("second_id", BigInteger)], list(pairs))
    same = and_(PersonLink.first_id == asked.c.first_id, PersonLink.second_id == asked.c.second_id)
    rows = session.scalars(select(PersonLink).join(asked, same).order_by(PersonLink.id))
    return {(row.first_id, row.second_id): row for row in rows}


def add_links(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[Pair, int]:
    """Insert links of pairs nobody has yet and return their ids; what another transaction added first is left out."""
    empty = {
        "state": State.UNCONFIRMED,
        "verdict": "",
        "reasons": 0,
        "score": 0.0,
        "decided_by": "",
        "automatic": False,
        "comment": "",
        "fingerprint": "",
    }
    table = cast(Table, PersonLink.__table__)
    made = insert_absent(session, table, [{**empty, **row} for row in rows], ("id", "first_id", "second_id"))
    return {(first, second): link_id for link_id, first, second in made}


def _insert(session: Session, rows: Sequence[tuple[Pair, _Asked, float]], now: datetime, by: str) -> dict[Pair, int]:
    made = add_links(
        session,
        [
            {
                "first_id": first,
                "second_id": second,
                "cluster_id": first,
                "reasons": int(one.reasons),
                "score": score,
                "proposed_at": now,
                "automatic": not by,
            }
            for (first, second), one, score in rows
        ],
    )
    steps = [
        (made[pair], Operation.PROPOSED, 0, State.UNCONFIRMED, now, by, not by, _details(one))
        for pair, one, _ in rows
        if pair in made
    ]
    _note(session, steps)
    return made


def _update(session: Session, rows: Sequence[tuple[PersonLink, _Asked, float]], now: datetime, by: str) -> list[Pair]:
    """Add new reasons to open pairs and put dismissed ones whose data changed back; return the latter."""
    returned, steps = [], []
    for link, one, score in rows:
        reasons = link.reasons | int(one.reasons)
        settled = link.state == State.SETTLED
        if not settled and reasons == link.reasons and abs(score - link.score) < 0.01:
            continue
        values: dict[str, Any] = {"reasons": reasons, "score": score}
        if settled:
            values |= {"state": State.UNCONFIRMED, "verdict": "", "fingerprint": "", "proposed_at": now}
            returned.append((link.first_id, link.second_id))
            details = _details(one)
            steps.append((link.id, Operation.PROPOSED, State.SETTLED, State.UNCONFIRMED, now, by, not by, details))
        changing = update(PersonLink).where(PersonLink.id == link.id).values(**values)
        session.execute(changing.execution_options(synchronize_session="fetch"))
    _note(session, steps)
    return returned


def _note(session: Session, steps: Sequence[tuple[Any, ...]]) -> None:
    insert_rows(session, cast(Table, PersonLinkStep.__table__), STEP_COLUMNS, steps)


def _details(one: _Asked) -> dict[str, Any]:
    return {"reasons": int(one.reasons), **one.details}
