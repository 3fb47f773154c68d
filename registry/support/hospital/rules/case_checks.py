"""Record checks of referrals, cancellations, stays and discharges that need nothing but the record and the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.checks.coded import in_books
from registry.core.checks.mkb import MkbVerdict, mkb_key, mkb_verdict
from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, RecordCheck
from registry.insured.rules.person_checks import PERSON_CHECKS

if TYPE_CHECKING:
    from registry.support.hospital.kinds.hospital_case import HospitalCase
    from registry.support.hospital.kinds.referral_cancellation import ReferralCancellationRecord

CLINIC_LENGTH = 6
LONGEST = {"referral_number": 36, "card_number": 36, "bed_profile": 10, "department": 20, "care_conditions": 10}
PLANNED, EMERGENCY = "planned", "emergency"


def demanded(*names: str) -> RecordCheck:
    """Return the check that these fields are filled."""

    def check(record: Record, context: CheckContext) -> Iterator[Finding]:
        for name in names:
            if record.__dict__.get(name) is None:
                spec = record.fields[name]
                yield finding(spec.absent, spec.title, field=name)

    return check


def texts_are_short(record: Record, context: CheckContext) -> Iterator[Finding]:
    """Numbers and codes are no longer than any contract writes them."""
    for name, most in LONGEST.items():
        value = record.__dict__.get(name)
        if value is not None and len(value) > most:
            title = record.fields[name].title
            yield finding(F.VALUE_TOO_LONG, title, field=name, value=value, expected=f"до {most} знаков")


def _code(record: Any, name: str, context: CheckContext, *, known: bool) -> Iterator[Finding]:
    code = record.__dict__.get(name)
    if not code or code in context.known_codes:
        return
    if len(code) > CLINIC_LENGTH or not (code.isascii() and code.isdigit()):
        yield finding(F.ORGANISATION_WRONG, field=name, value=code, expected="код МО")
    elif known:
        yield finding(F.ORGANISATION_UNKNOWN, field=name, value=code)


def referring_clinic_is_possible(record: HospitalCase, context: CheckContext) -> Iterator[Finding]:
    """The code of the clinic that refers has the form of one; a clinic of another region need not be known."""
    yield from _code(record, "referring_clinic", context, known=False)


def hospital_is_known(record: HospitalCase, context: CheckContext) -> Iterator[Finding]:
    """The hospital is a registered clinic."""
    yield from _code(record, "hospital", context, known=True)


def _own(name: str) -> RecordCheck:
    def check(record: Any, context: CheckContext) -> Iterator[Finding]:
        code = record.__dict__.get(name)
        if code and code in context.known_codes and not context.for_anybody and code not in context.sender_codes:
            yield finding(F.FOREIGN_ORGANISATION, field=name, value=code, expected="код отправителя")

    return check


def referral_comes_from_its_clinic(record: HospitalCase, context: CheckContext) -> Iterator[Finding]:
    """A clinic issues its own referrals only."""
    code = record.referring_clinic
    if code and not context.for_anybody and code not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="referring_clinic", value=code, expected="код отправителя")


hospital_speaks_for_itself = _own("hospital")
canceller_speaks_for_itself = _own("canceller")


def canceller_is_possible(record: ReferralCancellationRecord, context: CheckContext) -> Iterator[Finding]:
    """The code of the cancelling party has the form of an organisation's code."""
    yield from _code(record, "canceller", context, known=False)


def mkb_has_the_form(record: HospitalCase, context: CheckContext) -> Iterator[Finding]:
    """The diagnosis is a code of МКБ-10; a dot that is missing and a Cyrillic letter are forgiven."""
    if record.mkb and mkb_verdict(mkb_key(record.mkb)) is not MkbVerdict.VALID:
        yield finding(F.VALUE_MALFORMED, "Диагноз по МКБ-10", field="mkb", value=record.mkb, expected="код вида A00.0")


