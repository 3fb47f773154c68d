"""Referrals whose day has passed without a hospitalisation."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from registry.store.locks import advisory_lock
from registry.support.hospital.tables import Referral, ReferralMove
from registry.support.hospital.workflow import ReferralEvent, ReferralState, transition

PORTION = 2_000
SOURCE = "срок"


def mark_overdue(session: Session, *, today: date, now: datetime, days: int) -> int:
    """Move waiting referrals on whose day passed more than ``days`` ago, a portion at a time; return how many."""
    advisory_lock(session, "hospitals")
    before = [one.value for one in ReferralState if transition(one, ReferralEvent.TERM)]
    due = func.coalesce(Referral.accepted_on, Referral.planned_on) < today - timedelta(days=days)
    ids = session.scalars(
        select(Referral.id).where(Referral.state.in_(before), due).order_by(Referral.id).limit(PORTION)
    ).all()
    if not ids:
        return 0
    state = ReferralState.OVERDUE.value
    session.execute(update(Referral).where(Referral.id.in_(ids)).values(state=state, changed_at=now))
    moves = [{"referral_id": one, "state": state, "at": now, "source": SOURCE} for one in ids]
    session.execute(insert(ReferralMove), moves)
    return len(ids)
