"""The head of an event: form of its values, its sender, dates that may not lie ahead (contract, clauses 5.1 and 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.checks.dates import BirthVerdict, birth_verdict
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.mkb import MkbVerdict, mkb_verdict
from registry.core.checks.names import NameVerdict, is_absent_name, name_verdict
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.person_checks import ENP_EXPECTED, policy_fits_its_type, snils_findings

if TYPE_CHECKING:
    from registry.support.kinds.event import Event

LATIN = re.compile(r"[A-Za-z]")
NAMES = ("surname", "first_name", "patronymic")
UNIFIED = "П"
DELETE, ADD = 3, 1


def head_form(record: Event, context: CheckContext) -> Iterator[Finding]:
    """Yield what is wrong with the values of the head (step 3)."""
    if not (record.policy_number or record.enp):
        yield finding(F.VALUE_ABSENT, "нужен полис или ЕНП", field="policy_number")
    yield from _policy(record, context)
    if record.enp and enp_verdict(record.enp) is not EnpVerdict.VALID:
        yield finding(F.ENP_WRONG, field="enp", value=record.enp, expected=ENP_EXPECTED)
    yield from _names(record)
    if record.birth_date is not None:
        verdict = birth_verdict(record.birth_date, context.today)
        if verdict in (BirthVerdict.FUTURE, BirthVerdict.TOO_EARLY):
            expected = "от 01.01.1900 до сегодня"
            yield finding(F.BIRTH_DATE_WRONG, field="birth_date", value=record.birth_date, expected=expected)
    if record.snils:
        yield from snils_findings(record.snils, "snils", F.SNILS_WRONG)


def _policy(record: Event, context: CheckContext) -> Iterator[Finding]:
    yield from policy_fits_its_type(record, context)
    number = record.policy_number
    if record.policy_type == UNIFIED and number and enp_verdict(number) is not EnpVerdict.VALID:
        yield finding(F.POLICY_NUMBER_WRONG, field="policy_number", value=number, expected=ENP_EXPECTED)


def _names(record: Event) -> Iterator[Finding]:
    for name in NAMES:
        value = record.__dict__.get(name)
        if not value:
            continue
        title = type(record).fields[name].title
        if is_absent_name(value):
            yield finding(F.NAME_PLACEHOLDER, title, field=name, value=value)
        elif name_verdict(value) is not NameVerdict.VALID or LATIN.search(value):
            yield finding(F.NAME_CHARACTERS, title, field=name, value=value, expected="русские буквы, пробел, дефис")


def doctor_form(snils: str | None, field: str = "doctor_snils") -> Iterator[Finding]:
    """Yield what is wrong with the СНИЛС of a doctor; only its form until a register of doctors is loaded."""
    if snils:
        yield from snils_findings(snils, field, F.DOCTOR_SNILS_WRONG)


def clinic_is_known(record: Event, context: CheckContext) -> Iterator[Finding]:
    """The code of the МО is a registered one (step 4)."""
    if record.clinic is not None and record.clinic not in context.known_codes:
        yield finding(F.ORGANISATION_UNKNOWN, record.clinic, field="clinic", value=record.clinic)


def mkb_is_a_code(code: str | None, field: str = "mkb") -> Iterator[Finding]:
    """A diagnosis is a code of the МКБ, not a chapter or a block (step 4)."""
    if code is not None and mkb_verdict(code) is not MkbVerdict.VALID:
        yield finding(
            F.BOOK_VALUE_UNKNOWN, code, field=field, value=code, expected="код МКБ-10, например I10 или J06.9"
        )


def clinic_is_the_senders(record: Event, context: CheckContext) -> Iterator[Finding]:
    """The МО belongs to the login (step 5)."""
    if record.clinic not in context.sender_codes and not context.for_anybody:
        yield finding(F.FOREIGN_ORGANISATION, field="clinic", value=record.clinic)


def insurer_is_the_senders(record: Event, context: CheckContext) -> Iterator[Finding]:
    """The СМО belongs to the login (step 5)."""
    if record.insurer not in context.sender_codes and not context.for_anybody:
        yield finding(F.FOREIGN_ORGANISATION, field="insurer", value=record.insurer)


def not_ahead(day: date | None, field: str, context: CheckContext) -> Iterator[Finding]:
    """What has happened has not happened after today."""
    if day is not None and day > context.today:
        yield finding(F.DATE_IN_FUTURE, f"{day:%d.%m.%Y}", field=field, value=day, expected="не позже сегодня")


def in_order(first: date | None, last: date | None, field: str) -> Iterator[Finding]:
    """The later of two days does not lie before the earlier one; ``field`` is the later parameter."""
    if first is not None and last is not None and last < first:
        yield finding(F.DATE_ORDER, field=field, value=last, expected=f"не раньше {first:%d.%m.%Y}")


def within_window(record: Event, day: date | None, field: str, context: CheckContext) -> Iterator[Finding]:
    """A first acceptance is not later than the window and its grace allow (clause 8.3, step 7)."""
    if record.action != ADD or day is None:
        return
    allowed = int(context.options["event_days"])
    grace = int(context.options["event_grace_days"])
    age = context.today - day
    if age > timedelta(days=allowed + grace):
        expected = f"не раньше {context.today - timedelta(days=allowed):%d.%m.%Y}"
        yield finding(F.EVENT_TOO_OLD, field=field, value=day, expected=expected)
    elif age > timedelta(days=allowed):
        yield finding(F.EVENT_LATE, f"срок {allowed} дней истёк", field=field, value=day)
