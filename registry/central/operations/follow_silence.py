"""Messages the central segment keeps silent about: sent again as often as the settings say, then overdue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.central.tables import CentralMessage
from registry.central.words import UNDER_WAY, State, Trigger

PORTION = 1_000
SILENT = "Ответа нет"


def follow_silence(session: Session, options: Mapping[str, Any], now: datetime) -> tuple[int, int]:
    """Return how many messages go again and how many are overdue now; one portion, called until it returns nothing.

    A message that goes again keeps what it is known by: an answer to any of its sendings is one to it.
    """
    late = (
        select(CentralMessage)
        .where(
            CentralMessage.state.in_(UNDER_WAY),
            CentralMessage.due_at < now,
            CentralMessage.trigger != Trigger.GPD.value,
        )
        .order_by(CentralMessage.due_at)
        .limit(PORTION)
        .with_for_update(skip_locked=True)
    )
    again = overdue = 0
    for one in session.scalars(late):
        if one.tries <= int(options["central_resends"]):
            one.state, one.available_at, again = State.RESEND.value, now, again + 1
        else:
            one.state, one.due_at, overdue = State.OVERDUE.value, None, overdue + 1
        one.error = SILENT
    session.flush()
    return again, overdue
