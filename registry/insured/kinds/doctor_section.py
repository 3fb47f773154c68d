"""Medical workers of a clinic with the sections they serve."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.operations.assign_doctors import assign_doctors
from registry.insured.rules.doctor_section_checks import DOCTOR_SECTION_CHECKS


class DoctorSection(Record):
    """One worker on one section since a day; a worker with several sections is several records of one number."""

    reporting_clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT)
    clinic = FieldSpec(str, "Структурное подразделение", book="F032")
    doctor_snils = FieldSpec(
        str, "СНИЛС медработника", personal=True, absent=F.DOCTOR_ABSENT, wrong=F.DOCTOR_SNILS_WRONG
    )
    doctor_category = FieldSpec(int, "Должность: 1 врач, 2 средний медработник")
    doctor_from = FieldSpec(date, "Работает с", wrong=F.DATE_WRONG)
    surname = FieldSpec(str, "Фамилия", personal=True)
    first_name = FieldSpec(str, "Имя", personal=True)
    patronymic = FieldSpec(str, "Отчество", personal=True)
    birth_date = FieldSpec(date, "Дата рождения", personal=True, wrong=F.BIRTH_DATE_WRONG)
    speciality = FieldSpec(int, "Специальность")
    district = FieldSpec(str, "Участок", absent=F.DISTRICT_ABSENT)
    district_from = FieldSpec(date, "Обслуживает участок с", wrong=F.DATE_WRONG)
    district_number = FieldSpec(str, "Номер участка")


DOCTOR_SECTION = MessageKind(
    "doctor_section",
    "Врач на участке",
    DoctorSection,
    unit=Unit.PACKET,
    checks=DOCTOR_SECTION_CHECKS,
    effect=assign_doctors,
    codes=frozenset(
        (
            F.VALUE_MALFORMED,
            F.VALUE_TOO_LONG,
            F.BOOK_VALUE_UNKNOWN,
            F.ORGANISATION_ABSENT,
            F.ORGANISATION_UNKNOWN,
            F.FOREIGN_ORGANISATION,
            F.DOCTOR_ABSENT,
            F.DOCTOR_SNILS_WRONG,
            F.DISTRICT_ABSENT,
            F.DATE_WRONG,
            F.BIRTH_DATE_WRONG,
            F.NUMBER_REPEATED,
        )
    ),
)
