"""The operations of REST as a table: the description and the readable page are made of it, a test holds it complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from registry.core.outcomes import PacketStatus, RecordStatus
from server.api.asking import MOST, PAGE
from server.api.outgoing import STATES
from server.api.packets import CHANNELS


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address, a path or a header."""

    name: str
    title: str
    place: str = "query"
    type: str = "string"
    choices: tuple[str, ...] = ()
    must: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """One operation: ``takes`` and ``gives`` name schemas, ``media`` says what bodies may be besides JSON."""

    endpoint: str
    method: str
    path: str
    title: str
    text: str
    parameters: tuple[Parameter, ...] = ()
    takes: str = ""
    media: str = ""
    gives: str = ""
    status: int = 200
    refusals: tuple[int, ...] = ()


def _period() -> tuple[Parameter, ...]:
    return (
        Parameter("since", "с этого момента: дата или дата со временем"),
        Parameter("until", "до этого момента, не включая"),
        Parameter("channel", "канал", choices=CHANNELS),
        Parameter("kind", "вид сведений, см. /formats"),
        Parameter("status", "статус", choices=tuple(str(one) for one in PacketStatus)),
    )


PAGING = (
    Parameter("after", "значение next прошлой страницы", type="integer"),
    Parameter("limit", f"сколько строк, до {MOST}; по умолчанию {PAGE}", type="integer"),
)
ONCE = Parameter("Idempotency-Key", "повтор с тем же ключом ничего не делает дважды", "header")
TOKEN = Parameter("token", "идентификатор загрузки", "path", must=True)
PACKET = Parameter("packet_id", "номер пакета", "path", "integer", must=True)
OUTGOING = Parameter("packet_id", "номер исходящего пакета", "path", "integer", must=True)

