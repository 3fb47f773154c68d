"""The rules of attachment (registry model, clause 6.2) as pure decisions over a person's attachments and a record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Operation
from registry.insured.kinds.methods import BY_APPLICATION, Ground, Method
from registry.insured.rules.attachment_section import already_here, before_the_clinic, correct
from registry.insured.rules.attachment_state import (
    DAY,
    FAP,
    OPEN_DATE,
    REASON_APPLICATION,
    REASON_CLOSED,
    REASON_DEAD,
    REASON_LEFT,
    REASON_OTHER,
    REASON_OTHER_CLINIC,
    THERAPEUTIC,
    AttachmentPolicy,
    AttachmentState,
    Circumstances,
    Decision,
    current_of,
    ended,
    followed,
    moved,
)
from registry.insured.rules.attachment_year import NOTHING_KNOWN, twice_in_a_year

if TYPE_CHECKING:
    from registry.insured.kinds.attachment import Attachment

__all__ = [
    "OPEN_DATE",
    "REASON_APPLICATION",
    "REASON_CLOSED",
    "REASON_DEAD",
    "REASON_LEFT",
    "REASON_OTHER",
    "REASON_OTHER_CLINIC",
    "AttachmentPolicy",
    "AttachmentState",
    "Circumstances",
    "Decision",
    "current_of",
    "decide_attachment",
    "decide_cancellation",
    "decide_closing",
    "decide_detachment",
    "decide_withdrawal",
    "followed",
    "is_second_of_a_year",
]


def decide_attachment(
    history: Sequence[AttachmentState],
    record: Attachment,
    person_id: int,
    operation: Operation,
    policy: AttachmentPolicy,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Decision:
    """Decide what an attachment record does to the attachments of its person."""
    wanted = _wanted(record, person_id, policy)
    current = current_of(history, wanted.area_type)
    here = current if current and current.clinic_code == wanted.clinic_code else None
    if operation is Operation.UPDATE or record.within_clinic:
        if here:
            return correct(here, wanted)
        if record.within_clinic or not policy.upsert_on_correction:
            return Decision([finding(F.NOTHING_TO_CORRECT, wanted.clinic_code, field="clinic", value=record.clinic)])
    refusal = _outdated(history, current, wanted)
    if refusal is None and here and not _outranks(wanted, here):
        return already_here(here, wanted, record.section_from)
    refusal = refusal or _refusal(history, current, wanted, policy, circumstances)
    refusal = refusal or before_the_clinic(record.section_from, wanted)
    return Decision([refusal]) if refusal else _attach(history, _within_the_clinic(history, wanted))


def is_second_of_a_year(
    history: Sequence[AttachmentState], record: Attachment, person_id: int, policy: AttachmentPolicy
) -> bool:
    """True when only a reason the registry may know of lets the person choose once more within a year."""
    if record.method is Method.APPLICATION_MOVED or record.ground or not history:
        return False  # the clinic tells the reason itself, or nothing was chosen before
    wanted = _wanted(record, person_id, policy)
    is_choice = wanted.method in BY_APPLICATION and wanted.area_type != FAP
    return is_choice and twice_in_a_year(history, wanted, policy) is not None


def _wanted(record: Attachment, person_id: int, policy: AttachmentPolicy) -> AttachmentState:
    """The attachment asked for; by application it begins where the region counts by months, with the next (rule 4)."""
    applied_on = record.attached_on or OPEN_DATE
    begins = applied_on
    method = record.method or Method.UNKNOWN
    if policy.next_month and method in BY_APPLICATION:
        begins = (applied_on.replace(day=1) + timedelta(days=32)).replace(day=1)
    ground = Ground.RESIDENCE if method is Method.APPLICATION_MOVED else record.ground
    return AttachmentState(
        id=0,
        person_id=person_id,
        clinic_code=record.clinic or "",
        area_type=record.area_type or THERAPEUTIC,
        method=method.value,
        applied_on=applied_on,
        valid_from=begins,
        valid_to=OPEN_DATE,
        clinic_oid=record.clinic_oid or "",
        department=record.department or "",
        building=record.building or "",
        district_code=record.district or "",
        doctor_snils="".join(filter(str.isdigit, record.doctor_snils or "")),
        doctor_category=record.doctor_category,
        ground=ground.value if ground else "",
    )


def _outranks(wanted: AttachmentState, row: AttachmentState) -> bool:
    """An application outranks what was made without one, at once and wherever it was made (rule 3)."""
    return wanted.method in BY_APPLICATION and row.method not in BY_APPLICATION


def _outdated(
    history: Sequence[AttachmentState], current: AttachmentState | None, wanted: AttachmentState
) -> Finding | None:
    """A statement older than the newest one known changes nothing, even when the newest has ended (rule 5)."""
    applied = [row for row in history if row.area_type == wanted.area_type and row.method in BY_APPLICATION]
    if current and not _outranks(wanted, current):
        applied.append(current)
    newest = max((row.applied_on for row in applied), default=None)
    if newest is None or wanted.applied_on >= newest:
        return None
    expected = f"не раньше {newest:%d.%m.%Y}"
    return finding(F.STATEMENT_BEFORE_CURRENT, field="attached_on", value=wanted.applied_on, expected=expected)


def _refusal(
    history: Sequence[AttachmentState],
    current: AttachmentState | None,
    wanted: AttachmentState,
    policy: AttachmentPolicy,
    circumstances: Circumstances,
) -> Finding | None:
    if wanted.area_type == FAP:
        return _outside_the_clinic(history, wanted)
    if wanted.method in BY_APPLICATION:
        return twice_in_a_year(history, wanted, policy, circumstances)
    if current is None:
        return None
    return finding(F.ATTACHED_ELSEWHERE, field="method", value=wanted.method, expected="личное заявление")


def _outside_the_clinic(history: Sequence[AttachmentState], wanted: AttachmentState) -> Finding | None:
    """The attachment to a ФАП lives inside the clinic of the therapeutic one and does not compete with it (rule 1)."""
    main = current_of(history, THERAPEUTIC)
    if main and main.clinic_code == wanted.clinic_code:
        return None
    return finding(F.NOT_ATTACHED_HERE, field="clinic", value=wanted.clinic_code, expected="прикрепление к этой же МО")


def _within_the_clinic(history: Sequence[AttachmentState], wanted: AttachmentState) -> AttachmentState:
    """A ФАП is none of the person's before the attachment to its clinic begins, the next month perhaps (rule 1)."""
    main = current_of(history, THERAPEUTIC) if wanted.area_type == FAP else None
    return moved(wanted, valid_from=max(wanted.valid_from, main.valid_from)) if main else wanted


