"""Attachment of a person to a clinic, its end, and the withdrawal of an end: one record, three kinds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.core.outcomes import Operation
from registry.insured.kinds.identification import FINDINGS_OF_IDENTIFICATION, PERSON_BLOCK, PERSON_IS_CERTAIN
from registry.insured.kinds.methods import Ground, Method
from registry.insured.kinds.person import Person
from registry.insured.matching import Identification
from registry.insured.operations.attach_people import attach_people
from registry.insured.operations.detach_people import cancel_detachments, detach_people
from registry.insured.operations.districts import resolve_districts
from registry.insured.rules.attachment_checks import ATTACHMENT_CHECKS, CANCELLATION_CHECKS, DETACHMENT_CHECKS
from registry.insured.rules.attachment_newborn import judge_attachment


class Attachment(Person):
    """What a clinic says about an attachment (registry model, clause 6.1); the ФАП fields become a second record."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    reporting_clinic = FieldSpec(str, "МО, сообщающая сведения", book="F032", wrong=F.ORGANISATION_WRONG)
    clinic_oid = FieldSpec(str, "ОИД МО")
    action = FieldSpec(Operation, "Действие", absent=F.ACTION_UNKNOWN, wrong=F.ACTION_UNKNOWN)
    area_type = FieldSpec(int, "Вид участка")
    method = FieldSpec(Method, "Способ прикрепления", absent=F.METHOD_ABSENT, wrong=F.METHOD_WRONG)
    ground = FieldSpec(Ground, "Основание прикрепления чаще раза в год", wrong=F.METHOD_WRONG)
    attached_on = FieldSpec(date, "Дата прикрепления (заявления)", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    detached_on = FieldSpec(date, "Дата открепления", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    end_reason = FieldSpec(int, "Причина открепления")
    by_fund = FieldSpec(bool, "Откреплён фондом")
    sender_end_reason = FieldSpec(str, "Причина открепления (код МИС)")
    building = FieldSpec(str, "Подразделение")
    department = FieldSpec(str, "Отделение")
    district = FieldSpec(str, "Участок", absent=F.DISTRICT_ABSENT)
    section_id = FieldSpec(str, "Идентификатор участка в МИС", refers="district")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, absent=F.DOCTOR_ABSENT, wrong=F.DOCTOR_SNILS_WRONG)
    doctor_category = FieldSpec(int, "Категория медработника")
    section_from = FieldSpec(date, "Прикреплён к участку с", wrong=F.DATE_WRONG)
    within_clinic = FieldSpec(bool, "Смена участка внутри МО")
    event_date = FieldSpec(date, "Дата события", wrong=F.DATE_WRONG)
    is_attached = FieldSpec(bool, "Прикрепление или открепление")
    fap_building = FieldSpec(str, "ФАП: подразделение")
    fap_department = FieldSpec(str, "ФАП: отделение")
    fap_district = FieldSpec(str, "ФАП: участок")
    fap_section_id = FieldSpec(str, "ФАП: идентификатор участка в МИС", refers="district")
    fap_doctor_snils = FieldSpec(str, "ФАП: СНИЛС фельдшера", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    fap_attached_on = FieldSpec(date, "ФАП: дата прикрепления", wrong=F.DATE_WRONG)
    fap_detached_on = FieldSpec(date, "ФАП: дата открепления", wrong=F.DATE_WRONG)
    conditional = FieldSpec(bool, "Условное прикрепление")


def attachment_day(record: Attachment, as_of: date) -> tuple[date, date | None]:
    """Return the day of the statement, on which the person must be insured (files.md 3.5, step 5)."""
    return record.attached_on or as_of, None


def detachment_day(record: Attachment, as_of: date) -> tuple[date, date | None]:
    """Return the day of detachment."""
    return record.detached_on or as_of, None


def attachment_findings(
    record: Attachment, found: Identification, on: date, options: Mapping[str, Any]
) -> Iterator[Finding]:
    """Return what an identification means for an attachment."""
    return judge_attachment(record, found, on, ATTACHMENT, options["newborn_days"])


FORM = frozenset(
    (
        F.VALUE_MALFORMED,
        F.NUMBER_REPEATED,
        F.DUPLICATE_IN_PACKET,
        F.DATE_WRONG,
        F.METHOD_WRONG,
        F.ORGANISATION_ABSENT,
        F.ORGANISATION_UNKNOWN,
        F.FOREIGN_ORGANISATION,
        F.NOTHING_TO_CORRECT,
    )
)
# what the contracts demand of an attachment and of its end
DEMANDED = frozenset(
    (
        F.VALUE_ABSENT,
        F.NAME_ABSENT,
        F.BIRTH_DATE_ABSENT,
        F.ENP_ABSENT,
        F.ACTION_UNKNOWN,
        F.DATE_ABSENT,
        F.DATE_IN_FUTURE,
        F.DATE_ORDER,
        F.ORGANISATION_WRONG,
        F.METHOD_ABSENT,
        F.DOCTOR_ABSENT,
        F.DOCTOR_SNILS_WRONG,
        F.DISTRICT_ABSENT,
    )
)
ENDED = PERSON_BLOCK | FORM | DEMANDED | PERSON_IS_CERTAIN | {F.DISTRICT_UNKNOWN}
BEGUN = (
    ENDED
    | FINDINGS_OF_IDENTIFICATION
    | {
        F.EVENT_AFTER_DEATH,
        F.DOCTOR_UNKNOWN,
        F.DISTRICT_UNKNOWN,
        F.ALREADY_ATTACHED_HERE,
        F.TWICE_IN_A_YEAR,
        F.ATTACHED_ELSEWHERE,
        F.STATEMENT_BEFORE_CURRENT,
        F.NOT_ATTACHED_HERE,
        F.NEWBORN_CONDITIONAL,
        F.ATTACHMENT_TOLD_LATE,
        F.SECOND_DOCTOR,
        F.THIRD_DOCTOR,
    }
)
REOPENED = PERSON_BLOCK | FORM | PERSON_IS_CERTAIN | {F.ATTACHED_ELSEWHERE, F.PERSON_DEAD, F.EVENT_AFTER_DEATH}

ATTACHMENT = MessageKind(
    "attachment",
    "Прикрепление",
    Attachment,
    unit=Unit.PACKET,
    checks=ATTACHMENT_CHECKS,
    effect=attach_people,
    resolve=resolve_districts,
    period=attachment_day,
    judge=attachment_findings,
    object_class="attachment",
    codes=BEGUN,
)
# the dead and those insured elsewhere are just the people who must be detached
DETACHMENT = MessageKind(
    "detachment",
    "Открепление",
    Attachment,
    unit=Unit.PACKET,
    checks=DETACHMENT_CHECKS,
    effect=detach_people,
    resolve=resolve_districts,
    period=detachment_day,
    object_class="attachment",
    tolerates=frozenset(("dead", "not_insured", "elsewhere")),
    codes=ENDED,
)
DETACHMENT_CANCELLATION = MessageKind(
    "detachment_cancellation",
    "Отмена открепления",
    Attachment,
    unit=Unit.PACKET,
    checks=CANCELLATION_CHECKS,
    effect=cancel_detachments,
    period=attachment_day,
    tolerates=frozenset(("not_insured", "elsewhere")),
    codes=REOPENED,
)
