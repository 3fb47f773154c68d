"""The monitor «Отправка сведений в ТФОМС» as a table: columns, filters and how they become a question."""

from __future__ import annotations

from flask import request, url_for

from registry.exchange.queries import OrganisationLine, senders
from registry.exchange.queries.sendings import SendingFilter, SendingLine, sending_page, sending_texts
from registry.support.queries.events import OPERATIONS, service_title
from server.web.asking import number_of
from server.web.current import now, session, viewer
from server.web.exchange.journal import LONGEST_TEXT_PERIOD, PERIODS, period_of
from server.web.statuses import options
from server.web.table import Bulk, Column, Empty, Filter, Table

YES_NO = (("1", "Да"), ("0", "Нет"))
TEXT_STATES = (("empty", "Пустое"), ("notempty", "Не пустое"))
MARKS = (("open", "Не исправлено"), ("settled", "Исправлено"), ("asked", "Запрошена повторная"))


def address(line: SendingLine) -> str:
    """The page of an attempt."""
    return url_for("support.sending", sending_id=line.sending.id)


def mark_of(line: SendingLine) -> str:
    """What has become of a refused attempt since."""
    one = line.sending
    if one.code in (0, -1):
        return "повтор принятого" if one.repeated else ""
    if one.settled_by is not None:
        return "исправлено"
    return "запрошен повтор" if one.resend_at is not None else ""


COLUMNS = (
    Column(key="at", title="Дата и время отправки", value=lambda line: line.sending.at, kind="moment", link=address),
    Column(key="code", title="Статус", value=lambda line: line.sending.code, kind="status:sending", below=mark_of),
    Column(key="text", title="Описание ошибки", value=lambda line: line.sending.text, kind="message"),
    Column(key="opened", title="Отправлено при открытии карты", value=lambda line: line.sending.opened, kind="flag"),
    Column(key="closed", title="Отправлено при закрытии карты", value=lambda line: line.sending.closed, kind="flag"),
    Column(key="service", title="Сервис", value=lambda line: service_title(line.sending.operation)),
    Column(
        key="organisation",
        title="МО",
        value=lambda line: line.organisation,
        below=lambda line: line.sending.sender_code,
        kind="wide",
    ),
    Column(
        key="person",
        title="Пациент, карта",
        value=lambda line: line.sending.person or line.sending.event_id,
        below=lambda line: line.sending.event_id if line.sending.person else "",
        export=lambda line: f"{line.sending.person}, {line.sending.event_id}".strip(", "),
    ),
    Column(key="event", title="Карта", value=lambda line: line.sending.event_id, kind="id", shown=False),
    Column(key="message", title="Ид. сообщения", value=lambda line: line.sending.message_id, kind="id", shown=False),
    Column(key="hub", title="Ид. в хабе", value=lambda line: line.sending.hub_id, kind="id", shown=False),
    Column(key="login", title="Логин", value=lambda line: line.sending.login, shown=False),
    Column(
        key="resend", title="Повтор запрошен", value=lambda line: line.sending.resend_at, kind="moment", shown=False
    ),
)


def sendings_table() -> Table:
    """The monitor as this request asks for it; the texts to choose from are those of the period."""
    table = Table(
        name="sendings",
        title="Отправка сведений в ТФОМС",
        caption="Попытки передать сведения, новые сверху",
        columns=COLUMNS if viewer().visibility.sees_all else tuple(one for one in COLUMNS if one.key != "organisation"),
        row_link=address,
        defaults={"period": "today"},
        empty=Empty(
            why="За этот период по этим условиям ничего не отправлено",
            what="Расширьте период: документы отправляются за последние 90 дней.",
            link=url_for("support.sendings", period="90"),
            action="Показать за 90 дней",
            icon="send",
        ),
        bulk=(
            Bulk(title="Запросить повтор отмеченных", address=url_for("support.request_resending"), icon="repeat"),
            Bulk(
                title="Запросить повтор всех с ошибками",
                address=_with_filters("support.request_resending"),
                icon="repeat",
                scope="errors",
            ),
        ),
    )
    table.filters = _filters(table)
    return table


def _with_filters(endpoint: str) -> str:
    """An address that keeps the filters of this one, so that «all» means all of them."""
    return f"{url_for(endpoint)}?{request.query_string.decode('ascii', 'ignore')}"


def _filters(table: Table) -> tuple[Filter, ...]:
    texts = texts_of(table)
    chosen = [text for text in table.values("text") if text not in dict(texts)]
    organisation = [(str(one.organisation.id), f"{one.sender_code} {one.organisation.name}") for one in _senders()]
    return (
        Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
        Filter(name="since", title="С", kind="date"),
        Filter(name="until", title="По", kind="date"),
        *(
            (Filter(name="organisation", title="МО", kind="select", options=organisation),)
            if viewer().visibility.sees_all
            else ()
        ),
        Filter(
            name="service",
            title="Сервис",
            kind="select",
            options=[(operation, service_title(operation)) for operation in OPERATIONS.values()],
        ),
        Filter(name="status", title="Статус", kind="choices", options=options("sending")),
        Filter(name="texts", title="Описание", kind="select", options=TEXT_STATES),
        Filter(
            name="text",
            title="Выборочно",
            kind="choices",
            options=[(text, f"{text} ({count})") for text, count in texts] + [(text, text) for text in chosen],
        ),
        Filter(name="opened", title="При открытии", kind="select", options=YES_NO),
        Filter(name="closed", title="При закрытии", kind="select", options=YES_NO),
        Filter(name="mark", title="Отметка", kind="select", options=MARKS),
        Filter(name="event", title="Карта", placeholder="Идентификатор карты"),
    )


def texts_of(table: Table) -> list[tuple[str, int]]:
    """The texts of errors of the period and service with their counts, whatever texts are chosen.

    They are counted row by row, so at most the last 92 days are looked through.
    """
    since, until = period_of(table)
    since = since or now() - LONGEST_TEXT_PERIOD
    wanted = SendingFilter(since=since, until=until, operation=table.value("service"), organisation_id=_number(table))
    return sending_texts(session(), viewer().visibility, wanted)


def fetch(table: Table, after: str, limit: int) -> list[SendingLine]:
    """Attempts for a table."""
    number = number_of(after)
    return sending_page(session(), viewer().visibility, wanted_of(table), after=number, limit=limit)


def wanted_of(table: Table) -> SendingFilter:
    """The filters of the address as a question."""
    since, until = period_of(table)
    mark = table.value("mark")
    return SendingFilter(
        since=since,
        until=until,
        operation=table.value("service"),
        codes=tuple(int(code) for code in table.values("status") if code in dict(options("sending"))),
        texts=tuple(table.values("text")),
        has_text={"empty": False, "notempty": True}.get(table.value("texts")),
        opened=_flag(table.value("opened")),
        closed=_flag(table.value("closed")),
        resend=True if mark == "asked" else None,
        settled={"settled": True, "open": False}.get(mark),
        refused=True if mark else None,
        organisation_id=_number(table),
        event_id=table.value("event"),
    )


def _flag(value: str) -> bool | None:
    return {"1": True, "0": False}.get(value)


def _number(table: Table) -> int | None:
    text = table.value("organisation")
    return number_of(text) if viewer().visibility.sees_all else None


def _senders() -> list[OrganisationLine]:
    return list(senders(session())) if viewer().visibility.sees_all else []
