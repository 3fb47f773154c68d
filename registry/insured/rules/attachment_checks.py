"""Record checks of attachments and detachments that need nothing but the record and the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from registry.core.checks.dates import parse_date, working_days_after
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.kinds.methods import BY_APPLICATION
from registry.insured.rules.person_checks import PERSON_CHECKS, snils_findings

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment


def clinic_is_the_senders(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """A clinic reports attachments to itself and to its departments only (decisions, clause 2)."""
    if not record.clinic:
        yield finding(F.ORGANISATION_ABSENT, field="clinic")
    elif record.clinic not in context.known_codes:
        yield finding(F.ORGANISATION_UNKNOWN, field="clinic", value=record.clinic)
    elif not context.for_anybody and record.clinic not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="clinic", value=record.clinic, expected="код отправителя")


def attached_on_is_possible(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """An attachment needs a date, neither after the day of the data nor before the birth."""
    yield from _day(record.attached_on, "attached_on", record, context)


def detached_on_is_possible(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """A detachment needs a date, neither after the day of the data nor before the attachment."""
    yield from _day(record.detached_on, "detached_on", record, context)
    if record.detached_on and record.attached_on and record.detached_on < record.attached_on:
        yield finding(
            F.DATE_ORDER, field="detached_on", value=record.detached_on, expected=f"не раньше {record.attached_on}"
        )


def _day(value: date | None, field: str, record: Attachment, context: CheckContext) -> Iterator[Finding]:
    limit = min(context.as_of, context.today)
    if value is None:
        yield finding(F.DATE_ABSENT, type(record).fields[field].title, field=field)
    elif value > limit:
        yield finding(F.DATE_IN_FUTURE, field=field, value=value, expected=f"не позже {limit:%d.%m.%Y}")
    elif record.birth_date and value < record.birth_date <= context.today:
        yield finding(F.DATE_ORDER, field=field, value=value, expected="не раньше даты рождения")


def method_is_given(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """An attachment says how it came about, unless it only moves a person inside the clinic."""
    if record.method is None and not record.within_clinic:
        yield finding(F.METHOD_ABSENT, field="method")


def doctor_snils_is_right(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """The СНИЛС of the doctor, when given, is a right one."""
    if record.doctor_snils:
        yield from snils_findings(record.doctor_snils, "doctor_snils", F.DOCTOR_SNILS_WRONG)


def told_in_time(record: Attachment, context: CheckContext) -> Iterator[Finding]:
    """A clinic decides about an application and tells of it within the terms of the order, where the fund looks at it.

    The terms are settings: orders change them (rule 9).
    """
    options = context.options
    if not options.get("attachment_late_note") or record.method not in BY_APPLICATION or record.attached_on is None:
        return
    days = int(options.get("attachment_decision_days", 0)) + int(options.get("attachment_notice_days", 0))
    holidays = frozenset(filter(None, map(parse_date, options.get("holidays", ()))))
    limit = working_days_after(record.attached_on, days, holidays)
    if context.as_of > limit:
        yield finding(
            F.ATTACHMENT_TOLD_LATE, field="attached_on", value=record.attached_on, expected=f"не позже {limit:%d.%m.%Y}"
        )


ATTACHMENT_CHECKS = (
    *PERSON_CHECKS,
    told_in_time,
    clinic_is_the_senders,
    attached_on_is_possible,
    method_is_given,
    doctor_snils_is_right,
)
DETACHMENT_CHECKS = (*PERSON_CHECKS, clinic_is_the_senders, detached_on_is_possible)
CANCELLATION_CHECKS = (*PERSON_CHECKS, clinic_is_the_senders)
