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


def clinics_are_known(record: DetachmentRequest, context: CheckContext) -> Iterator[Finding]:
    """Both clinics are registered, and the notice comes from the one that sends it."""
    for field, code in (("source", record.source), ("target", record.target)):
        if not code:
            yield finding(F.ORGANISATION_ABSENT, field=field)
        elif code not in context.known_codes:
            yield finding(F.ORGANISATION_UNKNOWN, field=field, value=code)
    if record.source and not context.for_anybody and record.source not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="source", value=record.source)


DETACHMENT_REQUEST_CHECKS = (*PERSON_CHECKS, clinics_are_known)
