"""The pipeline: what every packet goes through, whatever channel it came by. Nothing here commits.

``handle`` serves a caller who waits in one transaction; ``receive`` stores a packet for a worker, which calls
``advance`` until nothing is left, committing after each call.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from registry.core.collector import collector_paused
from registry.core.errors import Permanent, Retryable
from registry.core.findings import FindingCode
from registry.core.kinds import Unit
from registry.core.outcomes import Item, PacketStatus
from registry.exchange.alarms import report_bug
from registry.exchange.check_book.queries import checks_off
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Attempt, Batch, Dialect, Envelope, Incoming, Reply, StoredAnswer
from registry.exchange.directory import directory
from registry.exchange.jobs import add_job
from registry.exchange.messages import queue_again, queue_messages
from registry.exchange.operations.incoming.keep_question import keep_question
from registry.exchange.operations.journal_refusal import journal_refusal
from registry.exchange.permissions import permit
from registry.exchange.stages.admit import Admission, Taken, admit
from registry.exchange.stages.apply import apply, link
from registry.exchange.stages.conclude import close_packet, conclude, counted, record_outcomes, store_answer, untold
from registry.exchange.stages.control import books_begun_with, books_of, control, note_books
from registry.exchange.stages.identify import identify_people
from registry.exchange.stages.review import put_under_review
from registry.exchange.tables import FindingRow, JournalEntry, Packet

__all__ = ["Incoming", "Reply", "advance", "handle", "receive", "unavailable"]

WHOLE = 10_000_000


def handle(session: Session, incoming: Incoming, context: HubContext) -> Reply:
    """Answer a caller who waits: stages 1 to 6 in the caller's transaction; never raises for bad input.

    A bug beyond stage 1 is rolled back to a savepoint: the packet stays stored, the caller gets the contract's own
    failure, and the journal an incident number.
    """
    dialect = context.catalog.dialects[incoming.dialect]
    reply = _handle(session, dialect, incoming, context)
    attempt = Attempt(
        reply.journal_id, reply.packet_id, incoming.operation, incoming.element, reply.element, incoming.caller
    )
    dialect.monitor(session, attempt, context)
    return reply


def _handle(session: Session, dialect: Dialect, incoming: Incoming, context: HubContext) -> Reply:
    asked = dialect.query(session, incoming, context)
    if asked is not None:
        return _reply_query(session, incoming, asked, context)
    admitted = _admit(session, dialect, incoming, context, at_once=True)
    if isinstance(admitted, Reply):
        return admitted
    admission, envelope = admitted
    if admission.repeated:
        return _again(session, dialect, admission, context)
    packet = admission.packet
    try:
        with session.begin_nested():
            answer = _whole(session, dialect, packet, envelope, context)
    except Permanent as refusal:
        answer = _refuse_stored(session, dialect, packet, refusal, context)
    except (OperationalError, Retryable):
        raise
    except Exception as bug:  # noqa: BLE001 - the last resort: whatever it was, the caller is answered
        answer = _failed(session, dialect, packet, incoming, bug, context)
    return _reply(packet, answer)


def receive(session: Session, incoming: Incoming, context: HubContext) -> Reply:
    """Store a packet and the job that will process it; a repetition gets its stored answer once more.

    What brings no packet, such as the answer to one of ours, is taken at once.
    """
    dialect = context.catalog.dialects[incoming.dialect]
    try:
        asked = dialect.query(session, incoming, context)
    except Permanent as refusal:
        return _refuse(session, dialect, incoming, refusal, context)
    if asked is not None:
        return _reply_query(session, incoming, asked, context)
    admitted = _admit(session, dialect, incoming, context)
    if isinstance(admitted, Reply):
        return admitted
    admission, envelope = admitted
    packet = admission.packet
    if admission.repeated:
        return _again(session, dialect, admission, context)
    lane = f"organisation:{envelope.sender_id}"
    add_job(session, "packet", packet_id=packet.id, lane=lane, clock=context.clock)
    return Reply(packet.id, packet.id, PacketStatus.RECEIVED)


def advance(session: Session, packet_id: int, context: HubContext) -> bool:
    """Process one portion of a stored packet; True while more is left. A finished packet is left as it is."""
    packet = session.get_one(Packet, packet_id, with_for_update=True)
    if packet.finished_at is not None:
        return False
    dialect = context.catalog.dialects[packet.dialect]
    try:
        with session.begin_nested():
            envelope = dialect.reopen(session, packet, context)
            _begin(session, packet, context)
            stored = dialect.answer_stored
            if envelope.kind is not None and envelope.kind.unit is Unit.CHUNK and stored is not None:
                return _portion(session, dialect, packet, envelope, stored, context)
            answer = _whole(session, dialect, packet, envelope, context)
            request = envelope.elements[0] if envelope.elements else None
            attempt = Attempt(packet.id, packet.id, packet.operation, request, answer.element, envelope.caller)
            if packet.status != PacketStatus.HELD.value:  # what is held on has its line since it came
                dialect.monitor(session, attempt, context)
            return False
    except Permanent as refusal:
        _refuse_stored(session, dialect, packet, refusal, context)
        return False


def unavailable(incoming: Incoming, context: HubContext) -> Answer:
    """Return the contract's answer for a hub whose database is away; touches nothing."""
    refusal = Permanent(FindingCode.UNAVAILABLE, "Сервис временно недоступен")
    return context.catalog.dialects[incoming.dialect].refuse(incoming, refusal, context)


