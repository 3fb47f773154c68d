"""How people attached to a clinic are reached, and by which of its sections and doctors they are served."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.identification import PERSON_BLOCK, PERSON_IS_CERTAIN
from registry.insured.kinds.person_facts import Reached
from registry.insured.operations.tell_contacts import tell_contacts
from registry.insured.rules.contact_checks import CONTACT_CHECKS


class PersonContacts(Reached):
    """What a clinic says about reaching a person attached to it; «-» takes a known value away, an absent one stays."""

    clinic = FieldSpec(str, "МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG)
    changed_on = FieldSpec(date, "Дата изменения", wrong=F.DATE_WRONG)
    area_type = FieldSpec(int, "Вид участка")
    building = FieldSpec(str, "Подразделение")
    department = FieldSpec(str, "Отделение")
    district = FieldSpec(str, "Участок")
    doctor_snils = FieldSpec(str, "СНИЛС врача", personal=True, wrong=F.DOCTOR_SNILS_WRONG)
    doctor_category = FieldSpec(int, "Категория медработника")


def day_of_change(record: PersonContacts, as_of: date) -> tuple[date, date | None]:
    """Return the day the contacts are true since."""
    return record.changed_on or as_of, None


PERSON_CONTACTS = MessageKind(
    "person_contacts",
    "Контактные данные и участок прикреплённых",
    PersonContacts,
    unit=Unit.PACKET,
    checks=CONTACT_CHECKS,
    effect=tell_contacts,
    period=day_of_change,
    tolerates=frozenset(("not_insured", "elsewhere")),
    codes=PERSON_BLOCK
    | PERSON_IS_CERTAIN
    | {
        F.VALUE_ABSENT,
        F.VALUE_MALFORMED,
        F.NUMBER_REPEATED,
        F.DUPLICATE_IN_PACKET,
        F.DATE_WRONG,
        F.DATE_IN_FUTURE,
        F.ORGANISATION_ABSENT,
        F.ORGANISATION_UNKNOWN,
        F.FOREIGN_ORGANISATION,
        F.OPERATION_NOT_ALLOWED,
        F.PERSON_DEAD,
        F.EVENT_AFTER_DEATH,
        F.NOT_ATTACHED_HERE,
        F.DOCTOR_SNILS_WRONG,
        F.DOCTOR_UNKNOWN,
        F.DISTRICT_UNKNOWN,
        F.CHANGE_IN_BUFFER,
    },
)
