"""What is announced to all: telephones, days of measures, approved numbers."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.plans.kinds.findings import FORM, OF_CLINIC, OF_DAY
from registry.support.plans.operations.keep_announcements import keep_contacts, keep_dates
from registry.support.plans.rules.checks import CONTACT_CHECKS, DATE_CHECKS


class ContactRecord(Record):
    """A telephone of a clinic."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    phone = FieldSpec(str, "Телефон")
    comment = FieldSpec(str, "Комментарий")


class PlannedDateRecord(Record):
    """A day of measures of a clinic."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    event_kind = FieldSpec(int, "Вид мероприятия", wrong=F.BOOK_VALUE_UNKNOWN)
    held_on = FieldSpec(date, "Дата мероприятия", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    event_method = FieldSpec(int, "Метод проведения", wrong=F.BOOK_VALUE_UNKNOWN)
    comment = FieldSpec(str, "Комментарий")
    address = FieldSpec(str, "Адрес")


class QuantityRecord(Record):
    """An approved number of measures; second kinds are kept as loaded."""

    event_kind = FieldSpec(int, "Вид мероприятия")
    second_kind = FieldSpec(int, "Второй вид мероприятия")
    year = FieldSpec(int, "Год")
    month = FieldSpec(int, "Месяц")
    clinic = FieldSpec(str, "МО", book="F032")
    quantity = FieldSpec(int, "Количество")


CLINIC_CONTACT = MessageKind(
    "clinic_contact",
    "Контактный телефон МО",
    ContactRecord,
    unit=Unit.PACKET,
    checks=CONTACT_CHECKS,
    effect=keep_contacts,
    codes=FORM | OF_CLINIC | {F.VALUE_ABSENT},
)
PLANNED_DATE = MessageKind(
    "planned_date",
    "Дата профилактических мероприятий",
    PlannedDateRecord,
    unit=Unit.PACKET,
    checks=DATE_CHECKS,
    effect=keep_dates,
    codes=FORM | OF_CLINIC | OF_DAY | {F.BOOK_VALUE_UNKNOWN, F.VALUE_FORBIDDEN},
)
PLAN_QUANTITY = MessageKind(
    "plan_quantity", "Плановое число мероприятий", QuantityRecord, unit=Unit.PACKET, changes_state=False
)
