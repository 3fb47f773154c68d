"""Stopping a packet whose portions are being worked off, and letting it go on where it stopped."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.exchange.jobs import PARKED, RUNNING, WAITING, park_job, return_job
from registry.exchange.tables import Job


def stop_packet(session: Session, packet_id: int, login: str) -> bool:
    """Lay the packet's job aside; what is committed stays, the portion in hand is finished or taken back.

    False when nothing of it waits or runs.
    """
    open_jobs = select(Job).where(Job.packet_id == packet_id, Job.status.in_((WAITING, RUNNING))).with_for_update()
    jobs = list(session.scalars(open_jobs))
    for job in jobs:
        park_job(session, job, f"Остановлено: {login}")
    return bool(jobs)


def proceed_packet(session: Session, packet_id: int, clock: Clock) -> bool:
    """Let a stopped packet go on behind its last committed portion; False when it was not stopped."""
    parked = select(Job.id).where(Job.packet_id == packet_id, Job.status == PARKED).order_by(Job.id.desc()).limit(1)
    found = session.scalar(parked)
    return found is not None and return_job(session, found, clock)
