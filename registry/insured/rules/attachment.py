"""The rules of attachment (registry model, clause 6.2) as pure decisions over a person's attachments and a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Operation
from registry.insured.kinds.methods import BY_APPLICATION, Method

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment

OPEN_DATE = date(9999, 12, 31)
DAY = timedelta(days=1)
REASON_DEAD, REASON_OTHER_CLINIC, REASON_LEFT, REASON_APPLICATION, REASON_CLOSED, REASON_OTHER = 1, 2, 3, 4, 5, 9


@dataclass(frozen=True, slots=True)
class AttachmentState:
    """One attachment of a person as the registry holds it now."""

    id: int
    person_id: int
    clinic_code: str
    area_type: int
    method: str
    applied_on: date
    valid_from: date
    valid_to: date
    clinic_oid: str = ""
    department: str = ""
    building: str = ""
    district_code: str = ""
    doctor_snils: str = ""
    doctor_category: int | None = None
    end_reason: int | None = None
    sender_end_reason: str = ""
    ended_by_fund: bool = False

    @property
    def is_open(self) -> bool:
        """True while no end is known."""
        return self.valid_to == OPEN_DATE


@dataclass(slots=True)
class Decision:
    """What a record changes: rows that stop counting, rows that take their place, and the findings that explain it.

    ``closed`` are ended copies of rows in ``retracted``; ``opened`` is the attachment that holds afterwards.
    """

    findings: list[Finding] = field(default_factory=list)
    retracted: list[AttachmentState] = field(default_factory=list)
    closed: list[AttachmentState] = field(default_factory=list)
    opened: AttachmentState | None = None

    @property
    def changes_anything(self) -> bool:
        """False for a record that finds everything as it says."""
        return bool(self.retracted or self.opened)


@dataclass(frozen=True, slots=True)
class AttachmentPolicy:
    """Settings of the region kept as data (clause 6.2, rules 2 and 4; files.md 3.4)."""

    rolling_year: bool = False
    next_month: bool = False
    upsert_on_correction: bool = False


def current_of(history: Sequence[AttachmentState], area_type: int) -> AttachmentState | None:
    """Return the open attachment of an area type; there is at most one (rule 1)."""
    return next((row for row in history if row.is_open and row.area_type == area_type), None)


def decide_attachment(
    history: Sequence[AttachmentState],
    record: Attachment,
    person_id: int,
    operation: Operation,
    policy: AttachmentPolicy,
) -> Decision:
    """Decide what an attachment record does to the attachments of its person."""
    area_type = record.area_type or 1
    current = current_of(history, area_type)
    wanted = _wanted(record, person_id, area_type, policy)
    if operation is Operation.UPDATE or record.within_clinic:
        here = current if current and current.clinic_code == wanted.clinic_code else None
        if here:
            return _correct(here, wanted)
        if record.within_clinic or not policy.upsert_on_correction:
            return Decision([finding(F.NOTHING_TO_CORRECT, wanted.clinic_code, field="clinic", value=record.clinic)])
    if current and wanted.applied_on < current.applied_on:
        expected = f"не раньше {current.applied_on:%d.%m.%Y}"
        found = finding(F.STATEMENT_BEFORE_CURRENT, field="attached_on", value=wanted.applied_on, expected=expected)
        return Decision([found])
    if current and current.clinic_code == wanted.clinic_code:
        return _already_here(current, wanted)
    refusal = _refusal(history, current, wanted, policy)
    if refusal:
        return Decision([refusal])
    return _attach(current, wanted)


def _wanted(record: Attachment, person_id: int, area_type: int, policy: AttachmentPolicy) -> AttachmentState:
    applied_on = record.attached_on or OPEN_DATE
    begins = applied_on
    if policy.next_month:
        begins = (applied_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    return AttachmentState(
        id=0,
        person_id=person_id,
        clinic_code=record.clinic or "",
        area_type=area_type,
        method=(record.method or Method.UNKNOWN).value,
        applied_on=applied_on,
        valid_from=begins,
        valid_to=OPEN_DATE,
        clinic_oid=record.clinic_oid or "",
        department=record.department or "",
        building=record.building or "",
        district_code=record.district or "",
        doctor_snils="".join(filter(str.isdigit, record.doctor_snils or "")),
        doctor_category=record.doctor_category,
    )


def _moved(row: AttachmentState, **differences: object) -> AttachmentState:
    values = {name: getattr(row, name) for name in AttachmentState.__slots__}
    return AttachmentState(**{**values, **differences})


SECTION = ("clinic_oid", "department", "building", "district_code", "doctor_snils", "doctor_category")


def _section_of(wanted: AttachmentState, current: AttachmentState) -> dict[str, object]:
    """Return what a record says about section and doctor; what it leaves out stays as it is."""
    return {name: getattr(wanted, name) or getattr(current, name) for name in SECTION}


def _same_section(wanted: AttachmentState, current: AttachmentState) -> bool:
    return all(value == getattr(current, name) for name, value in _section_of(wanted, current).items())


def _correct(current: AttachmentState, wanted: AttachmentState) -> Decision:
    """A correction replaces section and doctor of the attachment from the day the attachment began."""
    if _same_section(wanted, current):
        return Decision()
    return Decision(retracted=[current], opened=_moved(current, id=0, **_section_of(wanted, current)))


def _already_here(current: AttachmentState, wanted: AttachmentState) -> Decision:
    """A repeated attachment to the same clinic changes section and doctor when they differ (files.md 3.4)."""
    here = finding(F.ALREADY_ATTACHED_HERE, f"с {current.valid_from:%d.%m.%Y}", field="clinic")
    if _same_section(wanted, current):
        return Decision([here])
    section = _section_of(wanted, current)
    begins = max(wanted.valid_from, current.valid_from)
    if begins == current.valid_from:
        return Decision([here], retracted=[current], opened=_moved(current, id=0, **section))
    former = _moved(current, id=0, valid_to=begins - DAY)
    return Decision([here], [current], [former], _moved(current, id=0, valid_from=begins, **section))


def _refusal(
    history: Sequence[AttachmentState],
    current: AttachmentState | None,
    wanted: AttachmentState,
    policy: AttachmentPolicy,
) -> Finding | None:
    if wanted.method not in BY_APPLICATION:
        if current is None:
            return None
        return finding(F.ATTACHED_ELSEWHERE, field="method", value=wanted.method, expected="личное заявление")
    if wanted.method == Method.APPLICATION_MOVED:
        return None
    same_year = [row for row in history if row.area_type == wanted.area_type and _within_year(row, wanted, policy)]
    if not same_year:
        return None
    last = max(row.applied_on for row in same_year)
    return finding(
        F.TWICE_IN_A_YEAR, f"прежнее заявление от {last:%d.%m.%Y}", field="attached_on", value=wanted.applied_on
    )


def _within_year(row: AttachmentState, wanted: AttachmentState, policy: AttachmentPolicy) -> bool:
    """True for an application of the same calendar year, or of the last twelve months where the region says so."""
    if row.method not in BY_APPLICATION or row.applied_on > wanted.applied_on:
        return False
    if policy.rolling_year:
        return (wanted.applied_on - row.applied_on).days < 365
    return row.applied_on.year == wanted.applied_on.year


def _attach(current: AttachmentState | None, wanted: AttachmentState) -> Decision:
    if current is None:
        return Decision(opened=wanted)
    if current.valid_from >= wanted.valid_from:
        return Decision(retracted=[current], opened=wanted)
    former = _moved(current, id=0, valid_to=wanted.valid_from - DAY, end_reason=REASON_OTHER_CLINIC)
    return Decision(retracted=[current], closed=[former], opened=wanted)


def decide_detachment(history: Sequence[AttachmentState], record: Attachment, *, by_fund: bool = False) -> Decision:
    """Decide what a detachment does: it ends the open attachment to the clinic that sends it (rule 6)."""
    current = current_of(history, record.area_type or 1)
    if current is None or current.clinic_code != record.clinic or record.detached_on is None:
        return Decision([finding(F.NOTHING_TO_CORRECT, record.clinic or "", field="clinic", value=record.clinic)])
    if record.within_clinic:
        return _correct(current, _moved(current, district_code=record.district or ""))
    if record.detached_on < current.valid_from:
        expected = f"не раньше {current.valid_from:%d.%m.%Y}"
        return Decision([finding(F.DATE_ORDER, field="detached_on", value=record.detached_on, expected=expected)])
    former = _moved(
        current,
        id=0,
        valid_to=record.detached_on,
        end_reason=record.end_reason or REASON_OTHER,
        sender_end_reason=record.sender_end_reason or "",
        ended_by_fund=by_fund,
    )
    return Decision(retracted=[current], closed=[former])


def decide_cancellation(history: Sequence[AttachmentState], record: Attachment) -> Decision:
    """Decide the withdrawal of the last detachment from a clinic (decisions, clause 5)."""
    area_type = record.area_type or 1
    current = current_of(history, area_type)
    if current and current.clinic_code != record.clinic:
        return Decision([finding(F.ATTACHED_ELSEWHERE, field="clinic", value=record.clinic)])
    ended = [row for row in history if row.area_type == area_type and not row.is_open]
    last = max(ended, key=lambda row: row.valid_to, default=None)
    if current or last is None or last.clinic_code != record.clinic:
        return Decision([finding(F.NOTHING_TO_CORRECT, record.clinic or "", field="clinic", value=record.clinic)])
    return Decision(
        retracted=[last],
        opened=_moved(last, id=0, valid_to=OPEN_DATE, end_reason=None, sender_end_reason="", ended_by_fund=False),
    )


def decide_withdrawal(history: Sequence[AttachmentState], target_id: int) -> Decision:
    """Decide the deletion of an attachment by its sender: the row goes, and what it had ended holds again."""
    target = next((row for row in history if row.id == target_id), None)
    if target is None:
        return Decision()
    decision = Decision(retracted=[target])
    before = next(
        (
            row
            for row in history
            if row.area_type == target.area_type
            and row.end_reason == REASON_OTHER_CLINIC
            and row.valid_to == target.valid_from - DAY
        ),
        None,
    )
    if before and target.is_open:
        decision.retracted.append(before)
        decision.opened = _moved(before, id=0, valid_to=OPEN_DATE, end_reason=None)
    return decision
