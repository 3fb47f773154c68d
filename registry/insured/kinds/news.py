"""What a receiver is told of a change: insurance (POLIS), personal data (PERSCHANGE), a joined record (DOUBLES)."""

from __future__ import annotations

from datetime import date, datetime

from registry.core.fields import FieldSpec
from registry.core.kinds import MessageKind, Unit
from registry.core.outcomes import Operation
from registry.insured.kinds.person import Person


class PersonNews(Person):
    """A person as the registry holds it now, with why it is told (RabbitMQ exchange, clauses 10.1 and 10.2)."""

    message = FieldSpec(str, "Вид сообщения")
    operation = FieldSpec(Operation, "Операция")
    joined_bdz_id = FieldSpec(str, "Идентификатор объединённой записи")
    names_changed = FieldSpec(bool, "Изменены персональные данные")
    policy_id = FieldSpec(int, "Идентификатор полиса в регистре")
    edited_at = FieldSpec(datetime, "Последнее изменение полиса")
    close_reason = FieldSpec(int, "Причина закрытия")
    end_reason = FieldSpec(str, "Причина снятия с учёта", book="R001")
    closed_on = FieldSpec(date, "Запись регистра закрыта")
    record_close_reason = FieldSpec(int, "Причина закрытия записи регистра")
    died_on = FieldSpec(date, "Дата смерти")
    clinic = FieldSpec(str, "МО прикрепления", book="F032")
    attached_on = FieldSpec(date, "Дата прикрепления")
    residence = FieldSpec(str, "Адрес места жительства", personal=True)
    registration = FieldSpec(str, "Адрес регистрации", personal=True)
    known_at = FieldSpec(datetime, "Известно хабу с")
    event = FieldSpec(str, "Событие")


POLICY_NEWS = MessageKind(
    "policy_news",
    "Изменения страховой принадлежности",
    PersonNews,
    unit=Unit.PACKET,
    changes_state=False,
    outgoing=True,
)
PERSON_NEWS = MessageKind(
    "person_news", "Изменение персональных данных", PersonNews, unit=Unit.PACKET, changes_state=False, outgoing=True
)
DOUBLES_NEWS = MessageKind(
    "doubles_news", "Объединённые записи", PersonNews, unit=Unit.PACKET, changes_state=False, outgoing=True
)
DAILY_NEWS = MessageKind(
    "daily_news", "Суточные изменения", PersonNews, unit=Unit.PACKET, changes_state=False, outgoing=True
)
KINDS = (POLICY_NEWS, PERSON_NEWS, DOUBLES_NEWS, DAILY_NEWS)
