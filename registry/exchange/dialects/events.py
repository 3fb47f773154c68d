"""The contract of events: one event or question a call, answered by a code, a text and details (soap-events)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.core.outcomes import Item
from registry.core.queries import Asked, Query, Told
from registry.core.spellings import Reading, Spelling, local_name
from registry.exchange.access import Caller
from registry.exchange.codecs.xml import parse_document, serialize
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Attempt, Batch, Dialect, Envelope, Incoming
from registry.exchange.dialects.events_answer import NAMESPACE, is_guid, response, said_of, sending_of, told_again
from registry.exchange.dialects.events_codes import CODES
from registry.exchange.dialects.reading import child_text, items_of, read_elements, stored_caller
from registry.exchange.directory import directory
from registry.exchange.operations.keep_sending import keep_sending
from registry.exchange.stages.admit import hash_of
from registry.exchange.stages.control import clinic_fields
from registry.exchange.tables import Packet

CLOSE = 2
CARD = "GetEvent"
QUESTIONS = frozenset((CARD, "GetInformRequests", "GetSendings"))


class Events(Dialect):
    """Events of information support and the questions about them."""

    name = "events"
    codes = CODES
    namespace = NAMESPACE
    forgets_failed = True
    memory = "event_memory_days"

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Take any event of a caller the channel has let in; a message id of the right form goes into the ledger."""
        if incoming.caller is None or incoming.element is None:
            raise Permanent(F.NOT_PERMITTED, "Нет права на операцию")
        incoming.properties["texts"] = self._texts(session, context)
        incoming.properties["message_id"] = child_text(incoming.element, "MessageId")[:120]
        return self._envelope(incoming.element, incoming.caller, incoming.operation, incoming.raw, context)

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Read a stored event again, as of the day it came."""
        raw = stored_bytes(session, packet.id, RAW)
        element = next(one for one in parse_document(raw).iter() if local_name(one) == packet.operation)
        envelope = self._envelope(element, stored_caller(session, packet), packet.operation, raw, context)
        envelope.as_of = packet.as_of or envelope.as_of
        return envelope

    def _envelope(
        self, element: etree._Element, caller: Caller, operation: str, raw: bytes, context: HubContext
    ) -> Envelope:
        spelling = self._spelling(context, operation)
        message_id = child_text(element, "MessageId").lower()
        return Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=operation,
            as_of=context.clock.today(),
            sender_codes=caller.codes,
            kind=spelling.kind,
            spelling=spelling,
            elements=[element],
            sender_packet_id=message_id if is_guid(message_id) else "",
            body_hash=hash_of(etree.tostring(element, method="c14n", exclusive=True, with_tail=False)),
            stored=raw,
            for_anybody=caller.for_anybody,
            properties={"login": caller.login},
        )

    def _spelling(self, context: HubContext, operation: str) -> Spelling:
        spelling = context.catalog.spelling(self.name, operation)
        if spelling is None:
            raise Permanent(F.KIND_UNKNOWN, f"Операция {operation} не обслуживается")
        return spelling

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the event."""
        return items_of(read_elements(envelope))

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Say the code of the phase, or the first finding of the step that failed."""
        item, spelling = batch.items[0], batch.envelope.spelling
        assert spelling is not None  # noqa: S101 - the envelope of an event has one
        request = batch.envelope.elements[0]
        said = said_of(self, item.findings, spelling, self._texts(session, context))
        if not item.is_rejected:
            said.code = -1 if item.record.__dict__.get("phase") == CLOSE else 0
            said.hub_id, said.state = item.answer.get("hub_id", ""), item.answer.get("state", "")
            said.repeated = bool(item.answer.get("repeated"))
        wrapper = response(batch.envelope.operation, said, request, context)
        return Answer(str(said.code), wrapper, serialize(wrapper))

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Say a refusal of a call by its code; what is no business of the contract is a fault of the channel."""
        if F(refusal.code) not in CODES or not incoming.operation:
            raise refusal
        spelling = self._spelling(context, incoming.operation)
        value = "" if refusal.code == F.NOT_PERMITTED else refusal.value
        one = finding(F(refusal.code), field=_about(refusal, spelling), value=value)
        said = said_of(self, [one], spelling, incoming.properties.get("texts") or {})
        wrapper = response(incoming.operation, said, incoming.element, context)
        return Answer(str(said.code), wrapper, serialize(wrapper))

    def again(self, stored: bytes, packet: Packet, context: HubContext) -> Answer:
        """Give the stored answer once more, marked as repeated (contract, clause 8.1)."""
        wrapper = told_again(parse_document(stored))
        return Answer("", wrapper, serialize(wrapper))

    def monitor(self, session: Session, attempt: Attempt, context: HubContext) -> None:
        """Write the line of the attempt in the monitor of its sender: one not decided yet was answered with 1."""
        if attempt.operation in QUESTIONS or attempt.request is None or attempt.caller is None:
            return
        if attempt.answer is None:
            attempt = replace(attempt, answer=self._undecided(session, attempt, context))
        keep_sending(session, sending_of(attempt, context.clock.now()), attempt.packet_id)

    def _undecided(self, session: Session, attempt: Attempt, context: HubContext) -> etree._Element | None:
        """What the channel answers while the event waits for a decision (the same words, clause 2.2)."""
        incoming = Incoming("soap", self.name, attempt.operation, element=attempt.request)
        incoming.properties["texts"] = self._texts(session, context)
        return self.refuse(incoming, Permanent(F.INTERNAL_FAULT, ""), context).element

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """Answer a question about events; anything else is an event."""
        query = context.catalog.queries.get(incoming.operation)
        if incoming.operation not in QUESTIONS or query is None:
            return None
        if incoming.caller is None or incoming.element is None:
            raise Permanent(F.NOT_PERMITTED, "Нет права на операцию")
        spelling = self._spelling(context, incoming.operation)
        reading = next(iter(spelling.read(incoming.element)))
        findings = self._checked(session, reading, incoming.caller, spelling, context)
        told = Told()
        if not findings:
            told, findings = self._ask(session, query, reading, incoming.caller, context)
        said = said_of(self, findings, spelling, self._texts(session, context))
        if incoming.operation == CARD and told.rows:
            row: Any = told.rows[0]
            said.hub_id, said.state = row.hub_id, row.state
        wrapper = response(incoming.operation, said, incoming.element, context)
        if not findings:
            self._tell(wrapper, incoming.operation, told, context)
        return Answer(str(said.code), wrapper, serialize(wrapper), records=len(told.rows), kept=incoming.raw)

    def _checked(
        self, session: Session, reading: Reading, caller: Caller, spelling: Spelling, context: HubContext
    ) -> list[Finding]:
        """Go through the steps of the question's kind; what cannot be read is its first step."""
        record = spelling.kind.record.of(reading.values)
        named = {str(record.__dict__[name]) for name in clinic_fields(record) if record.__dict__.get(name)}
        today = context.clock.today()
        checks = CheckContext(
            today=today,
            as_of=today,
            sender_codes=caller.codes,
            known_codes=frozenset(directory(session, context).translations(named, "mcod", "mcod", today)),
            fund_code=context.fund_code,
            for_anybody=caller.for_anybody,
        )
        found = list(reading.findings)
        for check in () if found else spelling.kind.checks:
            found.extend(check(record, checks))
            if found:
                break
        return [one if one.place else replace(one, place=spelling.paths.get(one.field, "")) for one in found]

    def _ask(
        self, session: Session, query: Query, reading: Reading, caller: Caller, context: HubContext
    ) -> tuple[Told, list[Finding]]:
        assert reading.kind is not None  # noqa: S101 - spellings always set the kind
        if caller.organisation_kind not in query.may_ask:
            return Told(), [finding(F.FOREIGN_ORGANISATION, field="insurer")]
        options = context.options(session).of_dialect(self.name)
        told = query.answer(
            Asked(
                session=session,
                parameters=reading.kind.record.of(reading.values),
                kind=caller.organisation_kind,
                codes=caller.codes,
                today=context.clock.today(),
                now=context.clock.now(),
                page_size=int(options["page_rows"]),
                options=options,
            )
        )
        return told, [finding(told.refusal, field="event_id")] if told.refusal is not None else []

    def _tell(self, wrapper: etree._Element, operation: str, told: Told, context: HubContext) -> None:
        """Write the rows below the response: a stored event by the spelling it came by, lists by their own."""
        place = wrapper[0]
        if operation == CARD:
            row: Any = told.rows[0]
            event = etree.SubElement(place, f"{{{NAMESPACE}}}Event")
            event.extend(self._spelling(context, row.operation).write([row.event], NAMESPACE))
            self._write(place, "Sending", Told(row.attempts or []), context, "Attempts")
        elif operation == "GetSendings":
            self._write(place, "Sending", told, context, "Sendings")
        else:
            self._write(place, "Request", told, context, "Requests")

    def _write(self, place: etree._Element, name: str, told: Told, context: HubContext, wrapped_in: str) -> None:
        wrapper = etree.SubElement(place, f"{{{NAMESPACE}}}{wrapped_in}")
        wrapper.extend(self._spelling(context, name).write(told.rows, NAMESPACE))

    def _texts(self, session: Session, context: HubContext) -> Mapping[str, Any]:
        """The texts of the contract as the site has them: settings, because МИС differ in their spelling."""
        return context.options(session).of_dialect(self.name)


def _about(refusal: Permanent, spelling: Spelling) -> str:
    """The field a refusal is about: the id of the message, or the code of whoever may not call (clause 7, step 5)."""
    if refusal.code in (F.PACKET_ID_REUSED, F.PACKET_ID_WRONG):
        return "message_id"
    senders = ("insurer", "clinic") if refusal.code == F.NOT_PERMITTED else ()
    return next((name for name in senders if name in spelling.paths), "")
