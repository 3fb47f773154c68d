"""Section and medical workers of an attachment that goes on (clause 6.2, rules 5 and 7)."""

from __future__ import annotations

from datetime import date

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.insured.rules.attachment_state import DAY, AttachmentState, Decision, moved

DOCTOR = 1
TOLD = ("clinic_oid", "department", "building", "district_code")
SECTION = (*TOLD, "doctor_snils", "doctor_category", "second_doctor_snils")


def section_of(wanted: AttachmentState, current: AttachmentState) -> dict[str, object]:
    """Return section and workers as they are after the record; what it leaves out stays as it is.

    A worker of the category that is there already takes its place, one of the other category stands beside.
    """
    section: dict[str, object] = {name: getattr(wanted, name) or getattr(current, name) for name in TOLD}
    return {**section, **_workers(wanted, current)}


def _workers(wanted: AttachmentState, current: AttachmentState) -> dict[str, object]:
    known = {name: getattr(current, name) for name in ("doctor_snils", "doctor_category", "second_doctor_snils")}
    told = wanted.doctor_snils
    if not told or told == current.second_doctor_snils:
        return known
    other_category = (wanted.doctor_category or DOCTOR) != (current.doctor_category or DOCTOR)
    if current.doctor_snils and told != current.doctor_snils and other_category:
        return {**known, "second_doctor_snils": told}
    category = wanted.doctor_category or current.doctor_category
    return {**known, "doctor_snils": told, "doctor_category": category}


def same_section(wanted: AttachmentState, current: AttachmentState) -> bool:
    """True when the record says nothing new about section and workers."""
    return all(value == getattr(current, name) for name, value in section_of(wanted, current).items())


def correct(current: AttachmentState, wanted: AttachmentState) -> Decision:
    """A correction replaces section and doctor of the attachment from the day the attachment began."""
    if same_section(wanted, current):
        return Decision()
    return Decision(retracted=[current], opened=moved(current, id=0, **section_of(wanted, current)))


def already_here(current: AttachmentState, wanted: AttachmentState, section_from: date | None) -> Decision:
    """A repeated attachment to the same clinic changes section and doctor when they differ (files.md 3.4)."""
    here = finding(F.ALREADY_ATTACHED_HERE, f"с {current.valid_from:%d.%m.%Y}", field="clinic")
    if same_section(wanted, current):
        return Decision([here])
    early = before_the_clinic(section_from, current)
    if early:
        return Decision([early])
    section = section_of(wanted, current)
    begins = max(section_from or wanted.valid_from, current.valid_from)
    if begins == current.valid_from:
        return Decision([here], retracted=[current], opened=moved(current, id=0, **section))
    former = moved(current, id=0, valid_to=begins - DAY)
    return Decision([here], [current], [former], moved(current, id=0, valid_from=begins, **section))


def before_the_clinic(section_from: date | None, attached: AttachmentState) -> Finding | None:
    """Nobody has a doctor there before the attachment to the clinic, or to the former doctor, began (rule 7)."""
    if section_from is None or section_from >= attached.valid_from:
        return None
    expected = f"не раньше {attached.valid_from:%d.%m.%Y}"
    return finding(F.DATE_ORDER, field="section_from", value=section_from, expected=expected)
