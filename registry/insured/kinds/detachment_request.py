"""A notice from one clinic to another: the person is attached to us now, please detach."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.identification import FINDINGS_OF_IDENTIFICATION, PERSON_BLOCK
from registry.insured.kinds.person import Person
from registry.insured.operations.request_detachments import request_detachments
from registry.insured.rules.detachment_request_checks import DETACHMENT_REQUEST_CHECKS


class DetachmentRequest(Person):
    """Who asks whom about which person, under which number and day of the sender."""

    source = FieldSpec(str, "МО, направившая уведомление", book="F032", absent=F.ORGANISATION_ABSENT)
    target = FieldSpec(str, "МО, которой надлежит открепить", book="F032", absent=F.ORGANISATION_ABSENT)
    notice_number = FieldSpec(str, "Номер уведомления")
    notice_date = FieldSpec(date, "Дата уведомления", wrong=F.DATE_WRONG)


def notice_day(record: DetachmentRequest, as_of: date) -> tuple[date, date | None]:
    """A notice is about a person as known today."""
    return as_of, None


DETACHMENT_REQUEST = MessageKind(
    "detachment_request",
    "Уведомление об откреплении",
    DetachmentRequest,
    unit=Unit.PACKET,
    checks=DETACHMENT_REQUEST_CHECKS,
    effect=request_detachments,
    period=notice_day,
    tolerates=frozenset(("dead", "not_insured", "elsewhere")),
    codes=FINDINGS_OF_IDENTIFICATION
    | PERSON_BLOCK
    | {
        F.VALUE_MALFORMED,
        F.VALUE_TOO_LONG,
        F.ORGANISATION_ABSENT,
        F.ORGANISATION_UNKNOWN,
        F.FOREIGN_ORGANISATION,
        F.NUMBER_REPEATED,
        F.DATE_WRONG,
    },
)
