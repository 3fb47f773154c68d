"""Facts of a person beyond the person block: how the person is reached, and what the registry keeps by itself."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec
from registry.insured.kinds.person import Person


class Reached(Person):
    """How a person is reached: telephones, e-mail, the representative."""

    work_phone = FieldSpec(str, "Рабочий телефон", personal=True)
    email = FieldSpec(str, "Электронная почта", personal=True)
    representative = FieldSpec(str, "Представитель", personal=True)


class PersonFacts(Reached):
    """Every fact of a person the registry keeps by itself."""

    birth_precision = FieldSpec(int, "Точность даты рождения")
    citizenship = FieldSpec(str, "Гражданство", book="O001")
    document_expires_on = FieldSpec(date, "Срок действия УДЛ")
    died_on = FieldSpec(date, "Дата смерти")
    death_act_number = FieldSpec(str, "Номер записи акта о смерти")
    death_act_date = FieldSpec(date, "Дата записи акта о смерти")
    death_act_issuer = FieldSpec(str, "Орган ЗАГС, составивший запись")
    stateless = FieldSpec(bool, "Без гражданства")
    category = FieldSpec(int, "Категория застрахованного лица", book="V013")
    employment = FieldSpec(int, "Занятость", book="F009")
