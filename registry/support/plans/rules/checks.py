"""Record checks of plans and facts that need nothing but the record, the day and the settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.checks.coded import in_books
from registry.core.checks.mkb import MkbVerdict, mkb_key, mkb_verdict
from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding, Level
from registry.core.findings import FindingCode as F
from registry.core.forms import GREATEST_INT
from registry.core.kinds import CheckContext, RecordCheck
from registry.insured.rules.attachment_checks import clinic_is_the_senders, doctor_snils_is_right
from registry.insured.rules.contact_checks import is_phone
from registry.insured.rules.person_checks import PERSON_CHECKS
from registry.support.plans.rules.steps import INFORM_METHODS, INFORM_STEPS, METHODS, STEPS

if TYPE_CHECKING:
    from registry.support.plans.kinds.announcements import ContactRecord
    from registry.support.plans.kinds.facts import InformingRecord
    from registry.support.plans.kinds.plan_row import PlanRecord

MONTHS = range(1, 13)


def number_is_positive(record: Record, context: CheckContext) -> Iterator[Finding]:
    """A row has a number of its sender greater than zero: by it the row is found again."""
    number = record.number or ""
    if not (number.isascii() and number.isdigit() and len(number) <= 10 and 0 < int(number) <= GREATEST_INT):
        yield finding(F.NUMBER_WRONG, field="number", value=number, expected=f"от 1 до {GREATEST_INT}")


def phone_is_given(record: ContactRecord, context: CheckContext) -> Iterator[Finding]:
    """A contact without a telephone is none."""
    if not record.phone:
        yield finding(F.VALUE_ABSENT, "Телефон", field="phone")


def _coded(name: str, known: Iterable[int], *, optional: bool = False) -> RecordCheck:
    """Return the check that a value is of its dictionary; 0 and nothing are one."""
    choices = sorted(known)

    def check(record: Record, context: CheckContext) -> Iterator[Finding]:
        value = record.__dict__.get(name)
        if (value or not optional) and value not in choices:
            yield _unknown(record, name, choices)

    return check


def _unknown(record: Record, name: str, choices: Iterable[Any]) -> Finding:
    expected = "одно из: " + ", ".join(map(str, choices))
    title = record.fields[name].title
    return finding(F.BOOK_VALUE_UNKNOWN, title, field=name, value=record.__dict__.get(name, ""), expected=expected)


def event_kind_is_planned(record: Record, context: CheckContext) -> Iterator[Finding]:
    """The kind of measure is one the fund plans; which ones is a setting, later kinds are not published."""
    kinds = context.options["plan_kinds"]
    if record.__dict__.get("event_kind") not in kinds:
        yield _unknown(record, "event_kind", kinds)


def event_method_is_allowed(record: Record, context: CheckContext) -> Iterator[Finding]:
    """The method is one the fund allows; which ones is a setting."""
    method, allowed = record.__dict__.get("event_method"), context.options["plan_methods"]
    if method in METHODS and method not in allowed:
        expected = "одно из: " + ", ".join(map(str, allowed))
        title = record.fields["event_method"].title
        yield finding(F.VALUE_FORBIDDEN, title, field="event_method", value=method, expected=expected)


def month_is_open(record: PlanRecord, context: CheckContext) -> Iterator[Finding]:
    """A plan is for a month of this year or the next (information support, 3.1)."""
    years = (context.today.year, context.today.year + 1)
    if record.year not in years:
        yield finding(
            F.VALUE_MALFORMED, "Год плана", field="year", value=record.year, expected=f"{years[0]}–{years[1]}"
        )
    if record.month not in MONTHS:
        yield finding(F.VALUE_MALFORMED, "Месяц плана", field="month", value=record.month, expected="1–12")


def phone_can_be_called(record: PlanRecord, context: CheckContext) -> Iterator[Finding]:
    """Insurers call the people of a plan: a telephone that is none is noted, the row is taken (3.1)."""
    if record.phone and not is_phone(record.phone):
        expected = "номер телефона"
        yield finding(
            F.VALUE_MALFORMED, "Телефон", field="phone", value=record.phone, expected=expected, level=Level.WARNING
        )


def mkb_has_the_form(record: PlanRecord, context: CheckContext) -> Iterator[Finding]:
    """The diagnosis under observation is a code of МКБ-10."""
    if record.mkb and mkb_verdict(mkb_key(record.mkb)) is not MkbVerdict.VALID:
        yield finding(F.VALUE_MALFORMED, "Диагноз по МКБ-10", field="mkb", value=record.mkb, expected="код вида A00.0")


def _past_day(name: str) -> RecordCheck:
    """Return the check that a day is given, has come, and is not before the birth."""

    def check(record: Any, context: CheckContext) -> Iterator[Finding]:
        value: date | None = record.__dict__.get(name)
        birth: date | None = record.__dict__.get("birth_date")
        if value is None:
            yield finding(F.DATE_ABSENT, record.fields[name].title, field=name)
        elif value > context.today:
            yield finding(F.DATE_IN_FUTURE, field=name, value=value, expected=f"не позже {context.today:%d.%m.%Y}")
        elif birth is not None and value < birth <= context.today:
            yield finding(F.DATE_ORDER, field=name, value=value, expected="не раньше даты рождения")

    return check


def held_on_is_given(record: Record, context: CheckContext) -> Iterator[Finding]:
    """A planned day is a day."""
    if record.__dict__.get("held_on") is None:
        yield finding(F.DATE_ABSENT, record.fields["held_on"].title, field="held_on")


def informer_is_the_sender(record: InformingRecord, context: CheckContext) -> Iterator[Finding]:
    """An insurer tells of its own informing only; a clinic tells of none."""
    code = record.informer
    if not code:
        yield finding(F.ORGANISATION_ABSENT, "код СМО", field="informer")
    elif code not in context.known_codes:
        yield finding(F.ORGANISATION_UNKNOWN, "код СМО", field="informer", value=code)
    elif not context.for_anybody and code not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="informer", value=code, expected="код отправителя")


def clinic_is_known(record: InformingRecord, context: CheckContext) -> Iterator[Finding]:
    """The clinic a person is invited to, when it is named, is a registered one."""
    if record.clinic and record.clinic not in context.known_codes:
        yield finding(F.ORGANISATION_UNKNOWN, field="clinic", value=record.clinic)


Checks = tuple[RecordCheck, ...]

CONTACT_CHECKS: Checks = (number_is_positive, clinic_is_the_senders, phone_is_given)
DATE_CHECKS: Checks = (
    number_is_positive,
    clinic_is_the_senders,
    event_kind_is_planned,
    held_on_is_given,
    _coded("event_method", METHODS),
    event_method_is_allowed,
)
PLAN_CHECKS: Checks = (
    number_is_positive,
    *PERSON_CHECKS,
    clinic_is_the_senders,
    event_kind_is_planned,
    month_is_open,
    mkb_has_the_form,
    in_books("mkb_on"),
    phone_can_be_called,
    doctor_snils_is_right,
)
INFORMING_CHECKS: Checks = (
    number_is_positive,
    *PERSON_CHECKS,
    informer_is_the_sender,
    clinic_is_known,
    _past_day("informed_on"),
    _coded("inform_method", INFORM_METHODS),
    _coded("inform_step", INFORM_STEPS),
)
EXECUTION_CHECKS: Checks = (
    number_is_positive,
    *PERSON_CHECKS,
    clinic_is_the_senders,
    _past_day("executed_on"),
    _coded("execution_step", STEPS),
    _coded("event_method", METHODS, optional=True),
    event_method_is_allowed,
)
