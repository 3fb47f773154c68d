"""Jobs: work that is done once, in the order of its lane, by one worker at a time, whatever dies in between.

A worker claims a job for the time of a lease. Every transaction of the job ends with ``finish_job`` or ``renew_job``,
which fail when the lease has gone to somebody else: then the transaction is rolled back and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from registry.core.clock import Clock
from registry.core.errors import Retryable
from registry.core.outcomes import PacketStatus
from registry.exchange.tables import Job, JournalEntry, Packet
from registry.store.engine import start_writing

LEASE = timedelta(seconds=60)
LONGEST_LEASE = timedelta(hours=1)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
WAITING, RUNNING, DONE, PARKED = "waiting", "running", "done", "parked"
INTERRUPTED = "Обработка прерывалась слишком часто, задание отложено до решения оператора."


class LeaseLost(Retryable):
    """The job has gone to another worker; what this one did must not be committed."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Who claims: a name unique to this worker and this start of its process, and the clock it reads."""

    name: str
    clock: Clock
    lease: timedelta = LEASE


def add_job(  # noqa: PLR0913 - what a job is made of; all but two are named by the caller
    session: Session,
    name: str,
    *,
    packet_id: int | None = None,
    lane: str = "",
    arguments: dict[str, Any] | None = None,
    available_at: datetime | None = None,
    clock: Clock,
) -> Job:
    """Add a job to the transaction of its cause. Jobs of one lane are done one after the other, oldest first."""
    now = clock.now()
    job = Job(
        name=name,
        packet_id=packet_id,
        lane=lane[:60],
        arguments=arguments or {},
        available_at=available_at or now,
        created_at=now,
    )
    session.add(job)
    session.flush()
    return job


def claim_job(session: Session, worker: Worker, lane: str | None = None) -> Job | None:
    """Take the oldest job (of a lane, when named) that may be done now, or one whose lease ran out."""
    now = worker.clock.now()
    wanted = _claimable(now) if lane is None else _claimable(now).where(Job.lane == lane)
    if session.connection().dialect.name == "sqlite":
        if session.execute(wanted).first() is None:  # an idle worker never takes the write lock
            return None
        start_writing(session.connection())
    job = session.execute(wanted.execution_options(populate_existing=True)).scalar_one_or_none()
    if job is None:
        return None
    job.attempts += 1
    if job.attempts > MOST_ATTEMPTS:
        park_job(session, job, INTERRUPTED)
        return claim_job(session, worker, lane)
    job.status, job.leased_by, job.leased_until = RUNNING, worker.name, now + worker.lease
    session.flush()
    return job


def hold_job(session: Session, job: Job, worker: Worker) -> None:
    """Begin a transaction of a claimed job: on PostgreSQL nobody can take the job before it ends."""
    held = select(Job.id).where(Job.id == job.id, Job.status == RUNNING, Job.leased_by == worker.name)
    if session.execute(held.with_for_update()).first() is None:
        raise LeaseLost(f"job {job.id}")


def renew_job(session: Session, job: Job, worker: Worker) -> None:
    """End a transaction after which the job goes on: the work done counts, so interruptions are counted anew."""
    _change(session, job, worker, leased_until=worker.clock.now() + worker.lease, attempts=1, error="")
    job.attempts = 1


def finish_job(session: Session, job: Job, worker: Worker) -> None:
    """End the last transaction of a job, in that same transaction."""
    _change(session, job, worker, status=DONE, leased_until=None, error="")


def release_job(session: Session, job: Job, worker: Worker) -> None:
    """Give a job back at once, unharmed: its worker is told to stop."""
    _change(session, job, worker, status=WAITING, leased_until=None, leased_by="", attempts=max(job.attempts - 1, 0))


def retry_job(session: Session, job: Job, error: str, worker: Worker) -> None:
    """Put a job back after a pause that grows with its attempts."""
    pause = min(FIRST_PAUSE * 3 ** max(job.attempts - 1, 0), LONGEST_PAUSE)
    values = {"status": WAITING, "leased_until": None, "leased_by": ""}
    _change(session, job, worker, available_at=worker.clock.now() + pause, error=error, **values)


def park_job(session: Session, job: Job, error: str, *, incident: str = "") -> None:
    """Lay a job aside in sight of an operator, with its packet; the lane goes on without it."""
    session.execute(update(Job).where(Job.id == job.id).values(status=PARKED, leased_until=None, error=error))
    if job.packet_id is not None:
        mark_packet(session, job.packet_id, PacketStatus.PARKED, incident=incident)


def running_workers(session: Session) -> set[str]:
    """The names of workers that hold a job."""
    return set(session.scalars(select(Job.leased_by).where(Job.status == RUNNING).distinct()))


def release_jobs_of(session: Session, workers: Sequence[str]) -> int:
    """Let go at once of what workers known to be dead held; if one lives after all, its portion is taken back."""
    held = update(Job).where(Job.status == RUNNING, Job.leased_by.in_(workers)).returning(Job.id)
    values = {"status": WAITING, "leased_until": None, "leased_by": ""}
    return len(session.execute(held.values(values).execution_options(synchronize_session=False)).all())


def return_job(session: Session, job_id: int, clock: Clock) -> bool:
    """Give a parked job its attempts back and let it be done again; False when it is not parked."""
    job = session.get(Job, job_id, with_for_update=True)
    if job is None or job.status != PARKED:
        return False
    job.status, job.attempts, job.available_at, job.error = WAITING, 0, clock.now(), ""
    if job.packet_id is not None:
        mark_packet(session, job.packet_id, PacketStatus.IN_WORK)
    return True


def forget_done_jobs(session: Session, before: datetime) -> int:
    """Remove jobs done before this moment was their turn; the journal keeps what they were about."""
    old = delete(Job).where(Job.status == DONE, Job.available_at < before).returning(Job.id)
    return len(session.execute(old).all())


def mark_packet(session: Session, packet_id: int, status: PacketStatus, *, incident: str = "") -> None:
    """Let a packet and its journal line show the same status."""
    session.execute(update(Packet).where(Packet.id == packet_id).values(status=status))
    session.execute(update(JournalEntry).where(JournalEntry.id == packet_id).values(status=status, incident=incident))


def _claimable(now: datetime) -> Select[Job]:
    earlier = aliased(Job)
    # A clock that ran ahead and was set back leaves moments to come: work that waits for none is not kept by them, and
    # no lease is longer than a lease.
    ready = or_(
        and_(Job.status == WAITING, or_(Job.available_at <= now, Job.available_at == Job.created_at)),
        and_(Job.status == RUNNING, or_(Job.leased_until < now, Job.leased_until > now + LONGEST_LEASE)),
    )
    blocked = exists().where(
        earlier.lane == Job.lane, earlier.id < Job.id, earlier.status.in_((WAITING, RUNNING)), earlier.lane != ""
    )
    return select(Job).where(ready, ~blocked).order_by(Job.id).limit(1).with_for_update(skip_locked=True)


def _change(session: Session, job: Job, worker: Worker, **values: Any) -> None:
    own = (Job.id == job.id, Job.status == RUNNING, Job.leased_by == worker.name)
    changing = update(Job).where(*own).values(values).returning(Job.id)
    if session.execute(changing.execution_options(synchronize_session=False)).first() is None:
        raise LeaseLost(f"job {job.id}")
