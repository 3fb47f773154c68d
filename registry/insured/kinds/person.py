"""The person block, inherited by every kind about a person and spelt once for all of them."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.findings import FindingCode as F


class Person(Record):
    """What a sender says about a person (registry model, clauses 1.1–1.3). ``policy_type`` is the Cyrillic letter."""

    surname = FieldSpec(str, "Фамилия", personal=True, absent=F.NAME_ABSENT, wrong=F.NAME_CHARACTERS)
    first_name = FieldSpec(str, "Имя", personal=True, absent=F.NAME_ABSENT, wrong=F.NAME_CHARACTERS)
    patronymic = FieldSpec(str, "Отчество", personal=True, absent=F.NAME_ABSENT, wrong=F.NAME_CHARACTERS)
    birth_date = FieldSpec(date, "Дата рождения", personal=True, absent=F.BIRTH_DATE_ABSENT, wrong=F.BIRTH_DATE_WRONG)
    sex = FieldSpec(int, "Пол", book="V005", absent=F.SEX_WRONG, wrong=F.SEX_WRONG)
    birth_place = FieldSpec(str, "Место рождения", personal=True)
    snils = FieldSpec(str, "СНИЛС", personal=True, wrong=F.SNILS_WRONG)
    enp = FieldSpec(str, "ЕНП", personal=True, absent=F.ENP_ABSENT, wrong=F.ENP_WRONG)
    document_type = FieldSpec(int, "Тип УДЛ", book="F011", absent=F.DOCUMENT_WRONG, wrong=F.DOCUMENT_WRONG)
    document_series = FieldSpec(str, "Серия УДЛ", personal=True, wrong=F.DOCUMENT_WRONG)
    document_number = FieldSpec(str, "Номер УДЛ", personal=True, absent=F.DOCUMENT_WRONG, wrong=F.DOCUMENT_WRONG)
    document_issued_on = FieldSpec(date, "Дата выдачи УДЛ", wrong=F.DOCUMENT_WRONG)
    document_issuer = FieldSpec(str, "Орган, выдавший УДЛ")
    policy_type = FieldSpec(str, "Тип полиса", book="F008", absent=F.POLICY_TYPE_WRONG, wrong=F.POLICY_TYPE_WRONG)
    policy_series = FieldSpec(str, "Серия полиса", personal=True)
    policy_number = FieldSpec(
        str, "Номер полиса", personal=True, absent=F.POLICY_NUMBER_ABSENT, wrong=F.POLICY_NUMBER_WRONG
    )
    policy_from = FieldSpec(date, "Начало действия полиса", wrong=F.DATE_WRONG)
    policy_to = FieldSpec(date, "Окончание действия полиса", wrong=F.DATE_WRONG)
    insurer = FieldSpec(str, "СМО", book="F002")
    insurance_okato = FieldSpec(str, "ОКАТО территории страхования", book="F001")
    bdz_id = FieldSpec(str, "Идентификатор в регистре")
    oip = FieldSpec(str, "Идентификатор ФЕРЗЛ")
    sender_person_id = FieldSpec(str, "Идентификатор пациента в МИС")
    phone = FieldSpec(str, "Телефон", personal=True)
    # with it all the rest is of the representative: the child has no policy and perhaps no record yet (clause 6.2, 8)
    newborn = FieldSpec(
        str,
        "Признак новорождённого (NOVOR)",
        wrong=F.BIRTH_DATE_WRONG,
        note="С ним остальные данные записи – представителя. Где поля нет, ребёнка ищут по его собственным данным.",
    )