def _admit(
    session: Session, dialect: Dialect, incoming: Incoming, context: HubContext, *, at_once: bool = False
) -> tuple[Admission, Envelope] | Reply:
    try:
        envelope = dialect.gate(session, incoming, context)
        permit(session, incoming, envelope, context)
    except Permanent as refusal:
        return _refuse(session, dialect, incoming, refusal, context)
    try:
        return admit(session, dialect, incoming, envelope, context, at_once=at_once), envelope
    except Taken as refusal:
        return _refuse_taken(session, dialect, incoming, refusal, context)
    except Permanent as refusal:
        return _refuse(session, dialect, incoming, refusal, context, envelope)


def _refuse(
    session: Session,
    dialect: Dialect,
    incoming: Incoming,
    refusal: Permanent,
    context: HubContext,
    envelope: Envelope | None = None,
) -> Reply:
    """A refused caller leaves a journal line; the contract says what it hears."""
    answer = dialect.refuse(incoming, refusal, context)
    caller = envelope.caller if envelope else incoming.caller
    entry = journal_refusal(
        session,
        channel=incoming.channel,
        dialect=incoming.dialect,
        operation=incoming.operation,
        code=answer.code or refusal.code,
        text=refusal.text,
        context=context,
        login=caller.login if caller else str(incoming.properties.get("user_id") or ""),
        address=incoming.address,
        size=incoming.path.stat().st_size if incoming.path else len(incoming.raw),
        organisation_id=envelope.sender_id if envelope else caller.organisation_id if caller else None,
        file_name=incoming.file_name,
        sender_packet_id=str(incoming.properties.get("message_id") or ""),
    )
    _queue_refusal(session, entry, incoming, answer, context)
    return _refused(entry, answer, refusal)


def _refuse_taken(session: Session, dialect: Dialect, incoming: Incoming, refusal: Taken, context: HubContext) -> Reply:
    """The journal line of the attempt becomes that of its refusal."""
    answer = dialect.refuse(incoming, refusal, context)
    entry = refusal.entry
    entry.status, entry.code, entry.text = PacketStatus.REFUSED.value, (answer.code or refusal.code)[:40], refusal.text
    _queue_refusal(session, entry, incoming, answer, context)
    return _refused(entry, answer, refusal)


def _refused(entry: JournalEntry, answer: Answer, refusal: Permanent) -> Reply:
    return Reply(
        entry.id,
        None,
        PacketStatus.REFUSED,
        answer.element,
        answer.body,
        answer.file_name,
        answer.media_type,
        refusal,
    )


