"""УИР-compatible identification: GetMedInsState and GetMedInsState2 (identification contract, clause 2)."""

from __future__ import annotations

from datetime import date

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.core.spellings import local_name
from registry.exchange.access import Caller
from registry.exchange.codecs.xml import parse_document, serialize
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Dialect, Envelope, Incoming
from registry.exchange.dialects.reading import items_of, read_elements, stored_caller
from registry.exchange.stages.admit import hash_of
from registry.exchange.tables import Packet
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.spellings.codes import f008_of

NAMESPACE = "http://uir.ffoms.ru"
ACCEPTED, ERROR, REFUSED = "AA", "AE", "AR"
TEXTS = {
    10: "Недостаточно данных для поиска",
    11: "Недопустимое значение",
    12: "Нет права на запрос",
    20: "На указанную дату СП гражданина в СРЗ не определена",
    21: "Застрахованное лицо не найдено",
    22: "Найдено более одного застрахованного лица, уточните запрос",
    23: "Идентификаторы и персональные данные не согласованы",
    24: "Личность уточняет оператор фонда, повторите запрос позже или укажите ЕНП, СНИЛС, документ",
    30: "Сервис временно недоступен",
}
REFUSALS = frozenset((10, 11, 12, 30))
ELEMENTS = {"GetMedInsState": "UIRRequest", "GetMedInsState2": "UIRRequest2"}

CODES: dict[F | tuple[F, str], int | None] = {
    F.INSUFFICIENT_DATA: 10,
    F.ENP_WRONG: 11,
    F.NOT_INSURED: 20,
    F.PERSON_DEAD: 20,
    F.INSURED_ELSEWHERE: 20,
    F.PERSON_NOT_FOUND: 21,
    F.PERSON_ANNULLED: 21,
    F.SEVERAL_CANDIDATES: 22,
    F.PERSON_UNDER_REVIEW: 24,
    F.IDENTITY_CONFLICT: 23,
    F.UNAVAILABLE: 30,
    F.INTERNAL_FAULT: 30,
    F.NOT_PERMITTED: 12,
    F.FOUND_WITH_DIFFERENCES: None,
    F.RECORD_MERGED: None,
    F.OTHER_POLICY_VALID: None,
    F.INSURANCE_CHANGED_IN_PERIOD: None,
}
MALFORMED = 11
# insurance began with the law of 1993 and is not known ahead (identification contract, clause 1.1)
FIRST_DAY = date(1993, 1, 1)


class QueryDialect(Dialect):
    """A contract whose every call is one question about one person, without a packet id of its own."""

    namespace = ""

    def gate(self, session: Session, incoming: Incoming, context: HubContext) -> Envelope:
        """Take any question of a caller the channel has let in."""
        if incoming.caller is None:
            raise Permanent(F.NOT_PERMITTED, TEXTS[12])
        if incoming.element is None:
            raise Permanent(F.STRUCTURE_WRONG, "Тело запроса пусто")
        return self._envelope(incoming.element, incoming.caller, incoming.operation, incoming.raw, context)

    def reopen(self, session: Session, packet: Packet, context: HubContext) -> Envelope:
        """Read a stored question again, as of the day it was asked."""
        raw = stored_bytes(session, packet.id, RAW)
        name = self._element_name(packet.operation)
        element = next(one for one in parse_document(raw).iter() if local_name(one) == name)
        envelope = self._envelope(element, stored_caller(session, packet), packet.operation, raw, context)
        envelope.as_of = packet.as_of or envelope.as_of
        return envelope

    def items(self, envelope: Envelope, session: Session, packet: Packet, start: int, limit: int) -> list[Item]:
        """Read the question; one about a day nobody can be asked about is refused, never answered for another day."""
        items = items_of(read_elements(envelope))
        for item in items:
            on = item.record.__dict__.get("on")
            if on is not None and not FIRST_DAY <= on <= envelope.as_of:
                expected = f"от {FIRST_DAY:%d.%m.%Y} до {envelope.as_of:%d.%m.%Y}"
                item.findings.append(finding(F.DATE_WRONG, field="on", value=on, expected=expected))
        return items

    def _element_name(self, operation: str) -> str:
        return operation

    def _envelope(
        self, element: etree._Element, caller: Caller, operation: str, raw: bytes, context: HubContext
    ) -> Envelope:
        spelling = context.catalog.spelling(self.name, self._element_name(operation))
        if spelling is None or local_name(element) != spelling.root:
            raise Permanent(F.KIND_UNKNOWN, f"Операция {operation} не обслуживается")
        return Envelope(
            caller=caller,
            sender_id=caller.organisation_id,
            operation=operation,
            as_of=context.clock.today(),
            sender_codes=caller.codes,
            kind=spelling.kind,
            spelling=spelling,
            elements=[element],
            body_hash=hash_of(raw),
            stored=raw,
            properties={"login": caller.login},
        )


