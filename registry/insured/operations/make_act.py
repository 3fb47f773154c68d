"""Making the act of reconciliation of a month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.tables import AttachmentAct


def make_act(session: Session, today: date, now: datetime) -> AttachmentAct | None:
    """Make the act of the month that ended, once; ``None`` when it is there already.

    An act keeps no copy of the attached: it is a day and a moment, and the registry remembers what it knew then.
    """
    state_on = today.replace(day=1)
    ended = state_on - timedelta(days=1)
    found = session.scalar(
        select(AttachmentAct.id).where(AttachmentAct.year == ended.year, AttachmentAct.month == ended.month)
    )
    if found is not None:
        return None
    act = AttachmentAct(year=ended.year, month=ended.month, state_on=state_on, made_at=now)
    session.add(act)
    session.flush()
    return act
