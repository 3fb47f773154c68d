"""Making the act of reconciliation of a month."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.tables import AttachmentAct


def days_without_act(session: Session, today: date) -> list[date]:
    """Return the first days of months whose former month has no act yet: a hub that was off makes up for it.

    Before the first act only the month that ended last is wanting.
    """
    latest = session.execute(
        select(AttachmentAct.year, AttachmentAct.month).order_by(AttachmentAct.year.desc(), AttachmentAct.month.desc())
    ).first()
    day, days = today.replace(day=1), []
    while latest is None or (day - timedelta(days=1)).replace(day=1) > date(latest.year, latest.month, 1):
        days.append(day)
        if latest is None:
            break
        day = (day - timedelta(days=1)).replace(day=1)
    return days[::-1]


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