class Uir(QueryDialect):
    """Ack, Err and the answer block of the УИР gateway."""

    name = "uir"
    codes = CODES
    operations = frozenset(ELEMENTS)
    namespace = NAMESPACE

    def _element_name(self, operation: str) -> str:
        return ELEMENTS.get(operation, operation)

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Tell person and insurance, or the one error that decides."""
        item = batch.items[0]
        found: Identification | None = item.identification
        code, text = self._error(item)
        if code is None and (found is None or found.outcome is IdentificationOutcome.ELSEWHERE):
            code, text = 20, TEXTS[20]
        if code is not None:
            return self._refusal(code, text)
        assert found is not None  # noqa: S101 - without a person there is an error
        response = etree.Element(f"{{{NAMESPACE}}}UIRResponse", nsmap={"u": NAMESPACE})
        _add(response, "Ack", ACCEPTED)
        _tell(etree.SubElement(response, f"{{{NAMESPACE}}}UIRQueryResponse"), found)
        return Answer(ACCEPTED, response, serialize(response))

    def _error(self, item: Item) -> tuple[int | None, str]:
        for one in item.findings:
            if not one.is_error:
                continue
            if one.code in CODES:
                code = self.spoken(one)
                return code, TEXTS[code or 20] if code != MALFORMED else f"{TEXTS[MALFORMED]}: {_place(one.place)}"
            return MALFORMED, f"{TEXTS[MALFORMED]}: {_place(one.place)}"
        return None, ""

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Refuse in the contract's form; what is no business of it is a fault of the channel."""
        code = CODES.get(F(refusal.code))
        if code is None:
            raise refusal
        return self._refusal(code, TEXTS[code])

    def _refusal(self, code: int, text: str) -> Answer:
        response = etree.Element(f"{{{NAMESPACE}}}UIRResponse", nsmap={"u": NAMESPACE})
        _add(response, "Ack", REFUSED if code in REFUSALS else ERROR)
        error = etree.SubElement(response, f"{{{NAMESPACE}}}Err")
        _add(error, "ErrCode", str(code))
        _add(error, "ErrText", text)
        return Answer(str(code), response, serialize(response))


def _place(path: str) -> str:
    return path.rpartition("/")[2] or path


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def _tell(block: etree._Element, found: Identification) -> None:
    person = etree.SubElement(block, f"{{{NAMESPACE}}}Person")
    _add(person, "MainENP", found.enp)
    _add(person, "RegionalENP", found.enp)
    insured = found.insurance
    if insured is None:
        return
    block = etree.SubElement(block, f"{{{NAMESPACE}}}Insurance")
    if insured.insurer_ogrn:
        _add(block, "MedInsCompanyId", insured.insurer_ogrn)
    if insured.okato:
        _add(block, "InsRegion", insured.okato)
    if insured.valid_from:
        _add(block, "StartDate", insured.valid_from.isoformat())
    if insured.valid_to:
        _add(block, "EndDate", insured.valid_to.isoformat())
    kind = f008_of(insured.policy_type)
    if kind is not None:
        _add(block, "InsType", str(kind))
    number = insured.policy_number or insured.enp
    _add(block, "InsId", f"{insured.policy_series} № {number}" if kind == 1 and insured.policy_series else number)