def _attach(history: Sequence[AttachmentState], wanted: AttachmentState) -> Decision:
    """Open the wanted attachment and end the day before whatever would hold beside it; a ФАП goes with its clinic."""
    decision = Decision(opened=wanted)
    for row in history:
        if row.area_type == wanted.area_type and row.valid_to >= wanted.valid_from:
            same = row.clinic_code == wanted.clinic_code
            _end(decision, row, wanted.valid_from - DAY, row.end_reason if same else REASON_OTHER_CLINIC)
    if wanted.area_type == THERAPEUTIC:
        for row in _faps(history):
            if row.clinic_code != wanted.clinic_code:
                _end(decision, row, wanted.valid_from - DAY, REASON_OTHER_CLINIC)
    return decision


def _faps(history: Sequence[AttachmentState]) -> list[AttachmentState]:
    return [row for row in history if row.area_type == FAP and row.is_open]


def _end(decision: Decision, row: AttachmentState, on: date, reason: int | None, **others: object) -> None:
    """End a row on a day; one that would end before it began has never counted."""
    decision.retracted.append(row)
    if row.valid_from <= on:
        decision.closed.append(ended(row, on, reason, **others))


def decide_closing(history: Sequence[AttachmentState], on: date, reason: int, *, by_fund: bool = True) -> Decision:
    """Decide what death or leaving the region does: every attachment ends on that day (clause 5.1; rule 6)."""
    decision = Decision()
    for row in history:
        if row.valid_to > on:
            _end(decision, row, on, reason, ended_by_fund=by_fund)
    return decision


