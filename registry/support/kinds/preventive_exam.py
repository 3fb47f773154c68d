"""Preventive exams and dispensarisation: a card that is told when it is opened and when it is closed (clause 5.2)."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.kinds.event import CODES, HEAD_BOOKS, Event
from registry.support.operations.keep_cards import keep_cards
from registry.support.rules.exam_checks import exam_books, exam_form, exam_relations, exam_window
from registry.support.rules.head_checks import clinic_is_the_senders
from registry.support.rules.person import judge_patient


class Diagnosis(Record):
    """One diagnosis of a card: main, accompanying or suspected."""

    mkb = FieldSpec(str, "код МКБ", book="M001")
    kind = FieldSpec(int, "вид диагноза")
    first = FieldSpec(bool, "выявлен впервые")
    observed = FieldSpec(int, "диспансерное наблюдение")


class Direction(Record):
    """One direction given at the end of an exam; its kind says which of the values it must have (clause 11.3)."""

    kind = FieldSpec(int, "вид назначения")
    specialty = FieldSpec(str, "специальность врача", book="V021")
    research = FieldSpec(str, "вид обследования", book="V029")
    service_code = FieldSpec(str, "код услуги")
    clinic = FieldSpec(str, "код МО назначения", book="F032")
    on = FieldSpec(date, "дата назначения", wrong=F.DATE_WRONG)
    profile = FieldSpec(str, "профиль помощи", book="V002")
    bed_profile = FieldSpec(str, "профиль койки", book="V020")


class PerformedService(Record):
    """One service of the exam, done or refused."""

    code = FieldSpec(str, "код услуги")
    on = FieldSpec(date, "дата услуги", wrong=F.DATE_WRONG)
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    refused = FieldSpec(bool, "отказ от услуги")
    pathology = FieldSpec(bool, "выявлена патология")


class PreventiveExam(Event):
    """One exam of one person, opened or closed."""

    exam_kind = FieldSpec(str, "вид осмотра", book="V016")
    stage = FieldSpec(int, "этап")
    opened_on = FieldSpec(date, "дата открытия карты", wrong=F.DATE_WRONG)
    closed_on = FieldSpec(date, "дата закрытия карты", wrong=F.DATE_WRONG)
    place = FieldSpec(int, "место проведения")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    specialty = FieldSpec(str, "специальность врача", book="V021")
    mkb = FieldSpec(str, "код МКБ", book="M001")
    health_group = FieldSpec(str, "группа здоровья")
    result = FieldSpec(int, "результат", book="V017")
    refused = FieldSpec(bool, "отказ")
    second_stage = FieldSpec(bool, "направлен на второй этап")
    second_stage_on = FieldSpec(date, "дата направления на второй этап", wrong=F.DATE_WRONG)
    observed = FieldSpec(int, "взят на диспансерное наблюдение")
    diagnoses = FieldSpec[list[Diagnosis]](list, "диагнозы", of=Diagnosis)
    directions = FieldSpec[list[Direction]](list, "назначения", of=Direction)
    services = FieldSpec[list[PerformedService]](list, "услуги", of=PerformedService)
    comment = FieldSpec(str, "примечание")


def opening_day(record: PreventiveExam, as_of: date) -> tuple[date, date | None]:
    """Return the day the card was opened, on which the person must be insured."""
    return record.opened_on or as_of, None


PREVENTIVE_EXAM = MessageKind(
    "preventive_exam",
    "Профилактический осмотр и диспансеризация",
    PreventiveExam,
    unit=Unit.PACKET,
    checks=(exam_form, exam_books, clinic_is_the_senders, exam_relations, exam_window),
    effect=keep_cards,
    period=opening_day,
    judge=judge_patient,
    stepwise=True,
    object_class="event",
    codes=CODES | {F.EXAM_UNSUITABLE, F.FIRST_STAGE_ABSENT},
    books=HEAD_BOOKS | {"V002", "V016", "V017", "V020", "V021", "V029"},
)
