"""What follows an answer: insurances it confirms, records that waited for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.central.tables import CentralAsker, CentralMessage
from registry.central.words import DECIDED, State, Trigger
from registry.core.clock import FixedClock
from registry.exchange.context import HubContext
from registry.exchange.jobs import add_job
from registry.exchange.stages.answer_reviewed import FILES, look_up_anew, send_whole_answer
from registry.exchange.tables import Job, Packet
from registry.insured.tables import Insurance
from registry.store.base import OPEN_MOMENT

JOB = "asked_elsewhere"
TITLE = "Ответ после поиска в других регистрах"
IDENTIFICATION = "identification"
#: Messages whose acceptance says that the insurance they tell of is known there.
CONFIRMING = (Trigger.A08.value, Trigger.A13.value)


def confirm_insurance(session: Session, messages: Sequence[CentralMessage]) -> None:
    """Mark the insurances of accepted notices as confirmed by the central segment (registry model, clause 4)."""
    acts = [one.history_id for one in messages if one.state == State.ACCEPTED and one.trigger in CONFIRMING]
    if acts:
        confirmed = (
            update(Insurance)
            .where(Insurance.history_id.in_(acts), Insurance.retracted_at == OPEN_MOMENT)
            .values(confirmed=True)
        )
        session.execute(confirmed, execution_options={"synchronize_session": False})


def wake_askers(session: Session, message_ids: Iterable[int], options: Mapping[str, Any], now: datetime) -> None:
    """Order the second answer of every file all of whose questions are decided; each file once."""
    wanted = sorted(set(message_ids))
    if not wanted or not options["central_second_file"]:
        return
    asking = select(CentralAsker.packet_id).where(CentralAsker.message_id.in_(wanted), CentralAsker.told_at.is_(None))
    packets = select(Packet).where(
        Packet.id.in_(asking),
        Packet.dialect == FILES,
        Packet.kind == IDENTIFICATION,
        Packet.finished_at.is_not(None),
    )
    for packet in session.scalars(packets.order_by(Packet.id)):
        if not _open(session, packet.id):
            add_job(session, JOB, packet_id=packet.id, lane=f"{JOB}:{packet.id}", clock=FixedClock(now))


def answer_askers(session: Session, job: Job, context: HubContext) -> bool:
    """Look up anew the rows of a file that waited for other registers, and answer the file once more.

    Whoever one register did not know is asked about at the next: a file that would say nothing else than that is not
    sent, the answer of that one orders it. So every file brings news, and the last one is the last word.
    """
    packet = session.get_one(Packet, job.packet_id, with_for_update=True)
    if _open(session, packet.id):
        return False  # another question was asked meanwhile; its answer orders this anew
    query = select(CentralAsker).where(CentralAsker.packet_id == packet.id, CentralAsker.told_at.is_(None))
    waiting = session.scalars(query).all()
    if not waiting:
        return False
    for one in waiting:
        one.told_at = context.clock.now()
    session.flush()
    has_news = look_up_anew(session, packet, sorted({one.position for one in waiting}), context)
    if has_news or not _open(session, packet.id):
        send_whole_answer(session, packet, TITLE, context)
    return False


def _open(session: Session, packet_id: int) -> int:
    """How many questions of a packet are not decided."""
    query = (
        select(func.count())
        .select_from(CentralAsker)
        .join(CentralMessage, CentralMessage.id == CentralAsker.message_id)
        .where(CentralAsker.packet_id == packet_id, CentralMessage.state.not_in((*DECIDED, State.OVERDUE)))
    )
    return int(session.scalar(query) or 0)
