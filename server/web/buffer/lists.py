"""The tables of the buffer: columns, filters, and how they become a question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from flask import url_for

from registry.exchange.queries import senders
from registry.insured.buffer.queries.items import FIELD_GROUPS, BufferFilter, BufferLine, buffer_page
from registry.insured.buffer.rules import CONDITION_TITLES, GROUP_TITLES, SENDER_TITLES
from registry.insured.buffer.workflow import TITLES, BufferState
from server.web.asking import number_of
from server.web.buffer import wording
from server.web.current import session, viewer, zone
from server.web.exchange.journal import day_of
from server.web.permissions import Permission
from server.web.table import Bulk, Column, Empty, Filter, Table

OPEN, EVERY = "open", "all"
STATES = ((OPEN, "Ждут решения"), *((one.value, title) for one, title in TITLES.items()), (EVERY, "Все"))
DAY = timedelta(days=1)


def address(line: BufferLine) -> str:
    """The page of a change."""
    return url_for("buffer.change", change_id=line.change.id)


def mark_of(line: BufferLine) -> str:
    """What an operator should know before deciding."""
    if line.change.status not in (BufferState.WAITING, BufferState.SECONDED):
        return ""
    marks = ["устарела: сведения изменились" if line.change.stale else "", "есть другое предложение"]
    return "; ".join(filter(None, marks[: 2 if line.contradicted else 1]))


def _person(line: BufferLine) -> str:
    return wording.person_of(line, knows=viewer().visibility.sees_all)


def _told(line: BufferLine) -> str:
    return wording.told(line.change, knows=viewer().visibility.sees_all)


def changes_table() -> Table:
    """The buffer as this request asks for it."""
    all_seeing = viewer().visibility.sees_all
    table = Table(
        name="buffer",
        title="Буфер изменений",
        caption="Изменения сведений о людях, которые ждут согласования",
        row_link=address,
        defaults={"state": OPEN},
        key=lambda line: str(line.change.id),
        columns=_columns({one.sender_code: one.organisation.name for one in senders(session())}),
        filters=_filters(all_seeing=all_seeing),
        empty=Empty(
            why="По этим условиям в буфере ничего нет",
            what="Сюда попадают изменения, которые отправитель не может внести сам. Покажите все состояния.",
            link=url_for("buffer.changes", state=EVERY),
            action="Показать все",
            icon="check",
        ),
    )
    if viewer().may(Permission.BUFFER_DECIDE):
        table.bulk = (
            Bulk(title="Принять отмеченные", address=url_for("buffer.decide_many"), icon="check", scope="accept"),
            Bulk(
                title="Отклонить отмеченные",
                address=url_for("buffer.decide_many"),
                icon="x",
                scope="reject",
                asks="Причина отказа",
            ),
        )
    return table


def _columns(names: Mapping[str, str]) -> tuple[Column, ...]:
    return (
        Column(
            key="at",
            title="Поступило",
            value=lambda line: line.change.created_at,
            kind="moment",
            link=address,
            sorts=True,
        ),
        Column(
            key="status", title="Статус", value=lambda line: line.change.status, kind="status:buffer", below=mark_of
        ),
        Column(
            key="person",
            title="Застрахованное лицо",
            value=_person,
            kind="wide",
            link=address,
        ),
        Column(key="fields", title="Поля", value=lambda line: wording.fields_of(line.change)),
        Column(key="told", title="Было → предложено", value=_told, kind="wide"),
        Column(
            key="sender",
            title="Отправитель",
            value=lambda line: wording.sender(line.change.sender_kind),
            below=lambda line: _sender(line, names),
        ),
        Column(key="since", title="Действует с", value=lambda line: line.change.since, kind="day"),
        Column(key="insurer", title="Застрахован в СМО", value=lambda line: line.change.insurer_code, shown=False),
        Column(key="doubt", title="Сомнение", value=lambda line: line.change.doubt, kind="message", shown=False),
        Column(
            key="decided",
            title="Решено",
            value=lambda line: line.change.decided_at,
            kind="moment",
            below=lambda line: line.change.decided_by if viewer().visibility.sees_all else "",
        ),
        Column(
            key="reason",
            title="Причина отказа",
            value=lambda line: line.change.reason,
            kind="message",
            shown=False,
        ),
        Column(key="packet", title="Пакет", value=lambda line: line.change.packet_id, kind="id", shown=False),
    )


def _sender(line: BufferLine, names: Mapping[str, str]) -> str:
    """The organisation by its code and name; the code of a department says nothing to people."""
    code = line.change.sender_code
    name = names.get(code, "")
    return f"{code} {name}".strip() if code.isdecimal() or not name else name


def _filters(*, all_seeing: bool) -> tuple[Filter, ...]:
    senders = tuple((kind, title) for kind, title in SENDER_TITLES.items() if kind != "*")
    return (
        Filter(name="person", title="ФИО или ЕНП", placeholder="Иванов Иван", searches=bool),
        Filter(name="state", title="Статус", kind="select", options=STATES),
        *((Filter(name="kind", title="Кто прислал", kind="select", options=senders),) if all_seeing else ()),
        *((Filter(name="code", title="Код отправителя", placeholder="63001"),) if all_seeing else ()),
        Filter(
            name="group", title="Поля", kind="select", options=tuple((one, GROUP_TITLES[one]) for one in FIELD_GROUPS)
        ),
        Filter(name="since", title="Поступило с", kind="date"),
        Filter(name="until", title="по", kind="date"),
        Filter(name="packet", title="Пакет №"),
        Filter(name="stale", title="Устаревшие", kind="select", options=(("1", "Только устаревшие"),)),
    )


def wanted_of(table: Table) -> BufferFilter:
    """What the address asks for."""
    state = table.value("state")
    states = {OPEN: (BufferState.WAITING, BufferState.SECONDED), EVERY: ()}.get(state, (state,))
    since, until = (day_of(table.value(name)) for name in ("since", "until"))
    packet = table.value("packet")
    return BufferFilter(
        organisations=viewer().visibility.organisations,
        states=tuple(str(one) for one in states if one),
        sender_kind=table.value("kind"),
        sender_code=table.value("code"),
        group=table.value("group"),
        person=table.value("person")[:100],
        since=datetime.combine(since, time.min, zone()) if since else None,
        until=datetime.combine(until + DAY, time.min, zone()) if until else None,
        stale=table.value("stale") == "1",
        packet_id=number_of(packet),
    )


def fetch(table: Table, after: str, limit: int) -> list[BufferLine]:
    """One page of the table."""
    number = number_of(after)
    return buffer_page(session(), wanted_of(table), after=number, limit=limit, oldest_first=table.sort == "at")


def rules_table() -> Table:
    """The rules of today, each with where it comes from."""
    return Table(
        name="buffer_rules",
        title="Что ждёт согласования",
        heading=True,
        key=lambda line: line.key,
        columns=(
            Column(
                key="sender",
                title="Отправитель",
                value=lambda line: SENDER_TITLES.get(line.rule.sender, line.rule.sender),
            ),
            Column(key="field", title="Поле", value=lambda line: wording.field_title(line.rule.field)),
            Column(
                key="condition",
                title="Ждёт согласования",
                value=lambda line: CONDITION_TITLES[line.rule.condition],
                kind="message",
            ),
            Column(
                key="origin",
                title="Откуда правило",
                value=lambda line: "задано фондом" if line.own else "исходное",
                below=lambda line: line.own.changed_by if line.own else "",
            ),
            Column(
                key="since",
                title="Действует с",
                value=lambda line: line.own.valid_from if line.own else None,
                kind="day",
            ),
        ),
        empty=Empty(why="Правил нет", what="Все изменения применяются сразу."),
    )
