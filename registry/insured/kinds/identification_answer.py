"""The answer to one row of a file of identification requests."""

from __future__ import annotations

from datetime import date

from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind, Unit


class IdentificationAnswer(Record):
    """What the registry says about one requested person (files.md 2.3); request columns are echoed beside it."""

    row_number = FieldSpec(int, "Номер строки запроса")
    document_type = FieldSpec(int, "Тип УДЛ запроса", book="F011")
    document_series = FieldSpec(str, "Серия УДЛ запроса", personal=True)
    document_number = FieldSpec(str, "Номер УДЛ запроса", personal=True)
    refusal = FieldSpec(str, "Ошибка ЕРЗ; пусто, когда строку можно сохранить")
    note = FieldSpec(str, "Примечание для человека")
    insurer = FieldSpec(str, "Реестровый номер СМО", book="F002")
    okato = FieldSpec(str, "ОКАТО территории страхования", book="F001")
    ogrn = FieldSpec(str, "ОГРН СМО")
    policy_type = FieldSpec(str, "Тип полиса", book="F008")
    policy_series = FieldSpec(str, "Серия полиса", personal=True)
    policy_number = FieldSpec(str, "Номер полиса", personal=True)
    enp = FieldSpec(str, "ЕНП", personal=True)
    insured_from = FieldSpec(date, "Начало страхования")
    insured_to = FieldSpec(date, "Окончание страхования")


IDENTIFICATION_ANSWER = MessageKind(
    "identification_answer",
    "Ответ на идентификацию",
    IdentificationAnswer,
    unit=Unit.CHUNK,
    changes_state=False,
)
