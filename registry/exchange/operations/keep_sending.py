"""The line of an attempt in the monitor of its sender, written with its answer; asking for it to be sent again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from registry.exchange.tables import RecordRow, Sending

SUCCESSES = (0, -1)


def keep_sending(session: Session, sending: Sending, packet_id: int | None) -> None:
    """Write the line; an accepted attempt settles the refused ones before it and its repetitions that met it in work.

    The answer that comes later takes the place of the first, under the moment the attempt was made.
    """
    if packet_id is not None:
        sending.person_id = session.scalar(
            select(RecordRow.person_id).where(RecordRow.packet_id == packet_id).order_by(RecordRow.position).limit(1)
        )
    earlier = session.get(Sending, sending.id)
    if earlier is not None:
        sending.at = earlier.at
    session.merge(sending)
    session.flush()
    if sending.code not in SUCCESSES or not sending.event_id:
        return
    session.execute(
        update(Sending)
        .where(
            Sending.organisation_id == sending.organisation_id,
            Sending.operation == sending.operation,
            Sending.event_id == sending.event_id,
            Sending.code.not_in(SUCCESSES),
            Sending.closed == sending.closed,
            Sending.settled_by.is_(None),
            or_(Sending.id < sending.id, and_(Sending.message_id == sending.message_id, Sending.message_id != "")),
        )
        .values(settled_by=sending.id)
    )


def request_resending(session: Session, ids: Sequence[int], login: str, now: datetime) -> int:
    """Mark lines so that their sender sends them once more; return how many were not marked before."""
    if not ids:
        return 0
    done = session.execute(
        update(Sending)
        .where(Sending.id.in_(ids), Sending.resend_at.is_(None))
        .values(resend_at=now, resend_login=login)
        .returning(Sending.id)
    )
    return len(done.all())
