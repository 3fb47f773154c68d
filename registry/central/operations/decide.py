"""What operators decide about messages: to be sent again, not to be sent at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.central.tables import CentralMessage
from registry.central.words import State
from registry.store.locks import lock_rows

#: An operator may send these again.
RESENT = (State.REFUSED, State.OVERDUE, State.NOT_NEEDED)
#: An operator may say of these that they are not needed.
DROPPED = (State.WAITING, State.RESEND, State.REFUSED, State.OVERDUE)


def resend(session: Session, ids: Iterable[int], login: str, now: datetime) -> int:
    """Queue messages anew, as the registry knows the people when they go; return how many there were.

    What was answered goes under a new identifier: the answer to the old one stands.
    """
    found = [one for one in _locked(session, ids) if one.state in RESENT]
    for one in found:
        if one.answered_at is not None:
            one.control_id = str(uuid.uuid4())
        one.state, one.available_at, one.decided_by = State.RESEND.value, now, login[:100]
        one.comment = ""
    session.flush()
    return len(found)


def drop(session: Session, ids: Iterable[int], login: str, comment: str) -> int:
    """Take messages out of the queue as not needed, with who says so and why; return how many there were."""
    found = [one for one in _locked(session, ids) if one.state in DROPPED]
    for one in found:
        one.state, one.decided_by, one.comment = State.NOT_NEEDED.value, login[:100], comment.strip()[:500]
        one.due_at = None
    session.flush()
    return len(found)


def _locked(session: Session, ids: Iterable[int]) -> list[CentralMessage]:
    wanted = sorted(set(ids))
    lock_rows(session, cast(Table, CentralMessage.__table__), wanted)
    query = select(CentralMessage).where(CentralMessage.id.in_(wanted)).order_by(CentralMessage.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))
