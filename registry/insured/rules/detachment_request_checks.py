"""Record checks of notices between clinics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.person_checks import PERSON_CHECKS

if TYPE_CHECKING:
    from registry.insured.kinds.detachment_request import DetachmentRequest


LONGEST_NUMBER = 40


def clinics_are_known(record: DetachmentRequest, context: CheckContext) -> Iterator[Finding]:
    """Both clinics are registered, and the notice comes from the one that sends it."""
    for field, code in (("source", record.source), ("target", record.target)):
        if not code:
            yield finding(F.ORGANISATION_ABSENT, field=field)
        elif code not in context.known_codes:
            yield finding(F.ORGANISATION_UNKNOWN, field=field, value=code)
    if record.source and not context.for_anybody and record.source not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="source", value=record.source)


def notice_number_is_short(record: DetachmentRequest, context: CheckContext) -> Iterator[Finding]:
    """The sender's number of a notice is no longer than the registry keeps."""
    number = record.notice_number or ""
    if len(number) > LONGEST_NUMBER:
        title = type(record).fields["notice_number"].title
        expected = f"до {LONGEST_NUMBER} знаков"
        yield finding(F.VALUE_TOO_LONG, title, field="notice_number", value=number, expected=expected)


DETACHMENT_REQUEST_CHECKS = (*PERSON_CHECKS, clinics_are_known, notice_number_is_short)
