"""Switch a check off since a day, and on again; what was switched stays for its days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import CheckSwitch
from registry.store.base import OPEN_DATE

DAY = timedelta(days=1)


def switch_off(  # noqa: PLR0913 - which check, since when, why, by whom
    session: Session, kind: str, code: str, *, since: date, reason: str, by: str, now: datetime
) -> CheckSwitch:
    """Let a check of a kind not fire for data from a day on; an open switch of it is replaced."""
    _end(session, kind, code, since)
    row = CheckSwitch(
        kind=kind,
        code=code,
        valid_from=since,
        valid_to=OPEN_DATE,
        reason=reason[:250],
        changed_at=now,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    return row


def switch_on(session: Session, kind: str, code: str, *, since: date) -> bool:
    """Let a check fire again for data from a day on; False when it was not off then."""
    was_off = _end(session, kind, code, since)
    session.flush()
    return was_off


def _end(session: Session, kind: str, code: str, since: date) -> bool:
    wanted = select(CheckSwitch).where(
        CheckSwitch.kind == kind, CheckSwitch.code == code, CheckSwitch.valid_to >= since
    )
    rows = session.scalars(wanted).all()
    for row in rows:
        row.valid_to = since - DAY  # one that had not begun keeps its row, with no day in it
    return bool(rows)
