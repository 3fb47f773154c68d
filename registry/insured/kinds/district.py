"""Districts (участки) of a clinic with the doctors who serve them."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.operations.register_districts import register_districts
from registry.insured.rules.district_checks import DISTRICT_CHECKS


class DistrictRecord(Record):
    """What a clinic says about one of its districts."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    clinic_oid = FieldSpec(str, "ОИД МО")
    district = FieldSpec(str, "Участок", absent=F.DISTRICT_ABSENT)
    area_type = FieldSpec(int, "Вид участка")
    department = FieldSpec(str, "Отделение")
    building = FieldSpec(str, "Подразделение")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    doctor_category = FieldSpec(int, "Категория медработника")
    doctor_from = FieldSpec(date, "Врач обслуживает участок с", wrong=F.DATE_WRONG)
    opened_on = FieldSpec(date, "Участок открыт", wrong=F.DATE_WRONG)
    closed_on = FieldSpec(date, "Участок закрыт", wrong=F.DATE_WRONG)


DISTRICT = MessageKind(
    "district",
    "Участок",
    DistrictRecord,
    unit=Unit.PACKET,
    checks=DISTRICT_CHECKS,
    effect=register_districts,
    object_class="district",
    codes=frozenset(
        (
            F.VALUE_ABSENT,
            F.VALUE_MALFORMED,
            F.ORGANISATION_ABSENT,
            F.ORGANISATION_UNKNOWN,
            F.FOREIGN_ORGANISATION,
            F.DISTRICT_ABSENT,
            F.DOCTOR_SNILS_WRONG,
            F.DATE_WRONG,
            F.DATE_ORDER,
            F.HAS_DEPENDANTS,
        )
    ),
)
