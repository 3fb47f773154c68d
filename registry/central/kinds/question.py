"""The question ZP1: by whom is this person insured (registry model, clause 11)."""

from __future__ import annotations

from datetime import date

from registry.central.kinds.told import Identifier, Message
from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit


class CentralQuestion(Message):
    """A person who is not found in the region, as the central segment is asked about them."""

    on = FieldSpec(date, "На дату")
    identifiers = FieldSpec(list, "Идентификаторы", of=Identifier)
    surname = FieldSpec(str, "Фамилия", personal=True)
    first_name = FieldSpec(str, "Имя", personal=True)
    patronymic = FieldSpec(str, "Отчество", personal=True)
    birth_date = FieldSpec(date, "Дата рождения", personal=True)
    sex = FieldSpec(int, "Пол", book="V005")
    birth_place = FieldSpec(str, "Место рождения", personal=True)
    policy_type = FieldSpec(str, "Тип ДПФС", book="F008")
    policy_number = FieldSpec(str, "Серия и номер полиса", personal=True)


CENTRAL_QUESTION = MessageKind(
    "central_question",
    "Запросы страховой принадлежности в ЦС ЕРЗ",
    CentralQuestion,
    unit=Unit.PACKET,
    changes_state=False,
    outgoing=True,
)
