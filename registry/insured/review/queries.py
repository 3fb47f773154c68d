"""What the operators see of held records, what they decided, and which weights are in force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from registry.insured.review.rules import DECIDED, OPEN, Verdict, still_holds
from registry.insured.review.tables import ReviewCase, ReviewRecord, ScoringWeights

PORTION = 500


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about data that come again."""

    verdict: Verdict
    person_id: int | None
    decided_at: datetime
    seen: frozenset[int]

    def holds_for(self, possible: Iterable[int]) -> bool:
        """True while nobody is possible whom the operator did not see."""
        return still_holds(self.seen, set(possible))


class CaseLine(NamedTuple):
    """A case in the worklist: how many records wait for it, and who sent the first of them."""

    case: ReviewCase
    records: int
    organisation_id: int | None

    @property
    def key(self) -> str:
        """What the page after this row begins behind."""
        return str(self.case.id)


def decisions_of(session: Session, fingerprints: Iterable[str]) -> dict[str, Decision]:
    """The decisions there are about these data."""
    wanted, found = sorted(set(fingerprints)), {}
    for start in range(0, len(wanted), PORTION):
        chosen = select(ReviewCase).where(
            ReviewCase.status == DECIDED, ReviewCase.fingerprint.in_(wanted[start : start + PORTION])
        )
        for case in session.scalars(chosen):
            if case.decided_at is not None:
                seen = frozenset(int(one["person_id"]) for one in case.possible)
                found[case.fingerprint] = Decision(Verdict(case.verdict), case.person_id, case.decided_at, seen)
    return found


def case_page(
    session: Session, *, status: str = OPEN, organisation_id: int | None = None, after: int | None = None, limit: int
) -> list[CaseLine]:
    """A page of the worklist: open cases oldest first, decided ones newest first."""
    newest_first = status != OPEN
    waiting = ReviewRecord.case_id == ReviewCase.id
    records = select(func.count()).where(waiting).scalar_subquery()
    sender = select(func.min(ReviewRecord.organisation_id)).where(waiting).scalar_subquery()
    chosen: Select[Any] = (
        select(ReviewCase, records, sender)
        .order_by(ReviewCase.id.desc() if newest_first else ReviewCase.id)
        .limit(limit)
    )
    if status:
        chosen = chosen.where(ReviewCase.status == status)
    if organisation_id is not None:
        sent = select(ReviewRecord.case_id).where(ReviewRecord.organisation_id == organisation_id)
        chosen = chosen.where(ReviewCase.id.in_(sent))
    if after is not None:
        chosen = chosen.where(ReviewCase.id < after if newest_first else ReviewCase.id > after)
    return [CaseLine(*row) for row in session.execute(chosen)]


def waiting_cases(session: Session) -> int:
    """The number of cases nobody has decided yet."""
    return session.scalar(select(func.count()).select_from(ReviewCase).where(ReviewCase.status == OPEN)) or 0


def case_of(session: Session, case_id: int) -> ReviewCase | None:
    """One case."""
    return session.get(ReviewCase, case_id)


def records_of(session: Session, case_id: int) -> Sequence[ReviewRecord]:
    """The records that wait for a case, in the order they came."""
    return session.scalars(select(ReviewRecord).where(ReviewRecord.case_id == case_id).order_by(ReviewRecord.id)).all()


def open_records(session: Session, packet_id: int) -> int:
    """How many records of a packet still wait for a decision."""
    waiting = (
        select(func.count())
        .select_from(ReviewRecord)
        .join(ReviewCase, and_(ReviewCase.id == ReviewRecord.case_id, ReviewCase.status == OPEN))
        .where(ReviewRecord.packet_id == packet_id)
    )
    return session.scalar(waiting) or 0


def case_of_record(session: Session, packet_id: int, position: int) -> int | None:
    """The number of the case a record of a packet waits, or waited, for."""
    chosen = select(ReviewRecord.case_id).where(ReviewRecord.packet_id == packet_id, ReviewRecord.position == position)
    return session.scalar(chosen)


def positions_of(session: Session, packet_id: int) -> list[int]:
    """The positions of a packet's records that an operator was asked about."""
    return list(
        session.scalars(
            select(ReviewRecord.position).where(ReviewRecord.packet_id == packet_id).order_by(ReviewRecord.position)
        )
    )


def weights_in_force(session: Session, on: date) -> ScoringWeights | None:
    """The installed set of a day: the latest begun, of two begun on one day the one installed later."""
    return session.scalar(
        select(ScoringWeights)
        .where(ScoringWeights.valid_from <= on)
        .order_by(ScoringWeights.valid_from.desc(), ScoringWeights.id.desc())
        .limit(1)
    )


def installed_weights(session: Session) -> Sequence[ScoringWeights]:
    """All installed sets, the newest first."""
    return session.scalars(
        select(ScoringWeights).order_by(ScoringWeights.valid_from.desc(), ScoringWeights.id.desc())
    ).all()
