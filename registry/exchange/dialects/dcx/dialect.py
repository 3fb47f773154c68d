"""The dialect of DCExchangeSrv: its gate, its codes 1000–9999 and its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.forms import write_moment
from registry.core.outcomes import Item
from registry.exchange.codecs.xml import blank_elements, parse_document, serialize
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming, grouped
from registry.exchange.dialects.dcx import attachments, codes
from registry.exchange.dialects.dcx.entering import check_identity, enter
from registry.exchange.dialects.dcx.listing import answer_list, refused_list, written_told
from registry.exchange.dialects.dcx.logging_in import set_login_access
from registry.exchange.dialects.dcx.operations import LISTS, PACKETS
from registry.exchange.dialects.dcx.package_checks import (
    WHOLE_PACKAGE,
    PackageRefused,
    check_quiet_hours,
    content_hash,
    package_findings,
)
from registry.exchange.dialects.dcx.response import NAMESPACE, Told, packet_response, wrapper_of, write_errors
from registry.exchange.dialects.dcx.shapes import (
    FAILURES,
    Family,
    PacketOperation,
    Sender,
    check_records,
    codes_of_sender,
    records_of,
    too_long,
)
from registry.exchange.dialects.dcx.wording import record_text, refusal_text
from registry.exchange.dialects.reading import child_text, find, items_of, read_elements, stored_caller
from registry.exchange.directory import Directory, directory
from registry.exchange.tables import Packet

SECRETS = frozenset((b"password", b"oldpassword"))
TEST_CONNECT, SET_LOGIN = "MakeTestConnect", "SetLoginAccess"
# what the two operations that answer with a number say when they cannot be served (contract, clauses 2.2 and 3.1)
FAILED_NUMBERS = {TEST_CONNECT: ("retresult", 0), SET_LOGIN: ("return", -10)}
SENDER_CODE = "dcx_sender_code"


class DcExchange(Dialect):
    """Order of checks, packages of records with their protocol, and lists."""

    name = "dcx"
    operations = frozenset((TEST_CONNECT, SET_LOGIN, *PACKETS, *LISTS))
    refusals = codes.REFUSALS
    codes = codes.RECORD_CODES
    forgets_failed = True  # 1003 and 9999 say nothing about the content: the package sent again is processed anew

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """Answer operations that bring no package: the test of the connection, a new password, and lists."""
        if incoming.operation == TEST_CONNECT:
            return _number(TEST_CONNECT, "retresult", 1)
        if incoming.element is not None:
            incoming.properties.setdefault("user_id", child_text(incoming.element, "username")[:60])
        if incoming.operation == SET_LOGIN and incoming.element is not None:
            done = set_login_access(session, incoming.element, context, incoming.address)
            return _number(SET_LOGIN, "return", done)
        operation = LISTS.get(incoming.operation)
        if operation is None:
            return None
        answer = answer_list(session, operation, incoming, context)
        if answer.refusal is None:
            answer.kept = blank_elements(incoming.raw, SECRETS)
        return answer

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Check guid, sender, credentials and the limits of the operation, in this order."""
        operation = PACKETS.get(incoming.operation)
        if operation is None or incoming.element is None:
            raise Permanent(F.KIND_UNKNOWN, f"Операция {incoming.operation} не обслуживается")
        context.options(session)  # the fund's own code must be at hand for every answer, refusals included
        call = incoming.element
        package = find(call, "orderpack")
        if package is None:
            raise Permanent(F.PACKET_ID_WRONG, "Отсутствует orderpack", place="orderpack")
        header = find(package, "p10_packinf")
        if header is None:
            absent = F.HEADER_ABSENT if operation.family is Family.ATTACHMENT else F.PACKET_ID_WRONG
            raise Permanent(absent, "Отсутствует заголовок пакета", place="orderpack/p10_packinf")
        guid, sender = child_text(header, "p12_pakageguid"), child_text(header, "p11_pakagesender")
        incoming.properties["message_id"] = guid
        check_identity(guid, sender, child_text(call, "sendercode"))
        if operation.package_first:
            wrong = package_findings(package, operation, records_of(package, operation))
            if wrong:
                raise PackageRefused(wrong)
        caller = incoming.caller = enter(session, call, sender, context)
        if operation.refusal is not None:
            raise Permanent(operation.refusal, "Метод устарел")
        if operation.quiet:
            check_quiet_hours(context.options(session), context.clock.now())
        body_hash = content_hash(package, header)
        records, who = records_of(package, operation), Sender(caller, sender)
        registered = directory(session, context)
        check_records(registered, operation, package, records, who)
        envelope = self._envelope(who, operation, records, registered, context)
        envelope.findings = package_findings(package, operation, records)
        envelope.sender_packet_id = guid
        envelope.scope = operation.name
        envelope.body_hash = body_hash
        envelope.stored = blank_elements(incoming.raw, SECRETS)
        envelope.properties = {"login": caller.login, "message_id": guid}
        return envelope

    def _envelope(
        self,
        sender: Sender,
        operation: PacketOperation,
        records: Sequence[etree._Element],
        registered: Directory,
        context: HubContext,
    ) -> Envelope:
        caller, kept = sender.caller, list(records)
        against = too_long(operation, kept)
        spelling = context.catalog.spelling(self.name, operation.name)
        return Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=operation.name,
            as_of=context.clock.today(),
            sender_codes=codes_of_sender(registered, operation, sender),
            kind=spelling.kind if spelling else None,
            spelling=spelling,
            elements=kept,
            clinic_scheme="dcexchange",
            for_anybody=caller.for_anybody,
            record_findings=against,
        )

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Read a stored call again; its credentials were blanked, so its sender is taken as stored."""
        document = parse_document(stored_bytes(session, packet.id, RAW))
        call = next(one for one in document.iter(f"{{{NAMESPACE}}}{packet.operation}"))
        operation = PACKETS[packet.operation]
        package = find(call, "orderpack")
        records = records_of(package, operation) if package is not None else []
        header = find(package, "p10_packinf") if package is not None else None
        code = child_text(header, "p11_pakagesender") if header is not None else ""
        sender = Sender(stored_caller(session, packet), code)
        envelope = self._envelope(sender, operation, records, directory(session, context), context)
        envelope.findings = package_findings(package, operation, records) if package is not None else []
        envelope.as_of = packet.as_of or envelope.as_of
        envelope.sender_packet_id = packet.sender_packet_id
        return envelope

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read every record of the call; what the contract never finished has none.

        A package with errors of its own is read and checked for the protocol, but none of its records is applied.
        """
        items = items_of(read_elements(envelope)) if envelope.spelling else []
        _add_findings(items, envelope.record_findings)
        if any(one.is_error for one in envelope.findings):
            for item in items:
                item.findings.append(finding(F.REJECTED_WITH_PACKET))
        return items

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Say which records have errors, and what there is to tell: attachments found or ended, statuses."""
        operation = PACKETS[batch.envelope.operation]
        errors = self._errors(batch.items, operation, directory(session, context))
        whole = [(code, one.text) for one in batch.findings if (code := self._said(one, operation)) is not None]
        code = operation.on_errors if errors else codes.PACKET_ERRORS if whole else self._success(batch)
        sender = str(batch.options[SENDER_CODE])
        response = packet_response(operation, batch.envelope.sender_packet_id, code, context, sender=sender)
        write_errors(response.protocol, [*([(WHOLE_PACKAGE, whole)] if whole else []), *errors])
        if response.listed is not None and operation.told:
            response.listed.extend(written_told(batch, operation.told_as, context))
        elif response.listed is not None:
            response.listed.extend(attachments.written(session, batch, context))
        return Answer(str(code), response.wrapper, serialize(response.wrapper))

    def _success(self, batch: Batch) -> int:
        """Return the code of a package without errors: an effect may have left one of its own."""
        return next((int(code) for item in batch.items if (code := item.answer.get("code"))), codes.OK)

    def _errors(self, items: Sequence[Item], operation: PacketOperation, registered: Directory) -> Told:
        """Return number, code and text of what the client must see, by record."""
        found: Told = []
        lookup = operation.not_found
        for number, of_record in grouped(items):
            told = [
                (code, record_text(one, item, registered))
                for item in of_record
                for one in item.findings
                if not (operation.numbered and one.code is F.NUMBER_REPEATED)
                and (code := self._said(one, operation)) is not None
                and (one.is_error or one.code in codes.PRINTED_NOTES)
            ]
            if lookup is not None and not attachments.is_told(of_record) and all(code != lookup for code, _ in told):
                told.insert(0, (lookup, "Прикрепление не найдено"))
            if told:
                found.append((number if lookup is None else "-1", told))
        return found

    def _said(self, one: Finding, operation: PacketOperation) -> int | None:
        """Return the operation's own number of a finding, else the contract's."""
        for key in ((one.code, one.field), one.code):
            if key in operation.said:
                return operation.said[key]
        return self.spoken(one)

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Refuse the package with its code; never a fault for an error of business."""
        if incoming.operation in FAILED_NUMBERS:
            return _number(incoming.operation, *FAILED_NUMBERS[incoming.operation])
        listed = LISTS.get(incoming.operation)
        if listed is not None:
            return refused_list(listed, refusal, context, self._sender(context), incoming.element)
        operation = PACKETS.get(incoming.operation)
        if operation is None:
            raise refusal
        code = codes.PACKET_CODES.get(F(refusal.code), FAILURES[operation.family])
        of_package = refusal.findings if isinstance(refusal, PackageRefused) else ()
        code = codes.PACKET_ERRORS if of_package else code
        words = refusal_text(code, refusal)
        text = "" if code in codes.IN_THE_PROTOCOL else words
        guid = str(incoming.properties.get("message_id") or "")
        response = packet_response(operation, guid, code, context, sender=self._sender(context), refused=text)
        response.message.text = words if not of_package else codes.PACKET_TEXTS[code]
        told = [(found, one.text) for one in of_package if (found := self._said(one, operation)) is not None]
        write_errors(response.protocol, [(WHOLE_PACKAGE, told)] if told else [])
        return Answer(str(code), response.wrapper, serialize(response.wrapper))

    def _sender(self, context: HubContext) -> str:
        """Return the fund's own code from what was read last: the database may be what is away."""
        return str(context.remembered.last("options", codes.DEFAULT_OPTIONS)[SENDER_CODE])

    def again(self, stored: bytes, packet: Packet, context: HubContext) -> Answer:
        """Give the stored answer with the present moment in its header."""
        if not stored:
            incoming = Incoming("soap", self.name, packet.operation, properties=dict(packet.properties))
            return self.refuse(incoming, Permanent(F.INTERNAL_FAULT, ""), context)
        wrapper = parse_document(stored)
        moment = next(wrapper.iter("p10_pakagedate"), None)
        if moment is not None:
            moment.text = write_moment(context.clock.now())
        return Answer("", wrapper, stored)


def _add_findings(items: Sequence[Item], against: Mapping[int, Finding]) -> None:
    """Give the items of an element what the gate has against it."""
    place = -1
    for item in items:
        place += item.answer.get("of_same_record") is None
        found = against.get(place)
        if found is not None:
            item.findings.append(found)


def _number(operation: str, element: str, value: int) -> Answer:
    wrapper = wrapper_of(operation)
    etree.SubElement(wrapper, element).text = str(value)
    return Answer(str(value), wrapper, serialize(wrapper))
