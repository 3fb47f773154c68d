"""Batches and their rows as tables."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import url_for

from registry.exchange.queries.batches import Batch, BatchFilter
from registry.exchange.queries.organisations import senders
from registry.exchange.tables import RecordRow
from registry.insured.matching.evidence import OUTCOME_TITLES
from server.web.asking import number_of
from server.web.current import session, viewer, zone
from server.web.exchange import wording
from server.web.exchange.journal import day_of
from server.web.formatting import masked
from server.web.guess import means_a_person
from server.web.permissions import Permission
from server.web.table import Column, Empty, Filter, Table, Value

NAMES = ("surname", "first_name", "patronymic")
#: Groups of outcomes as people count them: address, title, outcomes, colour and icon.
GROUPS = (
    ("found", "Найдены", ("found",), "green", "circle-check"),
    ("found_diff", "С отличиями", ("found_diff",), "amber", "alert-triangle"),
    ("elsewhere", "Другая территория", ("elsewhere",), "blue", "map-pin"),
    ("not_insured", "Не застрахованы", ("not_insured", "dead"), "grey", "minus"),
    ("several", "Несколько лиц", ("several",), "red", "users"),
    ("not_found", "Не найдены", ("not_found", "annulled"), "red", "circle-x"),
    ("invalid", "Нельзя искать", ("insufficient", "invalid"), "red", "ban"),
    ("held", "На рассмотрении", ("held",), "blue", "player-pause"),
)
OUTCOMES = {name: outcomes for name, _, outcomes, _, _ in GROUPS}
#: What the asking program may store, and what its answer row is filled with an error for (files.md 2.4).
IDENTIFIED = ("found", "found_diff", "elsewhere")
WRONG = tuple(one for _, _, outcomes, _, _ in GROUPS for one in outcomes if one not in (*IDENTIFIED, "held"))
TITLES = {outcome.value: title for outcome, title in OUTCOME_TITLES.items()}
ANSWERED = (("yes", "С ответом"), ("no", "Без ответа"))


def batches_table() -> Table:
    """The list of batches."""

    def link(row: Batch) -> str:
        return url_for("batches.batch", packet_id=row.packet.id)

    sees_all = viewer().may(Permission.UPLOAD_FOR_OTHERS)
    choices = [(str(one.organisation.id), f"{one.sender_code} {one.organisation.name}") for one in _senders(sees_all)]
    return Table(
        name="batches",
        title="Пакетная идентификация",
        row_link=link,
        columns=(
            Column(key="at", title="Получен", value=lambda row: row.packet.received_at, kind="moment", link=link),
            Column(key="file", title="Файл", value=lambda row: row.packet.file_name, kind="file", link=link),
            Column(key="sender", title="Отправитель", value=lambda row: row.organisation, kind="wide"),
            Column(key="rows", title="Строк", value=lambda row: row.rows, kind="number"),
            Column(key="percent", title="Ход", value=_percent, shown=False),
            Column(
                key="status",
                title="Состояние",
                value=lambda row: row.entry.status,
                kind="status:packet",
                below=_percent,
            ),
            Column(key="answer", title="Ответ", value=_answer, link=_answer_link, export=_answer_name),
            Column(key="finished", title="Ответ готов", value=lambda row: row.packet.finished_at, kind="moment"),
            Column(key="identified", title="Идентифицировано", value=_count_of(IDENTIFIED), kind="number"),
            Column(key="wrong", title="С ошибкой", value=_count_of(WRONG), kind="number"),
            *_counts(),
        ),
        filters=(
            Filter(name="since", title="С", kind="date"),
            Filter(name="until", title="По", kind="date"),
            Filter(name="answered", title="Показать", kind="select", options=ANSWERED),
            *((Filter(name="sender", title="Отправитель", kind="select", options=choices),) if sees_all else ()),
            Filter(name="name", title="Имя файла"),
        ),
        empty=Empty(
            why="Пакетов с такими условиями нет",
            what="Пакет – это файл DBF с людьми, которых нужно найти: загрузите его или отберите людей из регистра.",
            link=url_for("uploads.uploads"),
            action="Загрузить файл",
        ),
    )


def wanted_of(table: Table) -> BatchFilter:
    """What the filters of the list ask for."""
    since, until = day_of(table.value("since")), day_of(table.value("until"))
    sender = table.value("sender")
    return BatchFilter(
        since=datetime.combine(since, time.min, zone()) if since else None,
        until=datetime.combine(until + timedelta(days=1), time.min, zone()) if until else None,
        organisation_id=number_of(sender),
        answered={"yes": True, "no": False}.get(table.value("answered")),
        name=table.value("name"),
    )


def rows_table(shown: Batch) -> Table:
    """The rows of one batch."""

    def link(row: RecordRow) -> str:
        return url_for("exchange.record", line_id=shown.packet.id, position=row.position)

    return Table(
        name="batch_rows",
        title=f"Строки пакета {shown.packet.file_name}",
        row_link=link,
        key=lambda row: str(row.position),
        columns=(
            Column(key="position", title="Строка", value=lambda row: row.position, kind="number", link=link),
            Column(key="name", title="Человек", value=_name, kind="wide", link=link),
            Column(key="birth", title="Дата рождения", value=lambda row: _day(row, "birth_date")),
            Column(key="period", title="Период", value=_period),
            Column(key="outcome", title="Результат", value=_outcome),
            Column(key="refusal", title="Ошибка", value=lambda row: _told(row, "refusal"), kind="wide"),
            Column(key="note", title="Примечание", value=lambda row: _told(row, "note"), kind="wide"),
            Column(key="insurer", title="СМО", value=lambda row: _told(row, "insurer")),
            Column(key="enp", title="ЕНП в ответе", value=lambda row: masked(_told(row, "enp")), shown=False),
            Column(key="status", title="Итог", value=lambda row: row.status, kind="status:record", shown=False),
        ),
        filters=(
            Filter(
                name="outcome",
                title="Результат",
                kind="choices",
                options=tuple((name, title) for name, title, _, _, _ in GROUPS),
            ),
            Filter(
                name="text",
                title="Поиск",
                placeholder="№ строки, ФИО, ЕНП или СНИЛС",
                wide=True,
                searches=means_a_person,
            ),
        ),
        empty=_unread() if shown.entry.status == "refused" else _no_rows(shown),
    )


def chosen_outcomes(table: Table) -> list[str]:
    """The outcomes of the groups chosen in the filter."""
    return [outcome for name in table.values("outcome") for outcome in OUTCOMES.get(name, ())]


def _count_of(outcomes: tuple[str, ...]) -> Value:
    return lambda row: row.ended(*outcomes)


def _senders(sees_all: bool) -> list[Any]:
    return senders(session()) if sees_all else []


def _answer(row: Batch) -> str:
    return "Скачать" if row.packet.finished_at is not None and row.packet.answer_name else ""


def _answer_name(row: Batch) -> str:
    """In a file and on paper nothing can be pressed: the answer is told by its name."""
    return row.packet.answer_name or "" if row.packet.finished_at is not None else ""


def _answer_link(row: Batch) -> str:
    return url_for("exchange.download", line_id=row.packet.id, part="answer")


def _name(row: RecordRow) -> str:
    return " ".join(str(row.fields[field]) for field in NAMES if row.fields.get(field))


def _day(row: RecordRow, field: str) -> str:
    return str(wording.plain_day(row.fields.get(field)) or "")


def _period(row: RecordRow) -> str:
    begin, end = _day(row, "on"), _day(row, "until")
    return f"{begin} – {end}" if end and end != begin else begin


def _outcome(row: RecordRow) -> str:
    return TITLES.get(row.outcome, row.outcome)


def _told(row: RecordRow, name: str) -> str:
    return str(row.answer.get("row", {}).get(name) or "")


def _counts() -> list[Column]:
    """A number for every group of outcomes; what waits for an operator is shown, the others are in the sums."""
    return [
        Column(key=name, title=title, value=_count_of(outcomes), kind="number", shown=name == "held")
        for name, title, outcomes, _, _ in GROUPS
    ]


def _percent(row: Batch) -> str:
    return f"{row.percent} %"


def _no_rows(shown: Batch) -> Empty:
    return Empty(
        why="Строк с такими условиями нет",
        what="Пока пакет обрабатывается, строки появляются порциями. Снимите отбор, чтобы увидеть все.",
        link=url_for("batches.batch", packet_id=shown.packet.id),
        action="Показать все",
        icon="list",
    )


def _unread() -> Empty:
    return Empty(
        why="Файл не принят, строк в нём не прочитано",
        what="Причина названа вверху страницы: исправьте файл и загрузите его снова.",
        link=url_for("uploads.uploads"),
        action="Загрузить файл",
        icon="ban",
    )