def decide_detachment(history: Sequence[AttachmentState], record: Attachment, *, by_fund: bool = False) -> Decision:
    """Decide what a detachment does: it ends the open attachment to the clinic that sends it (rule 6)."""
    current = current_of(history, record.area_type or THERAPEUTIC)
    if current is None or current.clinic_code != record.clinic or record.detached_on is None:
        return Decision([finding(F.NOTHING_TO_CORRECT, record.clinic or "", field="clinic", value=record.clinic)])
    if record.within_clinic:
        return correct(current, moved(current, district_code=record.district or ""))
    if record.detached_on < current.valid_from:
        expected = f"не раньше {current.valid_from:%d.%m.%Y}"
        return Decision([finding(F.DATE_ORDER, field="detached_on", value=record.detached_on, expected=expected)])
    told = {"sender_end_reason": record.sender_end_reason or "", "ended_by_fund": by_fund}
    decision = Decision()
    leaves = current.area_type == THERAPEUTIC
    for row in (current, *(one for one in _faps(history) if leaves and one.clinic_code == record.clinic)):
        _end(decision, row, record.detached_on, record.end_reason or REASON_OTHER, **told)
    return decision


def decide_cancellation(history: Sequence[AttachmentState], record: Attachment) -> Decision:
    """Decide the withdrawal of the last detachment from a clinic, with the ФАП that went (decisions, clause 5)."""
    area_type = record.area_type or THERAPEUTIC
    current = current_of(history, area_type)
    if current and current.clinic_code != record.clinic:
        return Decision([finding(F.ATTACHED_ELSEWHERE, field="clinic", value=record.clinic)])
    former = [row for row in history if row.area_type == area_type and not row.is_open]
    last = max(former, key=lambda row: row.valid_to, default=None)
    if current or last is None or last.clinic_code != record.clinic:
        return Decision([finding(F.NOTHING_TO_CORRECT, record.clinic or "", field="clinic", value=record.clinic)])
    decision = Decision(retracted=[last], opened=_going_on(last))
    if area_type == THERAPEUTIC and current_of(history, FAP) is None:
        ended_with_it = [
            row
            for row in history
            if row.area_type == FAP and row.clinic_code == last.clinic_code and row.valid_to == last.valid_to
        ]
        for row in ended_with_it[-1:]:
            decision.retracted.append(row)
            decision.beside.append(_going_on(row))
    return decision


def _going_on(row: AttachmentState) -> AttachmentState:
    return moved(row, id=0, valid_to=OPEN_DATE, end_reason=None, sender_end_reason="", ended_by_fund=False)


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
        decision.opened = moved(before, id=0, valid_to=OPEN_DATE, end_reason=None)
    if target.area_type == THERAPEUTIC and target.is_open:
        _take_faps_along(decision, history, target)
    return decision


def _take_faps_along(decision: Decision, history: Sequence[AttachmentState], target: AttachmentState) -> None:
    """A ФАП lives inside its clinic (rule 1): that of the clinic taken back goes, that of the one left comes back."""
    left = decision.opened.clinic_code if decision.opened else ""
    if target.clinic_code == left:
        return
    faps = [row for row in history if row.area_type == FAP]
    goes = [row for row in faps if row.is_open and row.clinic_code == target.clinic_code]
    goes = [row for row in goes if row.valid_from >= target.valid_from]
    decision.retracted.extend(goes)
    if any(row.is_open and row not in goes for row in faps):
        return
    ended_with_it = (left, REASON_OTHER_CLINIC, target.valid_from - DAY)
    back = [row for row in faps if (row.clinic_code, row.end_reason, row.valid_to) == ended_with_it]
    decision.retracted.extend(back[-1:])
    decision.beside.extend(_going_on(row) for row in back[-1:])
