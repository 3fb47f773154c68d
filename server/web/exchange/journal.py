"""The journal as a table: its columns, its filters and how the filters become a question."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request, url_for

from registry.exchange.queries import JournalFilter, JournalLine, OrganisationLine, journal_page, senders
from server.web.asking import number_of
from server.web.current import session, today, viewer, zone
from server.web.exchange import wording
from server.web.guess import means_a_person
from server.web.statuses import options, status_of
from server.web.table import Column, Empty, Filter, Table

PERIODS = (("today", "Сегодня"), ("7", "7 дней"), ("30", "30 дней"), ("90", "90 дней"), ("all", "Всё время"))
#: A text is looked for line by line, so it needs a period.
YEARS = (1900, 2999)
LONGEST_TEXT_PERIOD = timedelta(days=92)
FILTERS = frozenset({"organisation", "channel", "kind", "status", "text"})
GROUPS = (
    ("accepted|repeated", "Обработаны"),
    ("rejected|partly_rejected|refused", "С отказами"),
    ("received|in_work|held", "В работе"),
)


def address(line: JournalLine) -> str:
    """The page of a line."""
    return url_for("exchange.packet", line_id=line.entry.id)


COLUMNS = (
    Column(key="at", title="Время", value=lambda line: line.entry.at, kind="moment", link=address, sorts=True),
    Column(key="id", title="№", value=lambda line: line.entry.id, kind="number", shown=False),
    Column(
        key="organisation",
        title="Отправитель",
        value=lambda line: line.organisation or line.entry.sender_code,
        below=lambda line: (
            line.entry.sender_code if line.organisation and line.entry.sender_code != line.entry.login else ""
        ),
        kind="wide",
    ),
    Column(
        key="channel",
        title="Канал",
        value=lambda line: wording.CHANNELS.get(line.entry.channel, line.entry.channel),
        below=lambda line: wording.contract_title(line.entry.dialect),
    ),
    Column(
        key="kind",
        title="Вид",
        value=lambda line: wording.kind_title(line.entry.kind) or line.entry.operation,
        below=lambda line: line.entry.operation if line.entry.kind else "",
    ),
    Column(
        key="name",
        title="Файл или ид. пакета",
        value=lambda line: line.entry.file_name or line.entry.sender_packet_id,
        kind="id",
    ),
    Column(key="status", title="Статус", value=lambda line: line.entry.status, kind="status:packet"),
    Column(
        key="mis",
        title="Глазами МИС",
        value=lambda line: status_of("packet", line.entry.status).mis,
        shown=False,
    ),
    Column(key="records", title="Записей", value=lambda line: line.entry.records, kind="number"),
    Column(key="warned", title="С замеч.", value=lambda line: line.entry.warned, kind="number", shown=False),
    Column(key="rejected", title="Отклонено", value=lambda line: line.entry.rejected, kind="number"),
    Column(key="code", title="Код", value=lambda line: line.entry.code, kind="code", shown=False),
    Column(key="text", title="Текст", value=lambda line: line.entry.text, kind="wide", shown=False),
    Column(key="size", title="Размер", value=lambda line: line.entry.size, kind="size", shown=False),
    Column(
        key="duration", title="Длительность", value=lambda line: line.entry.duration_ms, kind="duration", shown=False
    ),
    Column(key="login", title="Логин", value=lambda line: line.entry.login, shown=False),
    Column(key="address", title="Адрес", value=lambda line: line.entry.address, kind="code", shown=False),
    Column(key="incident", title="Номер обращения", value=lambda line: line.entry.incident, kind="id", shown=False),
)


def journal_table() -> Table:
    """The journal as this request asks for it."""
    everything = viewer().visibility.sees_all
    organisations = [(str(one.organisation.id), f"{one.sender_code} {one.organisation.name}") for one in _senders()]
    organisation = Filter(name="organisation", title="Отправитель", kind="select", options=organisations)
    return Table(
        name="journal",
        title="Журнал обмена",
        caption="Пакеты, запросы и отказы, новые сверху",
        columns=COLUMNS,
        row_link=address,
        defaults={"period": "7"},
        empty=Empty(
            why="За этот период по этим условиям ничего нет",
            what="Расширьте период или уберите часть условий.",
            link=url_for("exchange.journal", **_for_all_time()),
            action="Показать за всё время",
            icon="notebook",
        ),
        filters=(
            Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            *((organisation,) if everything else ()),
            Filter(name="channel", title="Канал", kind="select", options=tuple(wording.CHANNELS.items())),
            Filter(name="kind", title="Вид", kind="select", options=wording.kind_options()),
            Filter(name="status", title="Статус", kind="select", options=(*options("packet"), *GROUPS)),
            Filter(
                name="text",
                title="Текст",
                placeholder="ФИО, ЕНП, СНИЛС, файл, GUID",
                wide=True,
                searches=means_a_person,
            ),
        ),
    )


def _for_all_time() -> Any:
    """The filters of the address without its period."""
    return {**{name: value for name, value in request.args.items() if name in FILTERS and value}, "period": "all"}


def fetch(table: Table, after: str, limit: int) -> list[JournalLine]:
    """Lines of the journal for a table."""
    return journal_page(
        session(),
        viewer().visibility,
        wanted_of(table),
        after=number_of(after),
        limit=limit,
        oldest_first=table.sort == "at",
    )


def wanted_of(table: Table) -> JournalFilter:
    """The filters of the address as a question to the journal."""
    since, until = period_of(table)
    text = table.value("text")
    if text and (since is None or (until or end_of(today())) - since > LONGEST_TEXT_PERIOD) and "-" not in text:
        since = (until or end_of(today())) - LONGEST_TEXT_PERIOD
        table.note = "Текст ищется в последних 92 днях периода"
    organisation = table.value("organisation")
    return JournalFilter(
        since=since,
        until=until,
        channel=table.value("channel"),
        kind=table.value("kind"),
        statuses=tuple(filter(None, table.value("status").split("|"))),
        organisation_id=number_of(organisation),
        text=text,
    )


def period_of(table: Table) -> tuple[datetime | None, datetime | None]:
    """The period: exact days when they are given, else the named one."""
    first, last = day_of(table.value("since")), day_of(table.value("until"))
    if first or last:
        return (_start_of(first) if first else None), (end_of(last) if last else None)
    period = table.value("period")
    if period == "all":
        return None, None
    days = {"today": 0, "30": 29, "90": 89}.get(period, 6)
    return _start_of(today() - timedelta(days=days)), None


def day_of(text: str) -> date | None:
    """A day of the address; anything else, or a day nothing here can be of, is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, zone())


def end_of(day: date) -> datetime:
    """The moment a day of the fund is over."""
    return _start_of(day) + timedelta(days=1)


def _senders() -> list[OrganisationLine]:
    return senders(session()) if viewer().visibility.sees_all else []