def unless_emergency(*names: str) -> RecordCheck:
    """Return the check that a patient comes by a referral, except in an emergency."""
    check = demanded(*names)

    def check_planned(record: HospitalCase, context: CheckContext) -> Iterable[Finding]:
        emergency = record.form is not None and record.form.value == EMERGENCY
        return () if emergency else check(record, context)

    return check_planned


def if_planned(*names: str) -> RecordCheck:
    """Return the check that a planned patient leaves by the referral that brought them.

    Programs that know two forms write 2 for an emergency: those are found by their card (contract, clause 5).
    """
    check = demanded(*names)

    def check_planned(record: HospitalCase, context: CheckContext) -> Iterable[Finding]:
        return check(record, context) if record.form is not None and record.form.value == PLANNED else ()

    return check_planned


def not_in_future(*names: str) -> RecordCheck:
    """Return the check that these days have come already."""

    def check(record: Record, context: CheckContext) -> Iterator[Finding]:
        for name in names:
            value = record.__dict__.get(name)
            if value is not None and value > context.today:
                yield finding(F.DATE_IN_FUTURE, field=name, value=value, expected=f"не позже {context.today:%d.%m.%Y}")

    return check


def in_order(*names: str) -> RecordCheck:
    """Return the check that no day is before one named earlier."""

    def check(record: Record, context: CheckContext) -> Iterator[Finding]:
        last: date | None = None
        for name in names:
            value = record.__dict__.get(name)
            if value is None:
                continue
            if last is not None and value < last:
                yield finding(F.DATE_ORDER, field=name, value=value, expected=f"не раньше {last:%d.%m.%Y}")
            last = max(value, last) if last else value

    return check


Checks = tuple[RecordCheck, ...]

PLACE: Checks = (
    *PERSON_CHECKS,
    texts_are_short,
    referring_clinic_is_possible,
    hospital_is_known,
    mkb_has_the_form,
)
REFERRAL_CHECKS: Checks = (
    *PLACE,
    demanded(
        "referral_number",
        "referral_on",
        "form",
        "referring_clinic",
        "hospital",
        "mkb",
        "bed_profile",
        "doctor",
        "planned_on",
    ),
    referral_comes_from_its_clinic,
    in_books("referral_on"),
    not_in_future("referral_on"),
    in_order("birth_date", "referral_on", "planned_on"),
)
HOSPITALISATION_CHECKS: Checks = (
    *PLACE,
    demanded("form", "hospital", "hospitalised_on", "bed_profile", "department", "card_number", "mkb"),
    unless_emergency("referral_number", "referral_on", "referring_clinic"),
    hospital_speaks_for_itself,
    in_books("hospitalised_on"),
    not_in_future("referral_on", "hospitalised_on"),
    in_order("birth_date", "referral_on", "hospitalised_on"),
)
EMERGENCY_CHECKS: Checks = (
    *PLACE,
    demanded("hospital", "hospitalised_on", "bed_profile", "department", "card_number", "mkb"),
    hospital_speaks_for_itself,
    in_books("hospitalised_on"),
    not_in_future("hospitalised_on"),
    in_order("birth_date", "hospitalised_on"),
)
DISCHARGE_CHECKS: Checks = (
    *PLACE,
    demanded("form", "hospital", "hospitalised_on", "discharged_on", "bed_profile", "department", "card_number"),
    if_planned("referral_number", "referral_on"),
    hospital_speaks_for_itself,
    in_books("discharged_on"),
    not_in_future("hospitalised_on", "discharged_on"),
    in_order("birth_date", "hospitalised_on", "discharged_on"),
)
CANCELLATION_CHECKS: Checks = (
    texts_are_short,
    demanded(
        "referral_number", "referral_on", "canceller_kind", "canceller", "cancel_reason", "cancelled_on", "hospital"
    ),
    hospital_is_known,
    canceller_is_possible,
    canceller_speaks_for_itself,
    in_books("referral_on"),
    not_in_future("referral_on", "cancelled_on"),
    in_order("referral_on", "cancelled_on"),
)
