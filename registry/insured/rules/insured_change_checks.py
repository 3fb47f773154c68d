"""Record checks of a change of an insurer (registry model, clauses 3 and 10.1): nothing of them asks the registry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from registry.core.checks.coded import value_findings
from registry.core.checks.documents import AgeVerdict, age_rule, document_type
from registry.core.checks.policies import CERTIFICATES, read_policy_type
from registry.core.finding_texts import finding
from registry.core.findings import Finding, Level
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.insured_changes import NEEDS_POLICY, Step, reason_told, step_of
from registry.insured.rules.person_checks import PERSON_CHECKS
from registry.reference.person_codes import TITLES, is_code

if TYPE_CHECKING:
    from registry.insured.kinds.insured_change import InsuredChange

DEATH = "П022"
WARNING = Level.WARNING
AGES = {AgeVerdict.TOO_YOUNG: "с 14 лет", AgeVerdict.TOO_OLD: "до 14 лет и одного месяца"}
CODED = {
    "category": "V013",
    "employment": "F009",
    "choice_reason": "choice_reason",
    "issue_reason": "issue_reason_smo",
    "application_method": "application_method",
    "policy_form": "policy_form",
}


def operation_is_known(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """The operation type is a number of TIP_OP or a reason of R001; a Latin P is read as the Cyrillic letter."""
    if step_of(record) is None:
        expected = "1, 2, 4, 6, 7, 8 или причина R001"
        yield finding(F.OPERATION_UNKNOWN, field="action", value=record.action or "", expected=expected)
    elif reason_told(record) and "P" in (record.action or "").upper():
        yield finding(F.LATIN_LETTERS, field="action", value=record.action or "")


def identity_is_told(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """A person has a surname or a first name, a birth date and a sex (registry model, clause 1.1)."""
    if not record.surname and not record.first_name:
        yield finding(F.NAME_ABSENT, field="surname")
    if record.birth_date is None:
        yield finding(F.BIRTH_DATE_ABSENT, field="birth_date")
    if record.sex is None:
        yield finding(F.SEX_WRONG, field="sex")


def dates_are_in_order(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """Nothing happened tomorrow, nothing before the birth, and periods end after they begin (clause 3.4)."""
    if record.changed_on is None:
        yield finding(F.DATE_ABSENT, field="changed_on")
    born = record.birth_date or date.min
    for field in ("changed_on", "applied_on", "died_on", "document_issued_on"):
        day: date | None = getattr(record, field)
        if day is not None and day > context.today:
            yield finding(F.DATE_IN_FUTURE, field=field, value=day)
        elif day is not None and day < born:
            yield finding(F.DATE_ORDER, field=field, value=day, expected=f"не раньше рождения {born:%d.%m.%Y}")
    if record.policy_from is not None and record.policy_from < born:
        yield finding(F.DATE_ORDER, field="policy_from", value=record.policy_from, expected="не раньше рождения")
    latest = date(context.today.year + 1, 1, 1)
    if record.policy_from is not None and record.policy_from > latest:
        yield finding(F.DATE_IN_FUTURE, field="policy_from", value=record.policy_from, expected=f"до {latest:%d.%m.%Y}")
    if record.policy_from and record.policy_to and record.policy_to < record.policy_from:
        yield finding(F.DATE_ORDER, field="policy_to", value=record.policy_to, expected="не раньше начала действия")


def document_suits_the_person(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """A document serves the age of its owner, and one that ends says when (clause 3.3); warnings, the person is there.

    A birth certificate is no reason to leave a schoolboy without insurance, but somebody has to look.
    """
    kind = document_type(record.document_type)
    if kind is None or not record.document_number:
        return
    on = record.changed_on or context.as_of
    if record.birth_date is not None and record.birth_date <= on:
        verdict = age_rule(kind.code, record.birth_date, on)
        if verdict is not AgeVerdict.FITS:
            expected = AGES[verdict]
            yield finding(
                F.DOCUMENT_WRONG, kind.title, field="document_type", value=kind.code, expected=expected, level=WARNING
            )
    if kind.expires and record.document_expires_on is None:
        yield finding(F.VALUE_ABSENT, "срок действия документа", field="document_expires_on", level=WARNING)


def codes_are_known(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """Codes stand in their books on the day of the change."""
    on = record.changed_on or context.as_of
    for field, book in CODED.items():
        value = getattr(record, field)
        if value is None:
            continue
        loaded = context.books.get(book)
        if loaded is not None and not loaded.sample:
            yield from value_findings(loaded, value, on, field)
        elif not is_code(book, value, on):
            yield finding(F.BOOK_VALUE_UNKNOWN, TITLES[book], field=field, value=value)


def operation_has_what_it_needs(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """A policy where one is issued, an end for a certificate, a reason to choose for a change of insurer."""
    step = step_of(record)
    if step is Step.MOVE and not reason_told(record) and record.choice_reason not in (2, 3, 4):
        yield finding(F.VALUE_ABSENT, "RSMO 2, 3 или 4", field="choice_reason", value=record.choice_reason or "")
    if reason_told(record) == DEATH and record.died_on is None:
        yield finding(F.VALUE_ABSENT, field="died_on")
    if step not in NEEDS_POLICY:
        return
    if not record.policy_type:
        yield finding(F.VALUE_ABSENT, field="policy_type")
    elif read_policy_type(record.policy_type).type in CERTIFICATES and record.policy_to is None:
        yield finding(F.VALUE_ABSENT, "срок действия временного свидетельства", field="policy_to")


def insurer_works(record: InsuredChange, context: CheckContext) -> Iterator[Finding]:
    """The insurer is registered on the day of the data (clause 10.1)."""
    if record.insurer and record.insurer not in context.known_codes:
        yield finding(F.INSURER_CLOSED, field="insurer", value=record.insurer)


INSURED_CHANGE_CHECKS = (
    operation_is_known,
    identity_is_told,
    *PERSON_CHECKS,
    dates_are_in_order,
    document_suits_the_person,
    codes_are_known,
    operation_has_what_it_needs,
    insurer_works,
)
