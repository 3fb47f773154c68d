"""Record checks of districts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.person_checks import snils_findings

if TYPE_CHECKING:
    from registry.insured.kinds.district import DistrictRecord


def clinic_is_the_senders(record: DistrictRecord, context: CheckContext) -> Iterator[Finding]:
    """A clinic describes its own districts only."""
    if not record.clinic:
        yield finding(F.ORGANISATION_ABSENT, field="clinic")
    elif not context.for_anybody and record.clinic not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="clinic", value=record.clinic, expected="код отправителя")


def days_follow_each_other(record: DistrictRecord, context: CheckContext) -> Iterator[Finding]:
    """A district is not closed before it is opened (amqp.md 5.5)."""
    if record.opened_on and record.closed_on and record.closed_on < record.opened_on:
        expected = f"не раньше {record.opened_on:%d.%m.%Y}"
        yield finding(F.DATE_ORDER, field="closed_on", value=record.closed_on, expected=expected)


def doctor_snils_is_right(record: DistrictRecord, context: CheckContext) -> Iterator[Finding]:
    """The СНИЛС of the doctor, when given, is a right one."""
    if record.doctor_snils:
        yield from snils_findings(record.doctor_snils, "doctor_snils", F.DOCTOR_SNILS_WRONG)


DISTRICT_CHECKS = (clinic_is_the_senders, days_follow_each_other, doctor_snils_is_right)
