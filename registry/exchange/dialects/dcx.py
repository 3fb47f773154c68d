"""DCExchangeSrv: the deployed contract of attachment and hospitalisation, wire-compatible (its clauses 2, 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.forms import write_moment
from registry.core.outcomes import Item, PacketStatus
from registry.core.spellings import local_name
from registry.exchange.access import Caller, check_password
from registry.exchange.codecs.xml import blank_elements, parse_document, serialize
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects import dcx_attachments, dcx_codes
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming, grouped
from registry.exchange.dialects.reading import child_text, find, items_of, read_elements, stored_caller
from registry.exchange.stages.admit import hash_of, new_guid
from registry.exchange.tables import Packet

NAMESPACE = "http://main.dce/"
SHORTEST_GUID = 10
SECRETS = frozenset((b"password", b"oldpassword"))


@dataclass(frozen=True, slots=True)
class DcxOperation:
    """One operation with ``orderpack``: where its records stand, what it answers in, which first checks it has.

    ``owner`` is the element of a record that names the clinic; ``within_legal_entity`` asks for the same legal entity
    instead of the sender itself (contract, clause 2.1, step 4).
    """

    name: str
    records: str
    result: str
    owner: str = ""
    within_legal_entity: bool = False
    limited: bool = True


OPERATIONS = {
    one.name: one
    for one in (
        DcxOperation("GetAttachInformation", "", "responcepack", limited=False),
        DcxOperation("MakeAttachAction", "p11_atachlist", "orderpack", "p11_mocd"),
        DcxOperation("MakeDeAttachActionCancel", "p11_atachlist", "orderpack", "p11_mocd"),
        DcxOperation("MakeDeAttachAction", "p11_deatachlist", "orderpack", "p15_mo", within_legal_entity=True),
    )
}
TEST_CONNECT = "MakeTestConnect"


class DcExchange(Dialect):
    """The contract's order of checks, its codes 1000–9999 and its answers."""

    name = "dcx"
    codes = dcx_codes.RECORD_CODES

    def query(self, session: Session, incoming: Incoming, context: HubContext) -> Answer | None:
        """MakeTestConnect has no arguments and says whether the database answers."""
        if incoming.operation != TEST_CONNECT:
            return None
        wrapper = etree.Element(f"{{{NAMESPACE}}}{TEST_CONNECT}Response", nsmap={"n": NAMESPACE})
        etree.SubElement(wrapper, "retresult").text = "1"
        return Answer("1", wrapper)

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Check guid, sender, credentials and the limits of the operation, in this order."""
        operation = OPERATIONS.get(incoming.operation)
        if operation is None or incoming.element is None:
            raise Permanent(F.KIND_UNKNOWN, f"Операция {incoming.operation} не обслуживается")
        call = incoming.element
        package = find(call, "orderpack")
        if package is None:
            raise Permanent(F.PACKET_ID_WRONG, "Отсутствует orderpack", place="orderpack")
        header = find(package, "p10_packinf")
        if header is None:
            raise Permanent(F.HEADER_ABSENT, "Отсутствует заголовок пакета", place="orderpack/p10_packinf")
        guid, sender = child_text(header, "p12_pakageguid"), child_text(header, "p11_pakagesender")
        incoming.properties["message_id"] = guid
        _check_identity(guid, sender, child_text(call, "sendercode"))
        caller = _enter(session, call, sender, context)
        records = _records(package, operation)
        _check_records(session, operation, records, caller, context)
        envelope = Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=operation.name,
            as_of=context.clock.today(),
            sender_codes=caller.codes,
            spelling=context.catalog.spelling(self.name, operation.name),
            elements=records,
            sender_packet_id=guid,
            scope=operation.name,
            body_hash=hash_of(etree.tostring(package, method="c14n")),
            stored=blank_elements(incoming.raw, SECRETS),
            clinic_scheme="dcexchange",
            for_anybody=caller.for_anybody,
            properties={"login": caller.login, "guid": guid},
        )
        envelope.kind = envelope.spelling.kind if envelope.spelling else None
        return envelope

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Read a stored call again; its credentials were blanked, so its sender is taken as stored."""
        document = parse_document(stored_bytes(session, packet.id, RAW))
        call = next(one for one in document.iter(f"{{{NAMESPACE}}}{packet.operation}"))
        operation = OPERATIONS[packet.operation]
        package = find(call, "orderpack")
        caller = stored_caller(session, packet)
        envelope = Envelope(
            caller=caller,
            sender_id=packet.organisation_id,
            operation=packet.operation,
            as_of=packet.as_of or context.clock.today(),
            sender_codes=caller.codes,
            spelling=context.catalog.spelling(self.name, packet.operation),
            elements=_records(package, operation) if package is not None else (),
            clinic_scheme="dcexchange",
            for_anybody=caller.for_anybody,
        )
        envelope.kind = envelope.spelling.kind if envelope.spelling else None
        return envelope

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read every record of the call."""
        return items_of(read_elements(envelope))

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Say which records have errors, and which attachments were found or ended."""
        operation = OPERATIONS[batch.envelope.operation]
        errors = self._errors(batch.items, operation)
        code = dcx_codes.RECORD_ERRORS if errors else dcx_codes.OK
        wrapper, package = _response(operation, batch.envelope.sender_packet_id, code, "", context, session)
        protocol = find(package, "p10_packrespinf/r12_orerl")
        assert protocol is not None  # noqa: S101 - _response has just made it
        _write_errors(protocol, errors)
        attachments = find(package, "p11_atachlist")
        assert attachments is not None  # noqa: S101 - _response has just made it
        for element in dcx_attachments.written(session, batch, context):
            attachments.append(element)
        return Answer(str(code), wrapper, serialize(wrapper))

    def _errors(self, items: Sequence[Item], operation: DcxOperation) -> list[tuple[str, list[tuple[int, str]]]]:
        """Return number, code and text of what the client must see, by record."""
        found = []
        lookup = operation.name == "GetAttachInformation"
        for number, of_record in grouped(items):
            told: list[tuple[int, str]] = []
            for item in of_record:
                for one in item.findings:
                    code = self.spoken(one)
                    if code is not None and (one.is_error or one.code in dcx_codes.PRINTED_NOTES):
                        told.append((dcx_codes.NOTHING_FOUND if lookup else code, one.text))
            if lookup and not told and not dcx_attachments.has_attachment(of_record):
                told.append((dcx_codes.NOTHING_FOUND, "Прикрепление не найдено"))
            if told:
                found.append(("-1" if lookup else number, told))
        return found

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Refuse the packet with its code; never a fault for an error of business."""
        operation = OPERATIONS.get(incoming.operation)
        if operation is None:
            raise refusal
        code = dcx_codes.PACKET_CODES.get(F(refusal.code), dcx_codes.FAILURE)
        guid = str(incoming.properties.get("message_id") or incoming.properties.get("guid") or "")
        text = dcx_codes.PACKET_TEXTS[code]
        wrapper, _ = _response(operation, guid, code, text, context)
        return Answer(str(code), wrapper, serialize(wrapper))

    def again(self, stored: bytes, packet: Packet, context: HubContext) -> Answer:
        """Give the stored answer with the present moment in its header."""
        if packet.status == PacketStatus.PARKED.value or not stored:
            incoming = Incoming("soap", self.name, packet.operation, properties=dict(packet.properties))
            return self.refuse(incoming, Permanent(F.INTERNAL_FAULT, ""), context)
        wrapper = parse_document(stored)
        for moment in wrapper.iter("p10_pakagedate"):
            moment.text = write_moment(context.clock.now())
            break
        return Answer("", wrapper, stored)


def _check_identity(guid: str, sender: str, sender_code: str) -> None:
    if not guid:
        raise Permanent(F.HEADER_ABSENT, "Отсутствует GUID пакета", place="p12_pakageguid")
    if len(guid) < SHORTEST_GUID:
        raise Permanent(F.PACKET_ID_WRONG, "GUID пакета короче 10 знаков", place="p12_pakageguid", value=guid)
    if not sender:
        raise Permanent(F.HEADER_ABSENT, "Отсутствует код отправителя", place="p11_pakagesender")
    if sender != sender_code:
        raise Permanent(
            F.PACKET_SENDER_WRONG, "Владелец пакета не совпадает с отправителем", place="sendercode", value=sender_code
        )


def _enter(session: Session, call: etree._Element, sender: str, context: HubContext) -> Caller:
    """The login must be right and belong to the organisation whose code the packet bears."""
    login, password = child_text(call, "username"), child_text(call, "password", strip=False)
    caller = check_password(session, login, password, context) if login and password else None
    if caller is None or not dcx_attachments.owns_code(session, caller, sender):
        raise Permanent(F.CREDENTIALS_WRONG, "Неверны имя пользователя или пароль", place="username")
    return caller


def _records(package: etree._Element, operation: DcxOperation) -> list[etree._Element]:
    if not operation.records:
        found = find(package, "p11_pr")
        return [found] if found is not None else []
    wrapper = find(package, operation.records)
    return [child for child in wrapper if local_name(child)] if wrapper is not None else []


def _check_records(
    session: Session,
    operation: DcxOperation,
    records: Sequence[etree._Element],
    caller: Caller,
    context: HubContext,
) -> None:
    """Step 4 of the contract: limits and, by the first record, whose packet it is."""
    most = int(context.options(session)["dcx_records"])
    if not operation.limited:
        if not records:
            raise Permanent(F.PACKET_EMPTY, "Не указано лицо", place="p11_pr")
        return
    if len(records) > most:
        raise Permanent(F.TOO_MANY_RECORDS, "Слишком много записей в пакете", value=str(len(records)))
    if not records:
        raise Permanent(F.PACKET_EMPTY, "В пакете нет записей", place=operation.records)
    if _repetitions(records[0]) > most:
        raise Permanent(F.TOO_MANY_RECORDS, "Слишком много прикреплений в записи", place="p13_orcl")
    owner = child_text(records[0], operation.owner)
    if not owner or (not operation.within_legal_entity and owner != child_text_of_sender(records[0])):
        raise Permanent(F.FOREIGN_ORGANISATION, "Код владельца не соответствует отправителю", place=operation.owner)
    if operation.within_legal_entity and not dcx_attachments.same_legal_entity(session, caller, owner):
        raise Permanent(
            F.LEGAL_ENTITY_FOREIGN, "Операция допустима только в пределах юридического лица", place=operation.owner
        )


def child_text_of_sender(record: etree._Element) -> str:
    """Return the sender's code of the package a record belongs to."""
    wrapper = record.getparent()
    package = wrapper.getparent() if wrapper is not None else None
    header = find(package, "p10_packinf") if package is not None else None
    return child_text(header, "p11_pakagesender") if header is not None else ""


