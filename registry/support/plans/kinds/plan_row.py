"""A person in the plan of preventive measures of a clinic."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.person import Person
from registry.support.plans.kinds.findings import FORM, OF_CLINIC, OF_PERSON
from registry.support.plans.operations.plan_people import plan_people
from registry.support.plans.rules.checks import PLAN_CHECKS
from registry.support.plans.rules.people import judge_planned


class PlanRecord(Person):
    """Who is to come in which month, by which section and doctor; unknown dictionaries are kept as sent."""

    event_kind = FieldSpec(int, "Вид мероприятия", wrong=F.BOOK_VALUE_UNKNOWN)
    year = FieldSpec(int, "Год плана")
    month = FieldSpec(int, "Месяц плана")
    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    district = FieldSpec(str, "Участок")
    category = FieldSpec(int, "Категория гражданина")
    mkb = FieldSpec(str, "Диагноз по МКБ-10", book="M001")
    mkb_on = FieldSpec(date, "Дата диагноза", wrong=F.DATE_WRONG)
    mkb_status = FieldSpec(int, "Состояние наблюдения")
    mkb_method = FieldSpec(int, "Метод наблюдения")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    action_code = FieldSpec(int, "Код операции")


def first_day(record: PlanRecord, as_of: date) -> tuple[date, date | None]:
    """Return the first day of the month of the plan, on which the person is judged."""
    return date(record.year or as_of.year, record.month or as_of.month, 1), None


PLAN_ROW = MessageKind(
    "plan_row",
    "Строка плана профилактических мероприятий",
    PlanRecord,
    unit=Unit.PACKET,
    checks=PLAN_CHECKS,
    effect=plan_people,
    period=first_day,
    judge=judge_planned,
    books=frozenset(("M001",)),
    codes=FORM
    | OF_CLINIC
    | OF_PERSON
    | {
        F.BOOK_VALUE_UNKNOWN,
        F.BOOK_VALUE_CLOSED,
        F.DATE_WRONG,
        F.DOCTOR_SNILS_WRONG,
        F.DISTRICT_UNKNOWN,
        F.EXAM_UNSUITABLE,
        F.NOT_ATTACHED_HERE,
        F.ALREADY_PLANNED,
        F.ALREADY_EXECUTED,
        F.TOLD_UNDER_OTHER_NUMBER,
    },
)
