"""Processing a stored packet once more."""

from __future__ import annotations

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.outcomes import PacketStatus
from registry.exchange.content import ANSWER
from registry.exchange.context import HubContext
from registry.exchange.jobs import PARKED, add_job, mark_packet, return_job
from registry.exchange.stages.answer_again import ANSWERED
from registry.exchange.tables import Content, FindingRow, Job, Packet, RecordRow

OPEN = ("waiting", "running")


def replay_packet(session: Session, packet_id: int, context: HubContext) -> None:
    """Queue a new attempt of a packet that stopped, or of a finished one that changed nothing (a query).

    What was answered stays: the answer of the new attempt goes out under its own suffix (decision 0028).
    """
    packet = session.get(Packet, packet_id, with_for_update=True)
    if packet is None:
        raise Permanent("PACKET_UNKNOWN", f"Пакета {packet_id} нет.")
    jobs = list(session.scalars(select(Job).where(Job.packet_id == packet_id).order_by(Job.id)))
    if any(job.status in OPEN for job in jobs):
        raise Permanent("PACKET_IN_WORK", f"Пакет {packet_id} уже в очереди.")
    if packet.finished_at is not None:
        _reopen(session, packet, context)
    parked = [job for job in jobs if job.status == PARKED]
    if parked:
        return_job(session, parked[-1].id, context.clock)
        return
    packet.started_at = None  # the attempt counts from its own start
    mark_packet(session, packet_id, PacketStatus.IN_WORK)
    add_job(session, "packet", packet_id=packet_id, lane=f"organisation:{packet.organisation_id}", clock=context.clock)


def _reopen(session: Session, packet: Packet, context: HubContext) -> None:
    kind = context.catalog.kinds.get(packet.kind)
    if kind is None or kind.effect is not None or packet.dialect != "files":
        text = f"Пакет {packet.id} уже обработан, повторная обработка учла бы его дважды."
        raise Permanent("PACKET_DONE", text)
    if session.scalar(select(exists().where(Content.packet_id == packet.id, Content.part == ANSWER))):
        packet.properties = {**packet.properties, ANSWERED: True}
    for model in (RecordRow, FindingRow):
        session.execute(delete(model).where(model.packet_id == packet.id))
    packet.finished_at, packet.done = None, 0
