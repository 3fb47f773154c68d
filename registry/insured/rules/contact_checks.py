"""Record checks of contacts: they say something, in the form in which people can be reached by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.attachment_checks import clinic_is_the_senders
from registry.insured.rules.person_checks import PERSON_CHECKS, snils_findings

if TYPE_CHECKING:
    from registry.insured.kinds.person_contacts import PersonContacts

TAKEN_AWAY = "-"
REACHED = ("phone", "work_phone", "email", "representative")
SECTION = ("district", "doctor_snils", "department", "building")
PHONE = re.compile(r"(?:\+|8|7)?[\d\s()-]{5,20}(?:\s?(?:доб\.?|#)\s?\d{1,6})?")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
LONGEST = 250
FEWEST_DIGITS = 5


def something_is_told(record: PersonContacts, context: CheckContext) -> Iterator[Finding]:
    """A record without any contact, section or doctor would change nothing."""
    if not any(getattr(record, name) for name in (*REACHED, *SECTION)):
        yield finding(F.VALUE_ABSENT, "телефон, почта, представитель или участок", field="phone")


def contacts_can_be_used(record: PersonContacts, context: CheckContext) -> Iterator[Finding]:
    """Telephones hold digits, an e-mail its sign and a domain; nothing is longer than the registry keeps."""
    for name in ("phone", "work_phone"):
        text = getattr(record, name)
        if text and text != TAKEN_AWAY and not is_phone(text):
            yield finding(F.VALUE_MALFORMED, field=name, value=text, expected="номер телефона")
    if record.email and record.email != TAKEN_AWAY and not EMAIL.fullmatch(record.email):
        yield finding(F.VALUE_MALFORMED, field="email", value=record.email, expected="имя@домен")
    if record.representative and len(record.representative) > LONGEST:
        yield finding(F.VALUE_MALFORMED, field="representative", expected=f"не длиннее {LONGEST} знаков")


def changed_on_is_past(record: PersonContacts, context: CheckContext) -> Iterator[Finding]:
    """Contacts are true since a day that has come."""
    if record.changed_on and record.changed_on > context.today:
        yield finding(F.DATE_IN_FUTURE, field="changed_on", value=record.changed_on)


def doctor_snils_is_right(record: PersonContacts, context: CheckContext) -> Iterator[Finding]:
    """The СНИЛС of the doctor, when given, is a right one."""
    if record.doctor_snils:
        yield from snils_findings(record.doctor_snils, "doctor_snils", F.DOCTOR_SNILS_WRONG)


def is_phone(text: str) -> bool:
    """True for a text people can be called by."""
    return bool(PHONE.fullmatch(text.strip())) and sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS


CONTACT_CHECKS = (
    *PERSON_CHECKS,
    clinic_is_the_senders,
    something_is_told,
    contacts_can_be_used,
    changed_on_is_past,
    doctor_snils_is_right,
)
