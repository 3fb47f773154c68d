"""Record checks of medical workers on sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.insured.rules.person_checks import snils_findings

if TYPE_CHECKING:
    from registry.insured.kinds.doctor_section import DoctorSection


LONGEST_DISTRICT, LONGEST_NAME = 20, 60
DOCTOR, NURSING = 1, 2


def clinic_is_the_senders(record: DoctorSection, context: CheckContext) -> Iterator[Finding]:
    """A legal entity tells the workers of itself and of its departments, and says that it is the one who tells."""
    if not record.reporting_clinic:
        yield finding(F.ORGANISATION_ABSENT, field="reporting_clinic")
    for field, code in (("reporting_clinic", record.reporting_clinic), ("clinic", record.clinic)):
        if not code:
            continue
        if code not in context.known_codes:
            yield finding(F.ORGANISATION_UNKNOWN, field=field, value=code)
        elif not context.for_anybody and code not in context.sender_codes:
            yield finding(F.FOREIGN_ORGANISATION, field=field, value=code)


def doctor_is_given(record: DoctorSection, context: CheckContext) -> Iterator[Finding]:
    """A worker is known by a right СНИЛС."""
    if not record.doctor_snils:
        yield finding(F.DOCTOR_ABSENT, field="doctor_snils")
    else:
        yield from snils_findings(record.doctor_snils, "doctor_snils", F.DOCTOR_SNILS_WRONG)


def district_is_given(record: DoctorSection, context: CheckContext) -> Iterator[Finding]:
    """A worker without a section serves nobody; the code of one is no longer than the registry keeps."""
    if not record.district:
        yield finding(F.DISTRICT_ABSENT, field="district")
    elif len(record.district) > LONGEST_DISTRICT:
        expected = f"до {LONGEST_DISTRICT} знаков"
        yield finding(F.VALUE_TOO_LONG, "Участок", field="district", value=record.district, expected=expected)


def category_is_known(record: DoctorSection, context: CheckContext) -> Iterator[Finding]:
    """A worker is a doctor or of the nursing staff; one who is not said to be either is a doctor."""
    category = record.doctor_category or DOCTOR
    if category not in (DOCTOR, NURSING):
        title, expected = type(record).fields["doctor_category"].title, "1 врач, 2 средний медработник"
        yield finding(F.BOOK_VALUE_UNKNOWN, title, field="doctor_category", value=category, expected=expected)


def names_fit(record: DoctorSection, context: CheckContext) -> Iterator[Finding]:
    """Names of a worker are no longer than the registry keeps."""
    for field in ("surname", "first_name", "patronymic"):
        value = str(record.__dict__.get(field) or "")
        if len(value) > LONGEST_NAME:
            title = type(record).fields[field].title
            yield finding(F.VALUE_TOO_LONG, title, field=field, value=value, expected=f"до {LONGEST_NAME} знаков")


DOCTOR_SECTION_CHECKS = (clinic_is_the_senders, doctor_is_given, district_is_given, category_is_known, names_fit)
