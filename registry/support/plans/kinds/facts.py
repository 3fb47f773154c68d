"""Facts about people in plans: told, done, billed, due for an in-depth exam."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.person import Person
from registry.support.plans.kinds.findings import OF_FACT
from registry.support.plans.operations.keep_facts import keep_executions, keep_informing
from registry.support.plans.rules.checks import EXECUTION_CHECKS, INFORMING_CHECKS
from registry.support.plans.rules.people import judge_fact


class InformingRecord(Person):
    """An insurer told a person about a measure; results are kept as sent."""

    informer = FieldSpec(
        str, "СМО, проинформировавшая лицо", book="F002", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    clinic = FieldSpec(str, "МО, в которую приглашено лицо", book="F032", wrong=F.ORGANISATION_WRONG)
    informed_on = FieldSpec(date, "Дата информирования", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    inform_method = FieldSpec(int, "Метод информирования", wrong=F.BOOK_VALUE_UNKNOWN)
    inform_step = FieldSpec(int, "Этап информирования", wrong=F.BOOK_VALUE_UNKNOWN)
    inform_result = FieldSpec(int, "Результат информирования")


class ExecutionRecord(Person):
    """A person took a step of a measure in a clinic."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    executed_on = FieldSpec(date, "Дата шага", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    execution_step = FieldSpec(int, "Шаг исполнения", wrong=F.BOOK_VALUE_UNKNOWN)
    event_method = FieldSpec(int, "Метод проведения", wrong=F.BOOK_VALUE_UNKNOWN)
    previous_on = FieldSpec(date, "Предыдущая дата", wrong=F.DATE_WRONG)


class InvoiceRecord(Person):
    """A case of a measure as it stands in a register of bills."""

    year = FieldSpec(int, "Год счёта")
    month = FieldSpec(int, "Месяц счёта")
    clinic = FieldSpec(str, "МО", book="F032")
    payer = FieldSpec(str, "СМО-плательщик", book="F002")
    case_from = FieldSpec(date, "Начало случая")
    case_to = FieldSpec(date, "Окончание случая")
    invoiced_on = FieldSpec(date, "Дата счёта")
    invoice_stage = FieldSpec(int, "Этап: 1, 2 диспансеризация, 3 профосмотр")
    outcome = FieldSpec(str, "Исход случая", book="V009")
    mark = FieldSpec(str, "Признак")
    mkb = FieldSpec(str, "Основной диагноз", book="M001")
    observed = FieldSpec(str, "Признак наблюдения по основному диагнозу")
    other_mkb = FieldSpec(str, "Сопутствующий диагноз", book="M001")
    other_observed = FieldSpec(str, "Признак наблюдения по сопутствующему диагнозу")


class InDepthRecord(Person):
    """A person due for the in-depth dispensarisation."""


def informing_day(record: InformingRecord, as_of: date) -> tuple[date, date | None]:
    """Return the day the person was told."""
    return record.informed_on or as_of, None


def execution_day(record: ExecutionRecord, as_of: date) -> tuple[date, date | None]:
    """Return the day of the step."""
    return record.executed_on or as_of, None


INFORMING_FACT = MessageKind(
    "informing_fact",
    "Факт информирования",
    InformingRecord,
    unit=Unit.PACKET,
    checks=INFORMING_CHECKS,
    effect=keep_informing,
    period=informing_day,
    judge=judge_fact,
    codes=OF_FACT | {F.BOOK_VALUE_UNKNOWN},
)
EXECUTION_FACT = MessageKind(
    "execution_fact",
    "Факт проведения мероприятия",
    ExecutionRecord,
    unit=Unit.PACKET,
    checks=EXECUTION_CHECKS,
    effect=keep_executions,
    period=execution_day,
    judge=judge_fact,
    codes=OF_FACT | {F.BOOK_VALUE_UNKNOWN, F.VALUE_FORBIDDEN},
)
INVOICE_FACT = MessageKind(
    "invoice_fact", "Мероприятие в реестре счетов", InvoiceRecord, unit=Unit.PACKET, changes_state=False
)
IN_DEPTH_PERSON = MessageKind(
    "in_depth_person", "Углублённая диспансеризация", InDepthRecord, unit=Unit.PACKET, changes_state=False
)
