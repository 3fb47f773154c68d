"""Changes of the registry as a table, each person's own share of them."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, url_for
from werkzeug.wrappers.response import Response

from registry.insured.news.queries.pages import NewsFilter, NewsLine, last_look, news_page
from registry.insured.news.watched import TITLES
from server.web.asking import number_of
from server.web.current import session, viewer, zone
from server.web.exchange.journal import period_of
from server.web.formatting import masked, moment
from server.web.insured.words import EVENTS, SOURCES
from server.web.news import words
from server.web.serving import serve
from server.web.table import Column, Empty, Filter, Table

news = Blueprint("news", __name__)

PERIODS = (("today", "Сегодня"), ("7", "7 дней"), ("30", "30 дней"))
LONGEST = 31


@news.get("/changes")
def changes() -> str | Response:
    """What became known of people in a period, the newest first."""
    table = _table()
    looked = last_look(session())
    table.note = f"Учтено изменённое до {moment(looked, zone())}" if looked else ""

    def fetch(after: str, limit: int) -> list[NewsLine]:
        number = number_of(after)
        return news_page(session(), viewer().sight, _wanted(table), after=number, limit=limit)

    return serve(table, fetch, "list.html", group="РС ЕРЗ")


def _wanted(table: Table) -> NewsFilter:
    since, until = period_of(table)
    if since is not None and until is not None and (until - since).days > LONGEST:
        table.note = f"Период длиннее {LONGEST} дней: показаны последние {LONGEST} дней периода"
        since = until - timedelta(days=LONGEST)
    aspect = table.value("aspect")
    return NewsFilter(
        since=since,
        until=until,
        aspects=frozenset((aspect,)) if aspect in TITLES else frozenset(),
        event=table.value("event"),
        source=table.value("source"),
        insurer=table.value("insurer"),
        clinic=table.value("clinic"),
    )


def _person(line: NewsLine) -> str:
    return url_for("insured.person", person_id=line.news.person_id)


def _packet(line: NewsLine) -> str:
    packet_id = line.news.packet_id
    return url_for("exchange.packet", line_id=packet_id) if packet_id and viewer().visibility.sees_all else ""


COLUMNS = (
    Column(key="at", title="Известно с", value=lambda line: line.news.seen_at, kind="moment"),
    Column(key="id", title="№", value=lambda line: line.news.id, kind="number", shown=False),
    Column(key="person", title="Человек", value=words.person, below=words.born, link=_person, kind="wide"),
    Column(key="birth", title="Дата рождения", value=lambda line: line.birth_date, kind="day", shown=False),
    Column(key="enp", title="ЕНП", value=lambda line: masked(line.enp), kind="code"),
    Column(key="what", title="Что изменилось", value=words.what),
    Column(key="difference", title="Было → стало", value=words.differences, kind="message"),
    Column(key="event", title="Событие", value=lambda line: line.news.event),
    Column(key="source", title="Источник", value=words.source),
    Column(key="insurer", title="СМО", value=lambda line: line.news.insurer_code),
    Column(key="clinic", title="МО", value=lambda line: line.news.clinic_code),
    Column(key="packet", title="Пакет", value=lambda line: line.news.packet_id, link=_packet, kind="text"),
    Column(key="recorded", title="Записано", value=lambda line: line.news.recorded_at, kind="moment", shown=False),
)


def _table() -> Table:
    fund = viewer().visibility.sees_all
    codes = (
        Filter(name="insurer", title="СМО", placeholder="5 цифр"),
        Filter(name="clinic", title="МО", placeholder="6 цифр"),
    )
    return Table(
        name="changes",
        title="Изменения",
        caption="Изменения сведений о людях, новые сверху",
        columns=COLUMNS,
        row_link=_person,
        defaults={"period": "7"},
        empty=Empty(
            why="За этот период по этим условиям ничего не изменилось",
            what="Расширьте период или уберите условия. Новое появляется здесь в течение минуты.",
            link=url_for("news.changes", period="30"),
            action="Показать за 30 дней",
            icon="history",
        ),
        filters=(
            Filter(name="period", title="Период", kind="select", options=PERIODS, chip=False),
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            Filter(name="aspect", title="Что изменилось", kind="select", options=tuple(TITLES.items())),
            Filter(name="event", title="Событие", kind="select", options=tuple(EVENTS.items())),
            Filter(name="source", title="Источник", kind="select", options=tuple(SOURCES.items())),
            *(codes if fund else ()),
        ),
    )
