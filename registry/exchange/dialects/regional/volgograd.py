"""Volgograd style: three questions, blocks that are nil when there is nothing (identification contract, clause 5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.exchange.codecs.xml import serialize
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Answer, Batch
from registry.exchange.dialects.regional.base import Regional, found_in, policy_text
from registry.exchange.dialects.uir import ACCEPTED, ERROR, MALFORMED, REFUSALS, REFUSED, TEXTS
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.spellings.codes import f008_of

TEMPURI = "http://tempuri.org/"
CONTENT = "http://schemas.datacontract.org/2004/07/InsuranceAffilation"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NOT_INSURED = 20


class Volgograd(Regional):
    """The acknowledgements and error numbers are those of the federal form."""

    name = "volgograd"

    def answer(self, session: Session, batch: Batch, context: HubContext) -> Answer:
        """Person, insurance and attachment, or the error with every other block nil."""
        item, name = batch.items[0], batch.envelope.operation
        found = found_in(item)
        code = self._error(item)
        if code is None and (found is None or found.outcome is IdentificationOutcome.ELSEWHERE):
            code = NOT_INSURED
        nsmap = {"t": TEMPURI, "a": CONTENT, "i": XSI}
        wrapper = etree.Element(f"{{{TEMPURI}}}{name}Response", nsmap=nsmap)
        result = etree.SubElement(wrapper, f"{{{TEMPURI}}}{name}Result")
        acknowledged = ACCEPTED if code is None else REFUSED if code in REFUSALS else ERROR
        etree.SubElement(result, f"{{{CONTENT}}}Ack").text = acknowledged
        _block(result, "Err", {"ErrCode": str(code), "ErrText": TEXTS[code]} if code is not None else {})
        told = found if code is None else None
        _block(result, "Person", _person(told))
        _block(result, "Insurance", _insurance(told))
        _block(result, "MedicalCare", _care(told))
        return Answer(str(code) if code is not None else ACCEPTED, wrapper, serialize(wrapper))

    def _error(self, item: Item) -> int | None:
        for one in item.findings:
            if one.is_error:
                code = self.spoken(one) if self.says(F(one.code)) else MALFORMED
                return code or NOT_INSURED
        return None


def _person(found: Identification | None) -> dict[str, Any]:
    return {"MainENP": found.enp, "RegionalENP": found.enp} if found is not None else {}


def _insurance(found: Identification | None) -> dict[str, Any]:
    insured = found.insurance if found is not None else None
    if insured is None:
        return {}
    number = insured.policy_number or insured.enp
    return {
        "MedInsCompanyId": insured.insurer_ogrn,
        "InsRegion": insured.okato,
        "StartDate": _moment(insured.valid_from),
        "EndDate": _moment(insured.valid_to),
        "InsType": f008_of(insured.policy_type),
        "InsId": policy_text(insured.policy_type, insured.policy_series, number),
    }


def _care(found: Identification | None) -> dict[str, Any]:
    attached = found.attachment if found is not None else None
    if attached is None:
        return {}
    return {
        "LPU": attached.clinic_code,
        "LPUDT": _moment(attached.valid_from),
        "LPUDX": _moment(attached.valid_to),
        "LPUDU": _moment(attached.applied_on),
        "SUBDIV": attached.building,
        "SS_DOCTOR": attached.doctor_snils,
    }


def _moment(day: date | None) -> str:
    return f"{day.isoformat()}T00:00:00" if day is not None else ""


def _block(parent: etree._Element, name: str, values: Mapping[str, Any]) -> None:
    """A block with its elements; both are nil, never left out, when there is nothing to say."""
    block = etree.SubElement(parent, f"{{{CONTENT}}}{name}")
    if not values:
        block.set(f"{{{XSI}}}nil", "true")
    for key, value in values.items():
        element = etree.SubElement(block, f"{{{CONTENT}}}{key}")
        if value in (None, ""):
            element.set(f"{{{XSI}}}nil", "true")
        else:
            element.text = str(value)
