"""What each job name means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from registry.central.operations.after_answers import answer_askers
from registry.core.errors import Permanent
from registry.exchange.context import HubContext
from registry.exchange.operations.changes_of_people.answer_buffered import answer_decisions
from registry.exchange.operations.changes_of_people.mass_changes import advance_mass_change
from registry.exchange.pipeline import advance
from registry.exchange.stages.answer_reviewed import answer_reviewed
from registry.exchange.tables import Job
from registry.insured.statistics.operations import count_registry

Handler = Callable[[Session, Job, HubContext], bool]
"""Does one portion of a job inside the caller's transaction; True while more is left."""


def advance_packet(session: Session, job: Job, context: HubContext) -> bool:
    """Take a stored packet one portion further."""
    if job.packet_id is None:
        raise Permanent("JOB_WRONG", "Задание не указывает пакет.")
    return advance(session, job.packet_id, context)


def count_again(session: Session, job: Job, context: HubContext) -> bool:
    """Count the registry of today anew, as somebody asked."""
    count_registry(session, context.clock.today(), context.clock.now())
    return False


def answer_buffered(session: Session, job: Job, context: HubContext) -> bool:
    """Tell a sender what was decided of its changes in the buffer."""
    answer_decisions(session, job, context)
    return False


def change_many(session: Session, job: Job, context: HubContext) -> bool:
    """Prepare, run or take back a mass change, one portion."""
    return advance_mass_change(session, int(job.arguments["change_id"]), context)


def answer_again(session: Session, job: Job, context: HubContext) -> bool:
    """Send the second answer of a file whose doubtful rows operators have decided."""
    if job.packet_id is None:
        raise Permanent("JOB_WRONG", "Задание не указывает пакет.")
    answer_reviewed(session, job.packet_id, context)
    return False


HANDLERS: Mapping[str, Handler] = {
    "packet": advance_packet,
    "reviewed": answer_again,
    "asked_elsewhere": answer_askers,
    "held": advance_packet,  # a held packet is tried again from its start, and holds itself again when it must
    "statistics": count_again,
    "buffer_answer": answer_buffered,
    "mass_change": change_many,
}
