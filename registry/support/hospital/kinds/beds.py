"""Places of a hospital by day and bed profile, and the bed-days a month of them makes."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.support.hospital.operations.report_beds import report_beds
from registry.support.hospital.rules.bed_checks import BED_CHECKS


class BedVolume(Record):
    """How much of a bed profile is meant for the insured of one insurer; kinds of volume are kept as sent."""

    volume_kind = FieldSpec(int, "Вид объёма")
    insurer = FieldSpec(str, "СМО", book="F002")
    amount = FieldSpec(int, "Количество")
    volume_guid = FieldSpec(str, "Служебный идентификатор объёма")


class BedsRecord(Record):
    """Places of one bed profile on a day; repetitions of a message share clinic, day and conditions of care."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    day = FieldSpec(date, "Дата", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    branch = FieldSpec(str, "Подразделение")
    division = FieldSpec(str, "Отделение")
    department_profile = FieldSpec(str, "Профиль отделения")
    care_conditions = FieldSpec(str, "Условия оказания помощи", book="V006")
    bed_profile = FieldSpec(str, "Профиль койки", book="V020")
    occupied = FieldSpec(int, "Состоит больных")
    arrived = FieldSpec(int, "Поступило")
    departed = FieldSpec(int, "Выбыло")
    planned = FieldSpec(int, "Планируется")
    free = FieldSpec(int, "Свободно коек")
    free_adults = FieldSpec(int, "Свободно для взрослых")
    free_men = FieldSpec(int, "Свободно мужских")
    free_women = FieldSpec(int, "Свободно женских")
    free_children = FieldSpec(int, "Свободно детских")
    volumes = FieldSpec(list, "Объёмы по СМО", of=BedVolume)
    profile_guid = FieldSpec(str, "Служебный идентификатор профиля")
    guid = FieldSpec(str, "Служебный идентификатор записи")


class BedMonth(Record):
    """Bed-days of one bed profile of a clinic in a month."""

    clinic = FieldSpec(str, "МО", book="F032")
    bed_profile = FieldSpec(str, "Профиль койки", book="V020")
    insurer = FieldSpec(str, "СМО", book="F002")
    all_beds = FieldSpec(int, "Всего койко-дней")
    busy_beds = FieldSpec(int, "Занято койко-дней")
    arrived = FieldSpec(int, "Госпитализировано")


BEDS = MessageKind(
    "beds",
    "Сведения о коечном фонде",
    BedsRecord,
    unit=Unit.PACKET,
    checks=BED_CHECKS,
    effect=report_beds,
    object_class="beds",
    books=frozenset(("V006", "V020")),
    codes=frozenset(
        (
            F.BOOK_VALUE_UNKNOWN,
            F.BOOK_VALUE_CLOSED,
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.VALUE_TOO_LONG,
            F.NUMBER_REPEATED,
            F.REJECTED_WITH_PACKET,
            F.DUPLICATE_IN_PACKET,
            F.DATE_ABSENT,
            F.DATE_WRONG,
            F.DATE_IN_FUTURE,
            F.ORGANISATION_ABSENT,
            F.ORGANISATION_WRONG,
            F.ORGANISATION_UNKNOWN,
            F.FOREIGN_ORGANISATION,
        )
    ),
)
BED_MONTH = MessageKind("bed_month", "Койко-дни за месяц", BedMonth, unit=Unit.PACKET, changes_state=False)