def _queue_refusal(
    session: Session, entry: JournalEntry, incoming: Incoming, answer: Answer, context: HubContext
) -> None:
    if answer.messages:
        stand_in = Packet(id=entry.id, properties=dict(incoming.properties))
        queue_messages(session, stand_in, answer, context.clock.now())


def _again(session: Session, dialect: Dialect, admission: Admission, context: HubContext) -> Reply:
    """Answer a repetition with the stored answer; one that is still in work will be answered when it is done."""
    packet = admission.packet
    answer = Answer()
    if packet.finished_at is not None:
        answer = dialect.again(stored_bytes(session, packet.id, ANSWER), packet, context)
        queue_again(session, packet, context.clock.now())
    entry = session.get_one(JournalEntry, admission.journal_id)
    entry.code = session.get_one(JournalEntry, packet.id).code
    reply = _reply(packet, answer)
    reply.journal_id = admission.journal_id
    reply.status = PacketStatus.REPEATED
    return reply


def _reply(packet: Packet, answer: Answer) -> Reply:
    return Reply(
        packet.id,
        packet.id,
        PacketStatus(packet.status),
        answer.element,
        answer.body,
        answer.file_name,
        answer.media_type,
    )


def _reply_query(session: Session, incoming: Incoming, answer: Answer, context: HubContext) -> Reply:
    """Journal a question that brought no packet: who asked what, how many records were told, why none was."""
    caller, refusal = incoming.caller, answer.refusal
    status = PacketStatus.ACCEPTED if refusal is None else PacketStatus.REFUSED
    entry = journal_refusal(
        session,
        channel=incoming.channel,
        dialect=incoming.dialect,
        operation=incoming.operation,
        code=answer.code,
        text=answer.note if refusal is None else refusal.text,
        context=context,
        login=caller.login if caller else str(incoming.properties.get("user_id") or ""),
        address=incoming.address,
        size=len(incoming.raw),
        organisation_id=caller.organisation_id if caller else None,
        status=status,
    )
    entry.records = answer.records
    if answer.kept and caller is not None:
        entry.search_text = answer.note[:500]
        keep_question(session, entry, answer.kept)
    return Reply(entry.id, None, status, answer.element, answer.body, refusal=refusal)


def _begin(session: Session, packet: Packet, context: HubContext) -> None:
    if packet.started_at is None:
        packet.started_at = context.clock.now()
        packet.attempt += 1
        packet.status = PacketStatus.IN_WORK.value


def _batch(
    session: Session, dialect: Dialect, packet: Packet, envelope: Envelope, context: HubContext, limit: int
) -> Batch:
    now = context.clock.now()
    items = dialect.items(envelope, session, packet, packet.done, limit)
    options = context.options(session).of_dialect(dialect.name)
    return Batch(packet, envelope, items, options, now, envelope.as_of, list(envelope.findings))


def _stages(session: Session, dialect: Dialect, batch: Batch, context: HubContext) -> None:
    books = context.books(session, books_of(batch), books_begun_with(batch))
    control(batch, directory(session, context), context, checks_off(session, context, batch.as_of), books)
    identify_people(session, batch, context)
    put_under_review(session, batch)
    link(session, batch)
    apply(session, batch, context)
    dialect.note(batch)
    note_books(batch, books)


def _whole(session: Session, dialect: Dialect, packet: Packet, envelope: Envelope, context: HubContext) -> Answer:
    _begin(session, packet, context)
    batch = _batch(session, dialect, packet, envelope, context, WHOLE)
    if envelope.kind is not None and packet.kind != envelope.kind.name:
        packet.kind = envelope.kind.name
    _stages(session, dialect, batch, context)
    if any(item.held_for for item in batch.items):
        record_outcomes(session, batch)
        return _held(session, batch, context)
    answer = dialect.answer(session, batch, context)
    conclude(session, batch, answer, context)
    return answer