def _repetitions(record: etree._Element) -> int:
    return sum(1 for child in record if local_name(child) == "p13_orcl")


def _response(
    operation: DcxOperation,
    guid: str,
    code: int,
    refusal: str,
    context: HubContext,
    session: Session | None = None,
) -> tuple[etree._Element, etree._Element]:
    """Return the wrapper and the package of a response; list elements are always there, an error text only then."""
    sender = str(context.options(session)["dcx_sender_code"]) if session is not None else _sender(context)
    wrapper = etree.Element(f"{{{NAMESPACE}}}{operation.name}Response", nsmap={"n": NAMESPACE})
    package = etree.SubElement(wrapper, operation.result)
    inner = etree.SubElement(package, "p10_packrespinf")
    header = etree.SubElement(inner, "r10_packinf")
    etree.SubElement(header, "p10_pakagedate").text = write_moment(context.clock.now())
    etree.SubElement(header, "p11_pakagesender").text = sender
    etree.SubElement(header, "p12_pakageguid").text = new_guid()
    etree.SubElement(header, "p13_zerrpkg").text = "-1" if refusal else "0"
    if refusal:
        etree.SubElement(header, "p14_errmsg").text = refusal
    result = etree.SubElement(inner, "r11_rsinf")
    if guid:
        etree.SubElement(result, "pakageGUIDSrc").text = guid
    etree.SubElement(result, "r10_responcecode").text = str(code)
    etree.SubElement(result, "responceMessage").text = dcx_codes.PACKET_TEXTS[code]
    etree.SubElement(inner, "r12_orerl")
    etree.SubElement(package, "p11_atachlist")
    return wrapper, package


def _sender(context: HubContext) -> str:
    """Return the fund's code without asking the database, which may be what is away."""
    remembered = context.remembered.get("dcx_sender_code", lambda: "9007", seconds=0.0)
    return str(remembered)


def _write_errors(protocol: etree._Element, errors: Iterable[tuple[str, list[tuple[int, str]]]]) -> None:
    for number, told in errors:
        entry = etree.SubElement(protocol, "f10_orflker")
        etree.SubElement(entry, "f10_nzap").text = number if number.lstrip("-").isdigit() else "0"
        listed = etree.SubElement(entry, "f11_flkerrorList")
        for code, text in told:
            error = etree.SubElement(listed, "f10_flkerror")
            etree.SubElement(error, "e10_ecd").text = str(code)
            etree.SubElement(error, "e11_ems").text = text
            etree.SubElement(error, "e12_iguid").text = new_guid()
