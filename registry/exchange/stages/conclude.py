"""Stage 6: the outcome of every record, its findings and changes, and the packet's own end, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from registry.core.findings import Finding, Level
from registry.core.normalisation import name_key
from registry.core.outcomes import Item, PacketStatus, RecordStatus, packet_status
from registry.core.plain import plain_values
from registry.exchange.content import ANSWER, forget_content, pieces_of, store_content
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch
from registry.exchange.messages import queue_messages
from registry.exchange.tables import ChangeRow, FindingRow, JournalEntry, Packet, RecordRow
from registry.store.bulk import insert_rows

SEARCHED_RECORDS = 20
SEARCHED = ("surname", "first_name", "patronymic")
NUMBERS = ("enp", "snils", "policy_number", "document_number", "bdz_id", "number")
FEW_ROWS = 200
MILLISECONDS = 1000


def record_outcomes(session: Session, batch: Batch) -> None:
    """Store the outcome, the findings and the changes of every item; a woken record replaces its held outcome."""
    _forget_held(session, batch)
    packet_id = batch.packet.id
    if any(one.level is Level.WARNING for one in batch.findings):
        batch.packet.properties = {**batch.packet.properties, "warned": True}
    _insert(
        session,
        RecordRow,
        (
            "packet_id",
            "position",
            "number",
            "operation",
            "status",
            "person_id",
            "fields",
            "evidence",
            "answer",
            "outcome",
        ),
        (_record(packet_id, item) for item in batch.items),
        len(batch.items),
    )
    findings = [_finding(packet_id, item.position, one) for item in batch.items for one in item.findings]
    findings.extend(_finding(packet_id, 0, one) for one in batch.findings)
    _insert(
        session,
        FindingRow,
        ("packet_id", "position", "code", "level", "field", "place", "value", "expected", "text"),
        findings,
        len(findings),
    )
    changes = [
        (packet_id, item.position, batch.now, one.name, one.person_id, one.organisation_code, one.on, dict(one.facts))
        for item in batch.items
        for one in item.changes
    ]
    _insert(
        session,
        ChangeRow,
        ("packet_id", "position", "at", "name", "person_id", "organisation_code", "on", "facts"),
        changes,
        len(changes),
    )


def _forget_held(session: Session, batch: Batch) -> None:
    if not batch.packet.properties.get("hold_until"):
        return
    positions = [item.position for item in batch.items]
    for model in (RecordRow, FindingRow):
        session.execute(delete(model).where(model.packet_id == batch.packet.id, model.position.in_([0, *positions])))


def _insert(
    session: Session, model: type[Any], columns: Sequence[str], rows: Iterable[tuple[Any, ...]], count: int
) -> None:
    """Insert few rows in one statement and many by the bulk way of the database."""
    if not count:
        return
    table = cast(Table, model.__table__)
    if count <= FEW_ROWS:
        session.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])
    else:
        insert_rows(session, table, columns, rows)


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


def conclude(session: Session, batch: Batch, answer: Answer, context: HubContext) -> PacketStatus:
    """Store the answer and close the packet and its journal line; held packets stay open."""
    counts = Counter(item.status for item in batch.items)
    status = close_packet(session, batch.packet, counts, answer, context, searched=search_text(batch.items))
    if any(one.is_error for one in batch.findings):  # what is wrong with the whole rejects a packet without records too
        status = PacketStatus.REJECTED
        batch.packet.status = session.get_one(JournalEntry, batch.packet.id).status = status.value
    return status


def close_packet(
    session: Session,
    packet: Packet,
    counts: Counter[RecordStatus],
    answer: Answer | None,
    context: HubContext,
    *,
    searched: str = "",
) -> PacketStatus:
    """Write how a packet ended; without an answer it stays held."""
    now = context.clock.now()
    status = packet_status(dict(counts))
    if status is PacketStatus.ACCEPTED and packet.properties.get("warned"):
        status = PacketStatus.ACCEPTED_WITH_WARNINGS
    if answer is not None:
        store_answer(session, packet, answer)
    session.connection().execute(
        CLOSE_JOURNAL,
        {
            "entry_id": packet.id,
            "status": status.value,
            "kind": packet.kind,
            "records": sum(counts.values()),
            "accepted": counts[RecordStatus.ACCEPTED] + counts[RecordStatus.ACCEPTED_WITH_WARNINGS],
            "warned": counts[RecordStatus.ACCEPTED_WITH_WARNINGS],
            "rejected": counts[RecordStatus.REJECTED],
            "duration_ms": int((now - packet.received_at).total_seconds() * MILLISECONDS),
            "search_text": f"{packet.file_name.upper()} {searched}".strip()[:LONGEST_SEARCH],
            "code": answer.code[:40] if answer is not None else "",
        },
    )
    packet.status = status.value
    if answer is None:
        return status
    packet.finished_at = now
    packet.answer_name = answer.file_name
    packet.answer_type = answer.media_type
    queue_messages(session, packet, answer, now)
    return status


_journal = cast(Table, JournalEntry.__table__)
CLOSE_JOURNAL = (
    update(_journal)
    .where(_journal.c.id == bindparam("entry_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "status",
                "kind",
                "records",
                "accepted",
                "warned",
                "rejected",
                "duration_ms",
                "search_text",
                "code",
            )
        }
    )
)
LONGEST_SEARCH = 4_000


def store_answer(session: Session, packet: Packet, answer: Answer) -> None:
    """Keep the answer's bytes with the packet, so that a repetition is answered with the same."""
    source = answer.path if answer.path is not None else answer.body
    if source is None:
        return
    if packet.attempt > 1 or packet.properties.get("hold_until"):
        forget_content(session, packet.id, ANSWER)
    store_content(session, packet.id, ANSWER, pieces_of(source))


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