OPERATIONS: tuple[Described, ...] = (
    Described(
        "files.begin",
        "post",
        "/files",
        "Передать файл или начать загрузку по частям",
        "Тело application/json объявляет файл и возвращает 201 с идентификатором загрузки; любое другое тело — сам "
        "файл целиком, имя в параметре name. Имя — по маскам обмена (/formats). Файл до 512 МБ по умолчанию.",
        (Parameter("name", "имя файла, когда тело — сам файл"), ONCE),
        "Announcement",
        "application/octet-stream",
        "Upload",
        202,
        (400, 409, 413, 422),
    ),
    Described(
        "files.show",
        "get",
        "/files/{token}",
        "Состояние загрузки",
        "Сколько байт получено и чем стал файл. Продолжать следует с места received (заголовок Upload-Offset).",
        (TOKEN,),
        gives="Upload",
        refusals=(404,),
    ),
    Described(
        "files.continue_",
        "put",
        "/files/{token}",
        "Продолжить загрузку",
        "Байты с места, названного в Content-Range: bytes начало-конец/размер. После обрыва полученное остаётся; "
        "неверное место — 409 с ожидаемым Upload-Offset. Незаконченная загрузка хранится сутки.",
        (
            TOKEN,
            Parameter("Content-Range", "место этих байт в файле", "header"),
            Parameter("Upload-Offset", "то же числом: с какого байта", "header", "integer"),
        ),
        "",
        "application/octet-stream",
        "Upload",
        200,
        (400, 404, 409, 413),
    ),
    Described(
        "files.complete",
        "post",
        "/files/{token}/complete",
        "Закончить загрузку",
        "Файл становится пакетом и обрабатывается. Повторный вызов возвращает то же.",
        (TOKEN,),
        gives="Upload",
        status=202,
        refusals=(404, 409, 422),
    ),
    Described(
        "packets.list_packets",
        "get",
        "/packets",
        "Пакеты",
        "Пакеты своей организации и её подразделений, новые сначала; ключ фонда видит все.",
        (
            *_period(),
            Parameter("sender_packet_id", "идентификатор пакета у отправителя"),
            Parameter("file_name", "имя файла"),
            *PAGING,
        ),
        gives="PacketPage",
        refusals=(400,),
    ),
    Described(
        "packets.show",
        "get",
        "/packets/{packet_id}",
        "Пакет",
        "Пакет, число записей по исходам и замечаний по кодам. Чужой пакет — 404.",
        (PACKET,),
        gives="Packet",
        refusals=(404,),
    ),
    Described(
        "packets.records",
        "get",
        "/packets/{packet_id}/records",
        "Записи пакета",
        "Поля записи, как они поняты, исход, замечания, почему найдено это лицо.",
        (
            PACKET,
            Parameter("status", "исход", choices=tuple(str(one) for one in RecordStatus)),
            Parameter("number", "номер записи"),
            *PAGING,
        ),
        gives="RecordPage",
        refusals=(400, 404),
    ),
    Described(
        "packets.answer",
        "get",
        "/packets/{packet_id}/answer",
        "Ответ на пакет",
        "Байты ответа под его именем. Пока ответа нет — 404 с кодом ANSWER_ABSENT.",
        (PACKET,),
        media="application/octet-stream",
        refusals=(404,),
    ),
    Described(
        "outgoing.list_outgoing",
        "get",
        "/outgoing",
        "Исходящие пакеты",
        "Что хаб отправил вам сам: извещения, списки, изменения. Старые сначала: в этом порядке их и загружают. Без "
        "status – только неподтверждённые (open); any – все.",
        (
            *_period()[:2],
            Parameter("kind", "вид исходящего пакета"),
            Parameter("status", "состояние", choices=tuple(str(one) for one in STATES)),
            Parameter("name", "часть имени файла"),
            *PAGING,
        ),
        gives="OutgoingPage",
        refusals=(400,),
    ),
    Described(
        "outgoing.show",
        "get",
        "/outgoing/{packet_id}",
        "Исходящий пакет",
        "Состояние и имя исходящего пакета. Чужой – 404.",
        (OUTGOING,),
        gives="Outgoing",
        refusals=(404,),
    ),
    Described(
        "outgoing.content",
        "get",
        "/outgoing/{packet_id}/content",
        "Содержимое исходящего пакета",
        "Байты под именем файла. Получение отмечает доставку; повторное ничего не меняет.",
        (OUTGOING,),
        media="application/octet-stream",
        refusals=(404,),
    ),
    Described(
        "outgoing.acknowledge",
        "post",
        "/outgoing/{packet_id}/acknowledgement",
        "Подтвердить получение",
        "Пакет загружен в вашу систему; с refusal – не загружен, и почему. Повторный вызов возвращает прежнее.",
        (OUTGOING,),
        "Acknowledgement",
        gives="Outgoing",
        refusals=(400, 404),
    ),
    Described(
        "changes.changes_of_period",
        "get",
        "/changes",
        "Изменения за период",
        "Изменения страхования и персональных данных ваших людей (МО – прикреплённых, СМО – застрахованных), ставшие "
        "известными за период до 31 дня; по умолчанию – за последние сутки. Следующий период начинайте с until ответа: "
        "подряд идущие периоды возвращают каждое изменение один раз и полностью.",
        (*_period()[:2], *PAGING),
        gives="ChangePage",
        refusals=(400, 422),
    ),
    Described(
        "people.identify",
        "post",
        "/people/identify",
        "Идентифицировать людей",
        "Один человек или до 1000: объект, массив или {people: […], on: дата для всех}. Достаточно одного ЕНП или "
        "полиса, иначе фамилия, дата рождения и ещё одно. Каждому — исход, страхование и прикрепление на дату.",
        (ONCE,),
        "Question",
        gives="Answer",
        refusals=(400, 409, 415, 422),
    ),
    Described(
        "packets.journal",
        "get",
        "/journal",
        "Журнал обмена",
        "Пакеты, запросы и отказы своей организации, новые сначала.",
        (*_period(), *PAGING),
        gives="JournalPage",
        refusals=(400,),
    ),
    Described(
        "check.check",
        "post",
        "/check",
        "Проверить, ничего не сохраняя",
        "Файл (имя в параметре name, до 16 МБ) или люди в JSON: те же замечания, что при приёме. О людях сообщается "
        "только, были бы они найдены.",
        (Parameter("name", "имя файла, когда тело — файл"),),
        "Question",
        "application/octet-stream",
        "Checked",
        200,
        (400, 413, 422),
    ),
)


def schema_of(one: Parameter) -> dict[str, Any]:
    """The schema of a parameter."""
    return {"type": one.type} | ({"enum": list(one.choices)} if one.choices else {})
