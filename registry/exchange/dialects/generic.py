"""The generic RabbitMQ dialect: HEADER and BODY, one object a message, one ANSWER each (amqp.md 2, 3, 5, 11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.checks.dates import parse_date
from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item, ObjectReference, Operation
from registry.core.spellings import local_name
from registry.exchange.access import Caller, caller_of_channel
from registry.exchange.codecs.xml import XmlLimits, parse_document, serialize
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming
from registry.exchange.dialects.generic_codes import CODES, STRUCTURE, UNANSWERED
from registry.exchange.dialects.reading import child_text, find, items_of, read_elements, stored_caller
from registry.exchange.directory import Directory, directory
from registry.exchange.operations.outgoing.follow_outgoing import Told, note_answer
from registry.exchange.queries.upkeep.channels import active_channel
from registry.exchange.stages.admit import hash_of
from registry.exchange.tables import Packet

LIMITS = XmlLimits(max_bytes=16 * 1024**2)
ANSWER_TYPE = "ANSWER"
OPERATIONS = {one.value.upper(): one for one in Operation}
QUERIES = frozenset(("PERS",))
QUERY_ONLY = frozenset((Operation.QUERY,))
CHANGES = frozenset((Operation.INSERT, Operation.UPDATE, Operation.DELETE))
# ids are unique inside one МИС installation and these parts of its packages (amqp.md 3.2)
OBJECT_IDS = {
    "PERSONATTACHDISTRICT": ("attachment", "PERSONATTACHID"),
    "PERSONATTACH": ("attachment", "PERSONATTACHID"),
    "DISTRICT": ("district", "LPUREGION_ID"),
}
CODE_LENGTH = 6


class Generic(Dialect):
    """The frame every region without a form of its own uses."""

    name = "generic"
    codes = CODES
    waits = False

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """Take the ANSWER of a МИС to a message of ours (amqp.md 11.2); a second one changes nothing."""
        if incoming.operation.upper() != ANSWER_TYPE:
            return None
        caller = incoming.caller = incoming.caller or _caller(session, incoming)
        root = parse_document(incoming.raw, limits=LIMITS)
        header, body = find(root, "HEADER"), find(root, "BODY")
        message_id = child_text(header, "MESSAGE_ID") if header is not None else ""
        if body is None or not message_id:
            raise Permanent(F.HEADER_ABSENT, "В ответе нет HEADER/MESSAGE_ID или BODY", place=ANSWER_TYPE)
        told = Told(message_id, _errors(body), incoming.raw)
        known = note_answer(session, caller.channel_id, told, caller.login, context.clock.now())
        return Answer("OK" if known else F.OBJECT_UNKNOWN.value)

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """XML, kind, frame, operation, then whose clinic it is (amqp.md 5.1, steps 1 to 3)."""
        caller = incoming.caller or _caller(session, incoming)
        message_id = str(incoming.properties.get("message_id") or "")
        if not message_id:
            raise Permanent(F.PACKET_ID_WRONG, "Отсутствует message_id", place="message_id")
        root = parse_document(incoming.raw, limits=LIMITS)
        envelope = self._envelope(root, caller, incoming.operation.upper(), context)
        envelope.sender_packet_id = message_id
        envelope.body_hash = hash_of(incoming.raw)
        envelope.properties = {
            "login": caller.login,
            "channel_id": caller.channel_id,
            **{name: incoming.properties.get(name) for name in ("message_id", "queue", "reply_to", "channel")},
        }
        header = find(root, "HEADER")
        clinic = child_text(header, "CODE_MO") if header is not None else ""
        if clinic:
            envelope.sender_id = _check_clinic(directory(session, context), clinic, caller)
        return envelope

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Read a stored message again."""
        root = parse_document(stored_bytes(session, packet.id, RAW), limits=LIMITS)
        caller = replace(stored_caller(session, packet), channel_id=packet.properties.get("channel_id"))
        return self._envelope(root, caller, packet.operation, context)

    def _envelope(self, root: etree._Element, caller: Caller, type_: str, context: HubContext) -> Envelope:
        name = local_name(root)
        spelling = context.catalog.spelling(self.name, type_ or name)
        if spelling is None or spelling.kind.outgoing:
            raise Permanent(F.KIND_UNKNOWN, f"Неизвестный тип пакета {type_ or name}", value=type_ or name)
        if name != spelling.root:
            raise Permanent(F.STRUCTURE_WRONG, f"Корневой элемент {name} не соответствует типу", expected=spelling.root)
        header = find(root, "HEADER")
        if header is None:
            raise Permanent(F.HEADER_ABSENT, "Отсутствует HEADER", place=f"{name}/HEADER")
        operation = OPERATIONS.get(child_text(header, "OPERATIONTYPE").upper())
        allowed = QUERY_ONLY if name in QUERIES else CHANGES
        if operation not in allowed:
            text = child_text(header, "OPERATIONTYPE") or "пусто"
            raise Permanent(F.OPERATION_NOT_ALLOWED, f"Операция не допускается для пакета: {text}", value=text)
        return Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=spelling.name,
            as_of=_day_of(header) or context.clock.today(),
            sender_codes=caller.codes,
            kind=spelling.kind,
            spelling=spelling,
            elements=[root],
            for_anybody=caller.for_anybody,
        )

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the object of the message with its operation and its id."""
        root = envelope.elements[0]
        header = find(root, "HEADER")
        assert header is not None  # noqa: S101 - the gate has seen it
        operation = OPERATIONS[child_text(header, "OPERATIONTYPE").upper()]
        items = items_of(read_elements(envelope))
        bare = find(root, "BODY") is None
        for item in items:
            item.operation = operation
            if operation is Operation.DELETE:
                item.findings.clear()
            elif bare:
                item.findings = [_no_body(operation)]
            item.object = _object(root, header, item)
        return items

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Put one ANSWER into the outbox: OK, or every error of the message."""
        errors = [one for item in batch.items for one in item.findings if one.is_error]
        most = int(batch.options["protocol_findings"])
        code = "ERROR" if errors else "OK"
        person = _person(batch.items[0]) if not errors and batch.envelope.operation in QUERIES else None
        properties = batch.packet.properties
        body = self._document(batch.packet.operation, properties, [self._told(one) for one in errors[:most]], person)
        return Answer(code, body=body, media_type="text/xml", messages=[self._message(properties, body)])

    def _told(self, one: Finding) -> tuple[int, str]:
        code = self.spoken(one)
        if code == STRUCTURE:
            place = one.place.rpartition("/")[2] or one.field
            return STRUCTURE, f"Ошибка структуры: {place}: {one.text}" if place else f"Ошибка структуры: {one.text}"
        return code or STRUCTURE, one.text

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Answer a message that was not taken when it has an id to answer to."""
        code = F(refusal.code)
        if code in UNANSWERED or incoming.operation.upper() == "ANSWER":
            return Answer(refusal.code)
        number = CODES.get(code, STRUCTURE) or STRUCTURE
        text = refusal.text if number else f"Ошибка структуры: {refusal.place or 'пакет'}: {refusal.text}"
        body = self._document(incoming.operation, incoming.properties, [(number, text)], None)
        if not incoming.properties.get("message_id"):
            return Answer(str(number), body=body)
        return Answer(str(number), body=body, messages=[self._message(incoming.properties, body)])

    def _document(
        self,
        type_: str,
        properties: dict[str, object],
        errors: Sequence[tuple[int, str]],
        person: tuple[str, str] | None,
    ) -> bytes:
        root = etree.Element("ANSWER")
        header = etree.SubElement(root, "HEADER")
        etree.SubElement(header, "QUEUE_NAME").text = str(properties.get("queue") or "")
        etree.SubElement(header, "TYPE").text = type_
        etree.SubElement(header, "MESSAGE_ID").text = str(properties.get("message_id") or "")
        body = etree.SubElement(root, "BODY")
        if person is not None:
            block = etree.SubElement(body, "PERSON")
            etree.SubElement(block, "PERSON_ID").text = person[0]
            etree.SubElement(block, "BDZ_ID").text = person[1]
        results = etree.SubElement(body, "RESULTS")
        etree.SubElement(results, "RESULT").text = "ERROR" if errors else "OK"
        for number, text in errors:
            error = etree.SubElement(results, "ERROR_RESULT")
            etree.SubElement(error, "RESULT_CODE").text = str(number)
            etree.SubElement(error, "RESULT_NAME").text = text
        return serialize(root)

    def _message(self, properties: dict[str, object], body: bytes) -> tuple[str, str, dict[str, object], bytes]:
        queue = str(properties.get("reply_to") or f"tfoms.{properties.get('channel') or 'ch1'}.out.answer")
        return queue, "ANSWER", {"correlation_id": str(properties.get("message_id") or "")}, body


def _caller(session: Session, incoming: Incoming) -> Caller:
    """The queue names the channel, and the broker vouches for the login in user_id (amqp.md 2.1)."""
    code, login = incoming.properties.get("channel"), incoming.properties.get("user_id")
    channel = active_channel(session, str(code))
    if channel is None:
        raise Permanent(F.NOT_PERMITTED, "Канал обмена не зарегистрирован", place="queue")
    incoming.properties["channel_id"] = channel.id
    if login != channel.user_id:
        raise Permanent(F.NOT_PERMITTED, "Свойство user_id не совпадает с именем канала", place="user_id")
    return caller_of_channel(session, channel)


def _errors(body: etree._Element) -> str:
    """Why our message was refused, empty when it was not; RESULT stands in RESULTS or right in BODY (clause 11.2)."""
    results = find(body, "RESULTS")
    place = results if results is not None else body
    inner = find(place, "RESULT")
    told = child_text(place, "RESULT") or (child_text(inner, "RESULT") if inner is not None else "")
    if told.upper() == "OK":
        return ""
    codes = [
        " ".join(filter(None, (child_text(one, "RESULT_CODE"), child_text(one, "RESULT_NAME"))))
        for one in place.iter("{*}ERROR_RESULT")
    ]
    return "; ".join(filter(None, codes)) or f"Получен ответ с ошибкой: {told or 'без результата'}"


def _no_body(operation: Operation) -> Finding:
    if operation is Operation.UPDATE:
        return finding(F.OBJECT_UNKNOWN, "нет BODY", field="")
    return finding(F.STRUCTURE_WRONG, "отсутствует BODY", expected="BODY")


def _day_of(header: etree._Element) -> date | None:
    return parse_date(child_text(header, "DATA") or child_text(header, "DATE"))


def _object(root: etree._Element, header: etree._Element, item: Item) -> ObjectReference | None:
    """The second record of one message (ФАП) is an object of its own under the same id."""
    named = OBJECT_IDS.get(local_name(root))
    if named is None:
        return None
    object_class, element = named
    if item.answer.get("of_same_record"):
        object_class = f"{object_class}_fap"
    object_id = child_text(header, element)
    if not object_id:
        item.findings.append(finding(F.VALUE_ABSENT, element, field="number"))
        return None
    body = find(root, "BODY")
    content = hash_of(etree.tostring(body, method="c14n")) if body is not None else ""
    return ObjectReference(object_class, object_id[:36], _day_of(header), content)


def _check_clinic(registered: Directory, clinic: str, caller: Caller) -> int:
    """Return the organisation of CODE_MO; leading zeros may have been lost on the way (amqp.md 3.1)."""
    found = registered.owner("mcod", clinic.zfill(CODE_LENGTH))
    if found is None:
        raise Permanent(F.ORGANISATION_UNKNOWN, "Неизвестный код МО", place="HEADER/CODE_MO", value=clinic)
    if found not in caller.acts_for and not caller.for_anybody:
        raise Permanent(
            F.FOREIGN_ORGANISATION, "Код МО не принадлежит отправителю", place="HEADER/CODE_MO", value=clinic
        )
    return found


def _person(item: Item) -> tuple[str, str] | None:
    found = item.identification
    if found is None or not found.is_found:
        return None
    return str(item.record.values.get("sender_person_id") or ""), found.bdz_id
