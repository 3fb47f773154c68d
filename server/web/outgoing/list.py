"""Outgoing packets as a table: columns, filters and how they become a question."""

from __future__ import annotations

from flask import request, url_for

from registry.exchange.queries import senders
from registry.exchange.queries.outgoing import OutgoingFilter, OutgoingLine
from server.web.asking import number_of
from server.web.current import session, viewer
from server.web.exchange import wording
from server.web.exchange.journal import PERIODS, period_of
from server.web.permissions import Permission
from server.web.statuses import OUTGOING, options
from server.web.table import Bulk, Column, Empty, Filter, Table

WAYS = {"tray": "Сайт, REST или папка", "amqp": "Очередь"}
NOT_TAKEN = "waiting|delivered|sent_again|overdue|undeliverable"


def address(line: OutgoingLine) -> str:
    """The page of a packet."""
    return url_for("outgoing.packet", line_id=line.one.id)


def title_of(line: OutgoingLine) -> str:
    """What sort of packet it is."""
    return line.one.title or wording.kind_title(line.one.kind)


COLUMNS = (
    Column(key="at", title="Время", value=lambda line: line.one.created_at, kind="moment", link=address),
    Column(key="id", title="№", value=lambda line: line.one.id, kind="number", shown=False),
    Column(key="receiver", title="Получатель", value=lambda line: line.receiver, kind="wide"),
    Column(key="kind", title="Вид", value=title_of),
    Column(key="name", title="Файл или вид сообщения", value=lambda line: line.one.name, kind="id"),
    Column(key="way", title="Как идёт", value=lambda line: WAYS.get(line.one.way, line.one.way), shown=False),
    Column(key="status", title="Состояние", value=lambda line: line.one.status, kind="status:packet"),
    Column(key="records", title="Записей", value=lambda line: line.one.records, kind="number"),
    Column(key="size", title="Размер", value=lambda line: line.packet.size, kind="size", shown=False),
    Column(key="delivered", title="Доставлен", value=lambda line: line.one.delivered_at, kind="moment"),
    Column(key="acknowledged", title="Подтверждён", value=lambda line: line.one.acknowledged_at, kind="moment"),
    Column(key="due", title="Ждём до", value=lambda line: line.one.due_at, kind="moment", shown=False),
    Column(key="resends", title="Повторов", value=lambda line: line.one.resends, kind="number", shown=False),
    Column(key="sent_id", title="Идентификатор", value=lambda line: line.packet.sender_packet_id, shown=False),
    Column(key="error", title="Причина", value=lambda line: line.one.error, kind="message", shown=False),
)


def outgoing_table() -> Table:
    """The list as this request asks for it; a receiver sees only what is for it."""
    everything = viewer().visibility.sees_all
    again = url_for("outgoing.send_again")
    receivers = senders(session()) if everything else []
    organisation = [(str(one.organisation.id), f"{one.sender_code} {one.organisation.name}") for one in receivers]
    return Table(
        name="outgoing",
        title="Исходящие",
        caption="Пакеты, которые хаб отправил сам, новые сверху",
        columns=COLUMNS if everything else tuple(one for one in COLUMNS if one.key != "receiver"),
        row_link=address,
        defaults={"period": "30"},
        empty=Empty(
            why="За этот период по этим условиям ничего не отправлялось",
            what="Расширьте период или уберите условия. Ответы на пакеты – на страницах этих пакетов.",
            link=url_for("outgoing.packets", period="all"),
            action="Показать за всё время",
            icon="send",
        ),
        filters=(
            Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            *(
                (Filter(name="organisation", title="Получатель", kind="select", options=organisation),)
                if everything
                else ()
            ),
            Filter(
                name="status",
                title="Состояние",
                kind="select",
                options=((NOT_TAKEN, "Не подтверждены"), *(one for one in options("packet") if one[0] in OUTGOING)),
            ),
            Filter(name="way", title="Как идёт", kind="select", options=tuple(WAYS.items())),
            Filter(name="name", title="Имя файла", wide=True),
        ),
        bulk=(
            Bulk(title="Отправить отмеченные ещё раз", address=again, icon="repeat"),
            Bulk(title="Все неподтверждённые отбора", address=f"{again}?{_filters()}", icon="repeat", scope="open"),
        )
        if viewer().may(Permission.SEND_AGAIN)
        else (),
    )


def wanted_of(table: Table) -> OutgoingFilter:
    """The filters of the address as a question."""
    since, until = period_of(table)
    organisation = table.value("organisation")
    return OutgoingFilter(
        since=since,
        until=until,
        organisation_id=number_of(organisation),
        statuses=tuple(filter(None, table.value("status").split("|"))),
        way=table.value("way"),
        name=table.value("name"),
    )


def _filters() -> str:
    """The filters of this address, so that «all» means all of them."""
    return request.query_string.decode("ascii", "ignore")
