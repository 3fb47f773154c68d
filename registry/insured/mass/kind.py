"""One line of a mass change of sections: whose, and which section and doctor from now on."""

from __future__ import annotations

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit


class SectionLine(Record):
    """A person by ЕНП or by the number in the registry, and what changes of the attachment; what is not told stays."""

    enp = FieldSpec(str, "ЕНП", personal=True, wrong=F.ENP_WRONG)
    bdz_id = FieldSpec(str, "ИД в регистре")
    clinic = FieldSpec(str, "МО", book="F032", wrong=F.ORGANISATION_WRONG)
    area_type = FieldSpec(int, "Вид участка")
    district = FieldSpec(str, "Новый участок")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    doctor_category = FieldSpec(int, "Категория врача")
    building = FieldSpec(str, "Подразделение")
    department = FieldSpec(str, "Отделение")


SECTION_LINE = MessageKind(
    "section_line",
    "Строка массовой смены участков",
    SectionLine,
    unit=Unit.PACKET,
    codes=frozenset((F.VALUE_MALFORMED, F.ENP_WRONG, F.ORGANISATION_WRONG, F.DOCTOR_SNILS_WRONG)),
)
