"""The queue to other registers as a table: columns, filters and how they become a question."""

from __future__ import annotations

from flask import request, url_for

from registry.central.queries.messages import CentralFilter, CentralLine
from registry.central.words import FOR, OF_EVENT, TITLES, State
from server.web import formatting
from server.web.asking import number_of
from server.web.current import viewer
from server.web.exchange.journal import PERIODS, period_of
from server.web.insured import story
from server.web.insured.words import EVENTS
from server.web.permissions import Permission
from server.web.statuses import options
from server.web.table import Bulk, Column, Empty, Filter, Table

OPEN = f"{State.REFUSED}|{State.OVERDUE}"


def address(line: CentralLine) -> str:
    """The page of a message."""
    return url_for("central.message", message_id=line.one.id)


def person_of(line: CentralLine) -> str:
    """Whom a message is about, in words."""
    if line.version is not None:
        return story.name_of(line.version)
    asked = line.one.question
    names = (asked.get(name) or "" for name in ("surname", "first_name", "patronymic"))
    return " ".join(filter(None, names)) or "–"


def _below(line: CentralLine) -> str:
    enp = line.enp or str(line.one.question.get("enp") or "")
    return formatting.masked(enp) if enp else ""


COLUMNS = (
    Column(key="at", title="В очереди с", value=lambda line: line.one.created_at, kind="moment", link=address),
    Column(key="id", title="№", value=lambda line: line.one.id, kind="number", shown=False),
    Column(key="state", title="Состояние", value=lambda line: line.one.state, kind="status:central"),
    Column(
        key="trigger",
        title="Сообщение",
        value=lambda line: line.one.trigger,
        below=lambda line: f"{FOR[line.one.trigger]}: {TITLES[line.one.trigger]}",
    ),
    Column(
        key="event",
        title="Событие",
        value=lambda line: line.one.event,
        below=lambda line: EVENTS.get(line.one.event, ""),
    ),
    Column(key="peer", title="Куда", value=lambda line: FOR[line.one.trigger], shown=False),
    Column(key="person", title="Застрахованное лицо", value=person_of, below=_below, kind="wide", link=address),
    Column(key="code", title="Код", value=lambda line: line.one.code, kind="code"),
    Column(key="error", title="Ошибка", value=lambda line: line.one.error, kind="message"),
    Column(key="tries", title="Отправок", value=lambda line: line.one.tries, kind="number"),
    Column(key="sent", title="Отправлено", value=lambda line: line.one.sent_at, kind="moment", shown=False),
    Column(key="taken", title="Принято", value=lambda line: line.one.taken_at, kind="moment", shown=False),
    Column(key="answered", title="Ответ", value=lambda line: line.one.answered_at, kind="moment"),
    Column(key="due", title="Ждём до", value=lambda line: line.one.due_at, kind="moment", shown=False),
    Column(key="by", title="Кто решил", value=lambda line: line.one.decided_by, shown=False),
    Column(key="comment", title="Примечание", value=lambda line: line.one.comment, kind="message", shown=False),
    Column(key="control", title="Идентификатор", value=lambda line: line.one.control_id, kind="id", shown=False),
)


def central_table() -> Table:
    """The queue as this request asks for it."""
    again = url_for("central.resend")
    acts = (
        Bulk(title="Отправить отмеченные ещё раз", address=again, icon="repeat"),
        Bulk(title="Все отклонённые отбора", address=f"{again}?{_filters()}", icon="repeat", scope="all"),
        Bulk(title="Не передавать", address=url_for("central.drop"), icon="ban", asks="Почему не передавать"),
    )
    return Table(
        name="central",
        title="Обмен с ЦС ЕРЗ и ФЕРЗЛ",
        caption="Сообщения центральному сегменту и вопросы федеральному регистру, новые сверху",
        columns=COLUMNS,
        row_link=address,
        defaults={"period": "30"},
        empty=Empty(
            why="За этот период по этим условиям сообщений нет",
            what="Сообщение появляется само после изменения сведений о человеке, вопрос – о том, кого нет в регистре, "
            "когда обмен включён в настройках.",
            link=url_for("central.messages", period="all"),
            action="Показать за всё время",
            icon="send",
        ),
        filters=(
            Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            Filter(
                name="state",
                title="Состояние",
                kind="select",
                options=((OPEN, "Требуют решения"), *options("central")),
            ),
            Filter(
                name="trigger",
                title="Сообщение",
                kind="select",
                options=tuple((name, f"{name} – {title}") for name, title in TITLES.items()),
            ),
            Filter(
                name="event", title="Событие", kind="select", options=tuple((one, story.event(one)) for one in OF_EVENT)
            ),
            Filter(name="person", title="ФИО или ЕНП", placeholder="Иванов Иван", searches=bool),
            Filter(name="code", title="Код ошибки"),
        ),
        bulk=acts if viewer().may(Permission.CENTRAL) else (),
    )


def wanted_of(table: Table) -> CentralFilter:
    """The filters of the address as a question."""
    since, until = period_of(table)
    person_id = request.args.get("person_id", "")
    return CentralFilter(
        since=since,
        until=until,
        states=tuple(filter(None, table.value("state").split("|"))),
        trigger=table.value("trigger"),
        event=table.value("event"),
        code=table.value("code"),
        person=table.value("person"),
        person_id=number_of(person_id),
    )


def _filters() -> str:
    """The filters of this address, so that «all» means all of them."""
    return request.query_string.decode("ascii", "ignore")
