"""Forming one file .uprmes of what waits, and putting it on its way as an outgoing packet."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.central.batch import ENCODING, batch, faults_of
from registry.central.operations.queue_notices import LOCK
from registry.central.tables import CentralFile, CentralMessage, CentralSending
from registry.central.telling import STRUCTURES, Sender, Told, lacking, notice_of, question_of
from registry.central.words import CENTRAL, NAMESPACE, REQUEST, TITLE, TO_SEND, State, Trigger
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.directory import directory
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.insured.operations.people.ledger import PersonState, read_people
from registry.insured.tables import PersonHistory
from registry.reference.territories import okato_of_fund
from registry.store.locks import advisory_lock

#: What a message lacks is found here, before anything is sent.
LACKS, UNFIT = "НЕПОЛНО", "СХЕМА"
MOST_SEARCHED = 100

log = structlog.get_logger("hub.central")


def form_file(session: Session, context: HubContext, *, questions: bool = False) -> int:
    """Form one file of the messages that wait and return how many were taken out of the queue, sent or refused here.

    Notices go in the order of their acts; questions have files of their own, so that their answers are not waited for
    with those to notices. Called until it returns nothing. Messages that lack something are refused with what they lack
    and hold up no others; without an organisation «cs» everything goes on waiting.
    """
    receiver = directory(session, context).owner("agency", CENTRAL)
    if receiver is None:
        log.error("the central segment is not registered", alarm=True)
        return 0
    advisory_lock(session, LOCK)
    waiting = _waiting(session, context, questions=questions)
    if not waiting:
        return 0
    sender = _sender(session, context)
    people = _people(session, waiting)
    acts = _acts(session, waiting)
    fit = []
    for one in waiting:
        element = _element(one, acts, people, sender, context)
        if element is not None:
            fit.append((one, element))
    if fit:
        _send(session, receiver, fit, sender, context)
    session.flush()
    return len(waiting)


def _waiting(session: Session, context: HubContext, *, questions: bool) -> Sequence[CentralMessage]:
    asks = CentralMessage.trigger == Trigger.ZP1.value
    query = (
        select(CentralMessage)
        .where(
            CentralMessage.state.in_(TO_SEND),
            CentralMessage.available_at <= context.clock.now(),
            asks if questions else ~asks,
            CentralMessage.trigger != Trigger.GPD.value,
        )
        .order_by(CentralMessage.id)
        .limit(int(context.options(session)["central_file_messages"]))
        .with_for_update()
    )
    return session.scalars(query).all()


def _sender(session: Session, context: HubContext) -> Sender:
    registered = directory(session, context)

    def ogrn(code: str) -> str | None:
        return registered.translated(code, "smocod", "ogrn")

    return Sender(context.fund_code, context.clock.now().astimezone(context.timezone), ogrn)


def _people(session: Session, waiting: Sequence[CentralMessage]) -> dict[int, PersonState]:
    ids = {one.person_id for one in waiting} | {one.other_id for one in waiting}
    wanted = sorted(one for one in ids if one is not None)
    return read_people(session, wanted) if wanted else {}


def _acts(session: Session, waiting: Sequence[CentralMessage]) -> dict[int, PersonHistory]:
    ids = [one.history_id for one in waiting if one.history_id is not None]
    if not ids:
        return {}
    return {one.id: one for one in session.scalars(select(PersonHistory).where(PersonHistory.id.in_(ids)))}


def _element(
    one: CentralMessage,
    acts: dict[int, PersonHistory],
    people: dict[int, PersonState],
    sender: Sender,
    context: HubContext,
) -> etree._Element | None:
    """The message as it goes, or nothing when it cannot: then its row says why."""
    spelling = context.catalog.spelling("files", STRUCTURES[one.trigger])
    assert spelling is not None  # noqa: S101 - the catalogue has it
    record: Any
    if one.trigger == Trigger.ZP1:
        record, lacks = question_of(one.question, one.control_id, sender), []
    else:
        act = acts[one.history_id or 0]
        told = Told(one.trigger, one.control_id, one.event, act.recorded_at, act.id)
        who = [people[each] for each in (one.person_id, one.other_id) if each is not None and each in people]
        record = notice_of(told, who, sender)
        lacks = lacking(record)
    if lacks:
        _refuse(one, LACKS, "; ".join(lacks), context)
        return None
    [element] = spelling.write([record], NAMESPACE)
    faults = faults_of(element)
    if faults:
        _refuse(one, UNFIT, "; ".join(faults), context)
        return None
    return element


def _refuse(one: CentralMessage, code: str, text: str, context: HubContext) -> None:
    one.state, one.code, one.error = State.REFUSED.value, code, f"Не отправлено: {text}"[:2_000]
    one.answered_at, one.tries = context.clock.now(), one.tries + 1


def _send(
    session: Session,
    receiver: int,
    fit: Sequence[tuple[CentralMessage, etree._Element]],
    sender: Sender,
    context: HubContext,
) -> None:
    now = context.clock.now()
    guid = str(uuid.uuid4())
    name = f"{okato_of_fund(context.fund_code)}-{guid}.{REQUEST}"
    root = batch([element for _, element in fit], guid, context.fund_code, sender.now)
    asks = fit[0][0].trigger == Trigger.ZP1
    what = Outgoing(
        receiver=receiver,
        kind="central_question" if asks else "central_notice",
        packet_id=guid,
        body=serialize(root, ENCODING),
        file_name=name,
        title=f"{TITLE}: {'запросы' if asks else 'изменения'}",
        records=len(fit),
        as_of=context.clock.today(),
        searched=" ".join(one.control_id for one, _ in fit[:MOST_SEARCHED]),
    )
    packet_id = send_out(session, what, context)
    file = CentralFile(guid=guid, name=name, made_at=now, messages=len(fit), packet_id=packet_id)
    session.add(file)
    session.flush()
    hours = timedelta(hours=float(context.options(session)["central_answer_hours"]))
    for one, _ in fit:
        one.state, one.tries, one.sent_at, one.due_at = State.SENT.value, one.tries + 1, now, now + hours
        one.code = one.error = ""
        one.taken_at = one.answered_at = None
        session.add(CentralSending(file_id=file.id, message_id=one.id, control_id=one.control_id, sent_at=now))