def _held(session: Session, batch: Batch, context: HubContext) -> Answer:
    """Keep the packet open, to be tried again by its change or in time; its answer comes when it is decided."""
    packet, now = batch.packet, batch.now
    deadline = packet.properties.get("hold_until")
    if not deadline:
        hours = min(_hold_hours(item, batch) for item in batch.items if item.held_for)
        deadline = (now + timedelta(hours=hours)).isoformat()
    waits = sorted({item.held_for for item in batch.items if item.held_for})
    packet.properties = {**packet.properties, "hold_until": deadline, "held_for": waits}
    close_packet(session, packet, Counter(item.status for item in batch.items), None, context)
    pause = timedelta(minutes=float(batch.options["hold_minutes"]))
    available_at = min(now + pause, datetime.fromisoformat(str(deadline)))
    add_job(session, "held", packet_id=packet.id, available_at=max(available_at, now), clock=context.clock)
    return Answer()


def _hold_hours(item: Item, batch: Batch) -> float:
    """Deletions of dependants follow at once or not at all, a related object may take a day (amqp.md 5.2)."""
    waits_for = item.held_for.partition(":")[0]
    return float(batch.options.get(f"hold_hours_{waits_for}", batch.options["hold_hours"]))


def _portion(
    session: Session, dialect: Dialect, packet: Packet, envelope: Envelope, stored: StoredAnswer, context: HubContext
) -> bool:
    """Process the next portion of a large packet, or, when none is left, put its answer together."""
    limit = int(context.options(session)["portion_rows"])
    with collector_paused():  # a portion is many small objects that live as long as it
        batch = _batch(session, dialect, packet, envelope, context, limit)
        if packet.done:  # the file is opened anew for every portion, and says of itself what it has said before
            batch.findings = untold(session, packet.id, batch.findings)
        if batch.items:
            _stages(session, dialect, batch, context)
        record_outcomes(session, batch)
    if batch.items:
        packet.done = batch.items[-1].position
        journal = session.get_one(JournalEntry, packet.id)
        journal.records = packet.done
        return True
    answer = stored(session, packet, context)
    close_packet(session, packet, counted(session, packet.id), answer, context)
    if answer.path is not None:
        answer.path.unlink(missing_ok=True)
    return False


def _refuse_stored(
    session: Session, dialect: Dialect, packet: Packet, refusal: Permanent, context: HubContext
) -> Answer:
    """A stored packet that cannot be read is answered in the contract's form and closed as refused."""
    answer = dialect.refuse_stored(session, packet, refusal, context)
    now = context.clock.now()
    packet.status = PacketStatus.REFUSED.value
    packet.started_at = packet.started_at or now
    packet.finished_at = now
    journal = session.get_one(JournalEntry, packet.id)
    journal.status, journal.code, journal.text = packet.status, answer.code or refusal.code, refusal.text
    session.add(
        FindingRow(
            packet_id=packet.id,
            code=refusal.code,
            level="error",
            place=refusal.place[:250],
            value=refusal.value[:250],
            expected=refusal.expected[:250],
            text=refusal.text,
        )
    )
    store_answer(session, packet, answer, context)
    queue_messages(session, packet, answer, now)
    return answer


def _failed(
    session: Session, dialect: Dialect, packet: Packet, incoming: Incoming, bug: Exception, context: HubContext
) -> Answer:
    """Answer a bug with the contract's failure; the packet is parked in sight of an operator."""
    incident = report_bug(bug, packet_id=packet.id, dialect=dialect.name, operation=incoming.operation)
    text = f"Внутренняя ошибка обработки, номер инцидента {incident}"
    answer = dialect.refuse(incoming, Permanent(FindingCode.INTERNAL_FAULT, text), context)
    packet.status = PacketStatus.PARKED.value
    journal = session.get_one(JournalEntry, packet.id)
    journal.status, journal.incident, journal.text = packet.status, incident, text
    journal.code = answer.code
    return answer
