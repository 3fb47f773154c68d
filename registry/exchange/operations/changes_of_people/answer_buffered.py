"""The second answer to senders whose changes waited in the buffer: every decision reaches them by their own channel."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.exchange.codecs.delimited import write_rows
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.layouts import read_layout
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.queries.upkeep.channels import accepting_channel
from registry.exchange.tables import Job, Organisation, Packet
from registry.insured.buffer.fields import title_of
from registry.insured.buffer.tables import BufferedChange
from registry.insured.buffer.workflow import BufferState
from registry.insured.kinds.change_decision import CHANGE_DECISION, ChangeDecision
from registry.insured.tables import Person

JOB, LAYOUT, MESSAGE = "buffer_answer", "buffer_answer", "CHANGEDECISION"
WORDS = {
    BufferState.ACCEPTED: "принято",
    BufferState.CORRECTED: "принято с правкой",
    BufferState.REJECTED: "отклонено",
    BufferState.WITHDRAWN: "отозвано",
    BufferState.WAITING: "решение отменено, изменение снова рассматривается",
}
UNTOLD = ("propose", "return")


def answer_later(session: Session, change: Change) -> None:
    """Have a worker answer the sender; decisions of one stroke about one packet become one answer."""
    told = change.facts
    receiver = told.get("organisation_id")
    if receiver is None or told.get("event") in UNTOLD:
        return
    waiting: dict[tuple[Any, ...], Job] = session.info.setdefault(JOB, {})
    key = (receiver, told.get("packet_id"), told["at"])
    job = waiting.get(key)
    if job is None or job not in session:
        at = datetime.fromisoformat(told["at"])
        job = Job(name=JOB, lane=f"{JOB}:{receiver}", arguments={}, available_at=at, created_at=at)
        session.add(job)
        waiting.clear()
        waiting[key] = job
    ids = [*job.arguments.get("ids", ()), told["buffer_id"]]
    job.arguments = {"receiver": receiver, "packet_id": told.get("packet_id"), "ids": ids}


def answer_decisions(session: Session, job: Job, context: HubContext) -> None:
    """Send what has been decided: messages to an installation that takes them, else one file to the tray."""
    receiver = session.get(Organisation, job.arguments["receiver"])
    if receiver is None:
        return
    packet = session.get(Packet, job.arguments["packet_id"]) if job.arguments["packet_id"] else None
    records = _records(session, job.arguments["ids"], packet, context)
    channel = None
    if packet is not None and packet.channel == "amqp":
        channel = accepting_channel(session, receiver.id, MESSAGE, context.options(session))
    if channel is None:
        _send(session, job, records, _file(session, records, context), context)
        return
    spelling = context.catalog.spelling("generic", MESSAGE)
    assert spelling is not None  # noqa: S101 - the catalogue holds it
    for record in records:
        [element] = spelling.write([record])
        _send(session, job, [record], serialize(element), context, message=MESSAGE)


def _records(session: Session, ids: Sequence[int], packet: Packet | None, context: HubContext) -> list[ChangeDecision]:
    rows = session.execute(
        select(BufferedChange, Person.bdz_id)
        .join(Person, Person.id == BufferedChange.person_id)
        .where(BufferedChange.id.in_(ids))
        .order_by(BufferedChange.id)
    )
    return [_record(change, bdz_id, packet, context) for change, bdz_id in rows]


def _record(change: BufferedChange, bdz_id: str, packet: Packet | None, context: HubContext) -> ChangeDecision:
    told: Mapping[str, Any] = {
        "number": change.record_number or None,
        "packet": packet.sender_packet_id if packet is not None else None,
        "sent_type": packet.operation if packet is not None else None,
        "buffer_id": str(change.id),
        "bdz_id": bdz_id,
        "decision": WORDS[BufferState(change.status)],
        "fields_told": ", ".join(title_of(name) for name in change.proposed),
        "reason": change.reason or None,
        "decided_on": (change.decided_at or context.clock.now()).astimezone(context.timezone).date(),
    }
    return ChangeDecision(**{name: value for name, value in told.items() if value is not None})


def _file(session: Session, records: Sequence[ChangeDecision], context: HubContext) -> bytes:
    layout = read_layout(session, context.catalog, CHANGE_DECISION, LAYOUT, context.clock.today())
    stream = io.BytesIO()
    write_rows(stream, (layout.write_values(record) for record in records))
    return stream.getvalue()


def _send(
    session: Session,
    job: Job,
    records: Sequence[ChangeDecision],
    body: bytes,
    context: HubContext,
    *,
    message: str = "",
) -> None:
    place = f":{records[0].buffer_id}" if message else ""
    what = Outgoing(
        receiver=job.arguments["receiver"],
        kind=CHANGE_DECISION.name,
        title=CHANGE_DECISION.title,
        packet_id=f"buffer:{job.id}{place}",
        body=body,
        file_name="" if message else f"BUF{job.arguments['packet_id'] or 0}_{job.id}.csv",
        message_type=message,
        records=len(records),
        as_of=context.clock.today(),
        cause=job.arguments["packet_id"],
    )
    send_out(session, what, context)


SUBSCRIBERS = {"buffer_moved": (answer_later,)}
