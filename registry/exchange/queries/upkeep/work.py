"""What waits: jobs, messages to deliver, packets in work; all read through the indexes of what is not done yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.exchange.tables import Job, JournalEntry, OutboxMessage, QueueMessage

OPEN_JOBS = ("waiting", "running", "parked")
OPEN_DELIVERIES = ("queued", "overdue", "undeliverable")


@dataclass(frozen=True, slots=True)
class WorkState:
    """Numbers of what is not done, the oldest of it, and what stopped."""

    jobs: dict[str, int]
    deliveries: dict[str, int]
    queued_messages: dict[str, int]
    oldest_job: datetime | None
    oldest_delivery: datetime | None
    parked: list[Job]
    in_work: int


def work_state(session: Session) -> WorkState:
    """The state of the work of the whole hub."""
    jobs = select(Job.status, func.count()).where(Job.status.in_(OPEN_JOBS)).group_by(Job.status)
    outbox = select(OutboxMessage.status, func.count()).where(OutboxMessage.status.in_(OPEN_DELIVERIES))
    queues = select(QueueMessage.queue, func.count()).group_by(QueueMessage.queue).order_by(QueueMessage.queue)
    parked = select(Job).where(Job.status == "parked").order_by(Job.id.desc()).limit(20)
    in_work = select(func.count()).where(JournalEntry.status.in_(("received", "in_work")))
    return WorkState(
        jobs=dict(session.execute(jobs).all()),
        deliveries=dict(session.execute(outbox.group_by(OutboxMessage.status)).all()),
        queued_messages=dict(session.execute(queues).all()),
        oldest_job=session.scalar(select(func.min(Job.created_at)).where(Job.status == "waiting")),
        oldest_delivery=session.scalar(
            select(func.min(OutboxMessage.created_at)).where(OutboxMessage.status == "queued")
        ),
        parked=list(session.scalars(parked)),
        in_work=session.scalar(in_work) or 0,
    )
