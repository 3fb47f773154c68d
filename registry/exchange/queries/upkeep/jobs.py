"""Jobs for those who look after them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.jobs import PARKED, RUNNING, WAITING
from registry.exchange.tables import Job


def open_jobs(session: Session, limit: int) -> list[Job]:
    """Jobs not done yet, those that need an operator first, then the oldest."""
    found: list[Job] = []
    for status in (PARKED, RUNNING, WAITING):
        wanted = select(Job).where(Job.status == status).order_by(Job.id).limit(limit - len(found))
        found.extend(session.scalars(wanted))
    return found


def job_with_id(session: Session, job_id: int) -> Job | None:
    """A job, locked against change until the transaction ends."""
    return session.get(Job, job_id, with_for_update=True)


def job_of_packet(session: Session, packet_id: int) -> Job | None:
    """The last job of a packet."""
    return session.scalars(select(Job).where(Job.packet_id == packet_id).order_by(Job.id.desc())).first()
