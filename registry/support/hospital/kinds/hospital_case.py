"""What referrals, stays and discharges have in common: a person, a referral, a place, and what they may raise."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.insured.kinds.identification import FINDINGS_OF_IDENTIFICATION, PERSON_BLOCK
from registry.insured.kinds.person import Person


class CareForm(StrEnum):
    """The form of care a patient comes for; every contract's numbers are mapped to these words by its spelling."""

    PLANNED = "planned"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class HospitalCase(Person):
    """A person on the way to, in or out of a hospital; ``hospitalised_time`` is local, hh:mm:ss."""

    referral_number = FieldSpec(str, "Номер направления")
    referral_on = FieldSpec(date, "Дата направления", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    form = FieldSpec(CareForm, "Форма помощи")
    referring_clinic = FieldSpec(
        str, "Направившая МО", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    hospital = FieldSpec(
        str, "МО госпитализации", book="F032", absent=F.ORGANISATION_ABSENT, wrong=F.ORGANISATION_WRONG
    )
    referring_branch = FieldSpec(str, "Направившее подразделение")
    branch = FieldSpec(str, "Подразделение стационара")
    department = FieldSpec(str, "Отделение")
    department_profile = FieldSpec(str, "Профиль отделения")
    bed_profile = FieldSpec(str, "Профиль койки", book="V020")
    bed_id = FieldSpec(str, "Идентификатор коечного фонда в МИС")
    care_conditions = FieldSpec(str, "Условия оказания помощи", book="V006")
    mkb = FieldSpec(str, "Диагноз по МКБ-10", book="M001")
    diagnosis = FieldSpec(str, "Диагноз")
    region_okato = FieldSpec(str, "ОКАТО", book="F001")
    another_region = FieldSpec(bool, "Застрахован в другом субъекте")
    card_number = FieldSpec(str, "Номер карты")
    hospitalised_on = FieldSpec(date, "Дата госпитализации", absent=F.DATE_ABSENT, wrong=F.DATE_WRONG)
    hospitalised_time = FieldSpec(str, "Время госпитализации")
    guid = FieldSpec(str, "Служебный идентификатор записи")


#: The books a case is checked by, where they are loaded.
CASE_BOOKS = frozenset(("M001", "V006", "V020"))
CASE_CODES = (
    FINDINGS_OF_IDENTIFICATION
    | PERSON_BLOCK
    | {
        F.VALUE_ABSENT,
        F.VALUE_MALFORMED,
        F.VALUE_TOO_LONG,
        F.NUMBER_REPEATED,
        F.REJECTED_WITH_PACKET,
        F.DUPLICATE_IN_PACKET,
        F.DATE_ABSENT,
        F.DATE_WRONG,
        F.DATE_IN_FUTURE,
        F.DATE_ORDER,
        F.ORGANISATION_ABSENT,
        F.ORGANISATION_WRONG,
        F.ORGANISATION_UNKNOWN,
        F.FOREIGN_ORGANISATION,
        F.EVENT_AFTER_DEATH,
        F.REFERRAL_UNKNOWN,
        F.REFERRAL_CANCELLED,
        F.REFERRAL_USED,
        F.BOOK_VALUE_UNKNOWN,
        F.BOOK_VALUE_CLOSED,
    }
)
