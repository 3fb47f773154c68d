"""Stage 6: the outcome of every record, its findings and changes, and the packet's own end, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from registry.core.findings import Finding, Level
from registry.core.normalisation import name_key
from registry.core.outcomes import Item, PacketStatus, RecordStatus, packet_status
from registry.core.plain import plain_values
from registry.exchange.content import ANSWER, PIECE, forget_content, pieces_of, store_content
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch
from registry.exchange.messages import queue_messages
from registry.exchange.stages.answer_again import is_answered, send_again, send_beside
from registry.exchange.tables import ChangeRow, Content, FindingRow, JournalEntry, Packet, RecordRow
from registry.store.together import Writes

SEARCHED_RECORDS = 20
SEARCHED = ("surname", "first_name", "patronymic")
NUMBERS = ("enp", "snils", "policy_number", "document_number", "bdz_id", "number")
MILLISECONDS = 1000
REPLAY, REPLAYED = "replayed_answer", "Ответ после повторной обработки"


RECORD = (
    *("packet_id", "position", "number", "operation", "status", "person_id"),
    *("fields", "evidence", "answer", "outcome"),
)
FINDING = ("packet_id", "position", "code", "level", "field", "place", "value", "expected", "text")
CHANGE = ("packet_id", "position", "at", "name", "person_id", "organisation_code", "on", "facts")


def record_outcomes(session: Session, batch: Batch) -> None:
    """Store the outcome, the findings and the changes of every item; a woken record replaces its held outcome."""
    writes = Writes(session)
    _record_outcomes(session, batch, writes)
    writes.send()


def _record_outcomes(session: Session, batch: Batch, writes: Writes) -> None:
    _forget_held(session, batch)
    packet_id = batch.packet.id
    if any(one.level is Level.WARNING for one in batch.findings):
        batch.packet.properties = {**batch.packet.properties, "warned": True}
    writes.insert(RecordRow.__table__, RECORD, [_record(packet_id, item) for item in batch.items])
    findings = [_finding(packet_id, item.position, one) for item in batch.items for one in item.findings]
    findings.extend(_finding(packet_id, 0, one) for one in batch.findings)
    writes.insert(FindingRow.__table__, FINDING, findings)
    changes = [
        (packet_id, item.position, batch.now, one.name, one.person_id, one.organisation_code, one.on, dict(one.facts))
        for item in batch.items
        for one in item.changes
    ]
    writes.insert(ChangeRow.__table__, CHANGE, changes)


def _forget_held(session: Session, batch: Batch) -> None:
    if not batch.packet.properties.get("hold_until"):
        return
    positions = [item.position for item in batch.items]
    for model in (RecordRow, FindingRow):
        session.execute(delete(model).where(model.packet_id == batch.packet.id, model.position.in_([0, *positions])))


def _record(packet_id: int, item: Item) -> tuple[Any, ...]:
    found = item.identification
    person_id = found.person_id if found is not None else None
    if person_id is None and item.object is not None:
        person_id = item.object.person_id
    if person_id is None:  # a stranger the record has brought in
        person_id = item.answer.get("person_id")
    return (
        packet_id,
        item.position,
        (item.record.number or "")[:36],
        item.operation.value,
        item.status.value,
        person_id,
        plain_values(item.record),
        found.evidence() if found is not None else {},
        {**item.answer, "kind": item.kind.name, **({"held_for": item.held_for} if item.held_for else {})},
        item.outcome,
    )


def _finding(packet_id: int, position: int, one: Finding) -> tuple[Any, ...]:
    return (
        packet_id,
        position,
        one.code.value,
        one.level.value,
        one.field[:40],
        one.place[:250],
        one.value[:250],
        one.expected[:250],
        one.text,
    )


def untold(session: Session, packet_id: int, findings: list[Finding]) -> list[Finding]:
    """Return what is found of a whole packet and does not stand in its protocol yet."""
    if not findings:
        return findings
    whole = select(FindingRow.text).where(FindingRow.packet_id == packet_id, FindingRow.position == 0)
    known = set(session.scalars(whole))
    return [one for one in findings if one.text not in known]


def conclude(session: Session, batch: Batch, answer: Answer, context: HubContext) -> PacketStatus:
    """Store outcomes and answer and close the packet and its journal line, all in one statement where it can be."""
    writes = Writes(session)
    _record_outcomes(session, batch, writes)
    counts = Counter(item.status for item in batch.items)
    status = _status(batch.packet, counts)
    if any(one.is_error for one in batch.findings):  # what is wrong with the whole rejects a packet without records too
        status = PacketStatus.REJECTED
    _close(writes, batch.packet, _line(batch.packet, counts, status, search_text(batch.items)), answer, context)
    return status


def close_packet(
    session: Session, packet: Packet, counts: Counter[RecordStatus], answer: Answer | None, context: HubContext
) -> PacketStatus:
    """Write how a packet ended whose outcomes are stored; without an answer it stays held."""
    status = _status(packet, counts)
    _close(Writes(session), packet, _line(packet, counts, status), answer, context)
    return status


def _status(packet: Packet, counts: Counter[RecordStatus]) -> PacketStatus:
    status = packet_status(dict(counts))
    if status is PacketStatus.ACCEPTED and packet.properties.get("warned"):
        return PacketStatus.ACCEPTED_WITH_WARNINGS
    return status


def _line(
    packet: Packet, counts: Counter[RecordStatus], status: PacketStatus, searched: str = ""
) -> dict[str, str | int]:
    """What the journal line says at the end."""
    return {
        "status": status.value,
        "kind": packet.kind,
        "records": sum(counts.values()),
        "accepted": counts[RecordStatus.ACCEPTED] + counts[RecordStatus.ACCEPTED_WITH_WARNINGS],
        "warned": counts[RecordStatus.ACCEPTED_WITH_WARNINGS],
        "rejected": counts[RecordStatus.REJECTED],
        "search_text": f"{packet.file_name.upper()} {searched}".strip()[:LONGEST_SEARCH],
        "code": "",
    }


def _close(
    writes: Writes, packet: Packet, line: dict[str, str | int], answer: Answer | None, context: HubContext
) -> None:
    """Make all writes with the ends of packet and journal line, then queue the messages of the answer."""
    now = context.clock.now()
    line["duration_ms"] = int((now - packet.received_at).total_seconds() * MILLISECONDS)
    end: dict[str, Any] = {"status": line["status"], "kind": packet.kind, "properties": packet.properties}
    again = is_answered(packet)
    if answer is not None:
        line["code"] = answer.code[:40]
        end["finished_at"] = now
        if not again:
            _keep_answer(writes, packet, answer)
            end |= {"answer_name": answer.file_name, "answer_type": answer.media_type}
    writes.change(JournalEntry.__table__, packet.id, line)
    writes.change(Packet.__table__, packet.id, end)
    writes.send()
    _know_written(writes.session, packet, end, line)
    if answer is None:
        return
    if again:
        send_again(writes.session, packet, answer, context, kind=REPLAY, title=REPLAYED)
    send_beside(writes.session, packet, answer, context)
    queue_messages(writes.session, packet, answer, now)


def _know_written(session: Session, packet: Packet, end: Mapping[str, Any], line: Mapping[str, Any]) -> None:
    """Tell the objects of the session what their rows hold now, so that nothing is written twice."""
    for name, value in end.items():
        set_committed_value(packet, name, value)
    entry = session.identity_map.get(identity_key(JournalEntry, packet.id))
    if entry is not None:
        for name, value in line.items():
            set_committed_value(entry, name, value)


LONGEST_SEARCH = 4_000


def store_answer(session: Session, packet: Packet, answer: Answer, context: HubContext) -> None:
    """Keep the answer's bytes with the packet, so that a repetition is answered with the same.

    The answer of a packet that was answered before goes out under its own suffix: the first one stays.
    """
    if is_answered(packet):
        send_again(session, packet, answer, context, kind=REPLAY, title=REPLAYED)
        send_beside(session, packet, answer, context)
        return
    packet.answer_name, packet.answer_type = answer.file_name, answer.media_type
    writes = Writes(session)
    _keep_answer(writes, packet, answer)
    writes.send()
    send_beside(session, packet, answer, context)


def _keep_answer(writes: Writes, packet: Packet, answer: Answer) -> None:
    source = answer.path if answer.path is not None else answer.body
    if source is None:
        return
    if packet.attempt > 1 or packet.properties.get("hold_until"):
        forget_content(writes.session, packet.id, ANSWER)
    if isinstance(source, bytes) and len(source) <= PIECE:
        writes.insert_one(Content.__table__, {"packet_id": packet.id, "part": ANSWER, "piece": 0, "data": source})
    else:
        store_content(writes.session, packet.id, ANSWER, pieces_of(source))


def counted(session: Session, packet_id: int) -> Counter[RecordStatus]:
    """Count the outcomes of a packet whose portions were committed one by one."""
    rows = session.execute(
        select(RecordRow.status, func.count()).where(RecordRow.packet_id == packet_id).group_by(RecordRow.status)
    )
    return Counter({RecordStatus(status): number for status, number in rows})


def search_text(items: Sequence[Item]) -> str:
    """Return what people may look for: names in key form and numbers of the first records."""
    words: list[str] = []
    for item in items[:SEARCHED_RECORDS]:
        values = item.record.__dict__
        words.extend(name_key(values[name]) for name in SEARCHED if values.get(name))
        words.extend(str(values[name]) for name in NUMBERS if values.get(name))
    return " ".join(dict.fromkeys(words))
