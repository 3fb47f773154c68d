"""What messages of the central segment say of a person and of insurance (segments PID and IN1)."""

from __future__ import annotations

from datetime import date, datetime

from registry.core.fields import FieldSpec, Record


class Identifier(Record):
    """One identifier: ``type`` is NI (ЕНП), PEN (СНИЛС), CZ (УЭК) or the code of the document in F011."""

    value = FieldSpec(str, "Значение (у документа «серия № номер»)", personal=True)
    territory = FieldSpec(str, "ОКАТО территории, выдавшей ЕНП", book="F001")
    type = FieldSpec(str, "Тип: NI, PEN, CZ или код F011")
    issued_on = FieldSpec(date, "Дата выдачи")
    expires_on = FieldSpec(date, "Действует до")


class CentralPerson(Record):
    """A person as a message tells of them (PID)."""

    identifiers = FieldSpec(list, "Идентификаторы: документ, СНИЛС, ЕНП", of=Identifier)
    surname = FieldSpec(str, "Фамилия", personal=True)
    first_name = FieldSpec(str, "Имя", personal=True)
    patronymic = FieldSpec(str, "Отчество", personal=True)
    birth_date = FieldSpec(date, "Дата рождения", personal=True)
    sex = FieldSpec(int, "Пол", book="V005")
    birth_place = FieldSpec(str, "Место рождения", personal=True)
    citizenship = FieldSpec(str, "Гражданство", book="O001")
    died_on = FieldSpec(date, "Дата смерти")
    dead = FieldSpec(bool, "Признак смерти")
    reliability = FieldSpec(list, "Коды надёжности сведений", of=str)


class CentralInsurance(Record):
    """An insurance (IN1)."""

    place = FieldSpec(int, "№ по порядку")
    insurer_ogrn = FieldSpec(str, "ОГРН СМО", book="F002")
    valid_from = FieldSpec(date, "Начало страхования")
    valid_to = FieldSpec(date, "Окончание страхования")
    okato = FieldSpec(str, "ОКАТО территории страхования", book="F001")
    policy_type = FieldSpec(str, "Тип ДПФС", book="F008")
    policy_number = FieldSpec(str, "Серия и номер полиса", personal=True)
    state = FieldSpec(str, "Состояние полиса, когда о нём сказано словом")


class Message(Record):
    """The header of a message (MSH)."""

    application = FieldSpec(str, "Программа отправителя")
    territory = FieldSpec(str, "Код территории (F001 tf_kod)")
    sent_at = FieldSpec(datetime, "Дата и время сообщения")
    trigger = FieldSpec(str, "Событие HL7")
    control_id = FieldSpec(str, "Идентификатор сообщения")
