"""What follows a decision about a held record: messages are taken up again, files are answered again (files.md 2.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus, packet_status
from registry.exchange.check_book.queries import checks_off
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.directory import directory
from registry.exchange.jobs import add_job
from registry.exchange.stages.answer_again import send_again
from registry.exchange.stages.conclude import counted, record_outcomes
from registry.exchange.stages.control import books_begun_with, books_of, control
from registry.exchange.stages.identify import identify_people
from registry.exchange.stages.review import put_under_review
from registry.exchange.tables import FindingRow, Job, JournalEntry, Packet, RecordRow
from registry.insured.review.queries import open_records, positions_of, records_of

JOB = "reviewed"
KIND = "identification_review"
FILES = "files"
TITLE = "Ответ после рассмотрения"


def take_up_again(session: Session, case_id: int, context: HubContext) -> int:
    """Wake the packets that wait for a case and order the second answers of files; returns their number together.

    A file is answered again once, when nothing of it is left to decide.
    """
    packets = list(session.scalars(select(Packet).where(Packet.id.in_(_packets_of(session, case_id)))))
    held = [packet.id for packet in packets if packet.status == PacketStatus.HELD.value]
    if held:
        waiting = update(Job).where(Job.packet_id.in_(held), Job.name == "held", Job.status == "waiting")
        session.execute(waiting.values(available_at=context.clock.now()))
    answered = [packet for packet in packets if _is_answered_again(packet, context, session)]
    for packet in answered:
        add_job(session, JOB, packet_id=packet.id, lane=f"{JOB}:{packet.id}", clock=context.clock)
    return len(held) + len(answered)


def _packets_of(session: Session, case_id: int) -> Iterable[int]:
    return {record.packet_id for record in records_of(session, case_id)}


def _is_answered_again(packet: Packet, context: HubContext, session: Session) -> bool:
    if packet.dialect != FILES or packet.kind != "identification" or packet.finished_at is None:
        return False
    return bool(context.options(session)["review_second_file"]) and not open_records(session, packet.id)


def answer_reviewed(session: Session, packet_id: int, context: HubContext) -> None:
    """Look the reviewed rows of a file up anew and send its whole answer once more, under the name with a suffix."""
    packet = session.get_one(Packet, packet_id, with_for_update=True)
    if open_records(session, packet_id):
        return  # another row came back to the operators meanwhile; its decision orders the answer anew
    look_up_anew(session, packet, positions_of(session, packet_id), context)
    send_whole_answer(session, packet, TITLE, context)


def look_up_anew(session: Session, packet: Packet, positions: Sequence[int], context: HubContext) -> bool:
    """Look these rows of a file up anew and replace their outcomes; True when one of them came out otherwise."""
    dialect = context.catalog.dialects[packet.dialect]
    envelope = dialect.reopen(session, packet, context)
    items = [item for position in positions for item in dialect.items(envelope, session, packet, position - 1, 1)]
    options = context.options(session).of_dialect(dialect.name)
    batch = Batch(packet, envelope, items, options, context.clock.now(), envelope.as_of)
    books = context.books(session, books_of(batch), books_begun_with(batch))
    control(batch, directory(session, context), context, checks_off(session, context, batch.as_of), books)
    identify_people(session, batch, context)
    put_under_review(session, batch)
    dialect.note(batch)
    places = [item.position for item in items]
    before = _outcomes(session, packet, places)
    _replace_outcomes(session, batch, places)
    _count_again(session, packet)
    return before != _outcomes(session, packet, places)


def _outcomes(session: Session, packet: Packet, places: Sequence[int]) -> dict[int, str]:
    query = select(RecordRow.position, RecordRow.outcome).where(
        RecordRow.packet_id == packet.id, RecordRow.position.in_(places)
    )
    return {row.position: row.outcome for row in session.execute(query)}


def _replace_outcomes(session: Session, batch: Batch, positions: Sequence[int]) -> None:
    for model in (RecordRow, FindingRow):
        session.execute(delete(model).where(model.packet_id == batch.packet.id, model.position.in_(positions)))
    record_outcomes(session, batch)


def _count_again(session: Session, packet: Packet) -> None:
    counts = counted(session, packet.id)
    packet.status = packet_status(dict(counts)).value
    journal = session.get_one(JournalEntry, packet.id)
    by_word = {status.value: count for status, count in counts.items()}
    journal.status, journal.warned = packet.status, by_word.get("accepted_warn", 0)
    journal.accepted = by_word.get("accepted", 0) + journal.warned
    journal.rejected = by_word.get("rejected", 0)


def send_whole_answer(session: Session, packet: Packet, title: str, context: HubContext) -> None:
    """Send the answer of a file once more as its rows are now."""
    stored = context.catalog.dialects[packet.dialect].answer_stored
    if stored is None:
        return
    answer = stored(session, packet, context)
    send_again(session, packet, answer, context, kind=KIND, title=title)
    if answer.path is not None:
        answer.path.unlink(missing_ok=True)
