"""The attachment query GetAttach (identification contract, clause 3)."""

from __future__ import annotations

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.checks.snils import format_snils
from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch, Incoming
from registry.exchange.dialects.uir import QueryDialect
from registry.exchange.queries.organisations import organisation_names
from registry.insured.kinds.methods import BY_APPLICATION
from registry.insured.operations.attachment_rows import attachments_of
from registry.insured.rules.attachment import AttachmentState

NAMESPACE = "urn:tfoms-hub:attach:1"
FOUND, FAILURE, BAD_VALUE, NOT_FOUND = 0, 1, 4, 5
TEXTS = {
    FAILURE: "Не получены данные из-за системного сбоя",
    BAD_VALUE: "Недопустимое значение параметра",
    NOT_FOUND: "Не найдены данные с запрошенными параметрами",
}
CODES: dict[F | tuple[F, str], int | None] = {
    F.INSUFFICIENT_DATA: BAD_VALUE,
    F.ENP_WRONG: BAD_VALUE,
    F.PERSON_NOT_FOUND: NOT_FOUND,
    F.PERSON_ANNULLED: NOT_FOUND,
    F.SEVERAL_CANDIDATES: NOT_FOUND,
    F.PERSON_UNDER_REVIEW: NOT_FOUND,
    F.IDENTITY_CONFLICT: NOT_FOUND,
    F.PERSON_DEAD: None,
    F.NOT_INSURED: None,
    F.INSURED_ELSEWHERE: None,
    F.UNAVAILABLE: FAILURE,
    F.INTERNAL_FAULT: FAILURE,
    F.FOUND_WITH_DIFFERENCES: None,
    F.RECORD_MERGED: None,
    F.OTHER_POLICY_VALID: None,
    F.INSURANCE_CHANGED_IN_PERIOD: None,
}


class GetAttach(QueryDialect):
    """``return`` 0 with attachments, or the number of what went wrong with a text."""

    name = "getattach"
    codes = CODES
    namespace = NAMESPACE

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Tell the attachment on the date, or all periods newest first when the history is asked for."""
        item = batch.items[0]
        code, text = self._error(item)
        if code is not None:
            return _response(code, text)
        rows = _rows(session, item, batch)
        if not rows:
            return _response(NOT_FOUND, TEXTS[NOT_FOUND])
        names = organisation_names(session, {row.clinic_code for row in rows})
        answer = _response(FOUND, "")
        assert answer.element is not None  # noqa: S101 - _response has just made it
        for row in rows:
            _tell(answer.element, row, names.get(row.clinic_code, ""))
        answer.body = serialize(answer.element)
        return answer

    def _error(self, item: Item) -> tuple[int | None, str]:
        """Death or the end of insurance do not hide where a person was attached."""
        for one in item.findings:
            if not one.is_error:
                continue
            code = self.spoken(one) if one.code in CODES else BAD_VALUE
            if code is not None:
                place = one.place.rpartition("/")[2]
                return code, f"{TEXTS[code]}: [{place}]" if code == BAD_VALUE and place else TEXTS[code]
        return None, ""

    def refuse(self, incoming: Incoming, refusal: Permanent, context: HubContext) -> Answer:
        """Refuse by number; what is no business of the contract is a fault of the channel."""
        code = CODES.get(F(refusal.code))
        if code is None:
            raise refusal
        return _response(code, TEXTS[code])


def _rows(session: Session, item: Item, batch: Batch) -> list[AttachmentState]:
    found = item.identification
    if found is None or found.person_id is None:
        return []
    history = attachments_of(session, [found.person_id]).get(found.person_id, [])
    if item.record.values.get("history"):
        return sorted(history, key=lambda row: row.valid_from, reverse=True)
    period = item.kind.period
    on = period(item.record, batch.as_of)[0] if period else batch.as_of
    return [row for row in history if row.valid_from <= on <= row.valid_to]


def _response(code: int, text: str) -> Answer:
    wrapper = etree.Element(f"{{{NAMESPACE}}}GetAttachResponse", nsmap={"a": NAMESPACE})
    _add(wrapper, "return", str(code))
    if text:
        _add(wrapper, "text", text)
    return Answer(str(code), wrapper, serialize(wrapper))


def _add(parent: etree._Element, name: str, text: object) -> None:
    if text not in (None, ""):
        etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = str(text)


def _tell(wrapper: etree._Element, row: AttachmentState, name: str) -> None:
    block = etree.SubElement(wrapper, f"{{{NAMESPACE}}}attach")
    _add(block, "MOCode", row.clinic_code)
    _add(block, "MOName", name)
    _add(block, "SubdivCode", row.building)
    _add(block, "AttachType", 2 if row.method in BY_APPLICATION else 1)
    _add(block, "AreaType", row.area_type)
    _add(block, "Section", row.district_code)
    _add(block, "DateBegin", row.valid_from.isoformat())
    _add(block, "DateEnd", "" if row.is_open else row.valid_to.isoformat())
    _add(block, "DoctorSnils", format_snils(row.doctor_snils))
    _add(block, "DetachReason", row.end_reason)
