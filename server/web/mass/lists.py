"""The tables of mass changes and of their lines."""

from __future__ import annotations

from flask import url_for

from registry.insured.mass.queries import MassLine
from registry.insured.mass.rules import SHOWN
from registry.insured.mass.tables import MassChange
from server.web.formatting import masked, snils
from server.web.insured.story import name_of
from server.web.statuses import options
from server.web.table import Column, Empty, Filter, Table


def address(change: MassChange) -> str:
    """The page of a mass change."""
    return url_for("mass.change", change_id=change.id)


def changes_table() -> Table:
    """Mass changes, the newest first."""
    return Table(
        name="mass_changes",
        title="Массовые изменения",
        row_link=address,
        key=lambda change: str(change.id),
        columns=(
            Column(key="at", title="Создана", value=lambda change: change.created_at, kind="moment", link=address),
            Column(key="title", title="Что меняется", value=lambda change: change.title, kind="wide", link=address),
            Column(key="status", title="Статус", value=lambda change: change.status, kind="status:mass"),
            Column(key="since", title="Действует с", value=lambda change: change.since, kind="day"),
            Column(key="total", title="Строк", value=lambda change: change.total, kind="number"),
            Column(key="ready", title="К изменению", value=lambda change: change.ready, kind="number"),
            Column(key="wrong", title="С ошибками", value=lambda change: change.wrong, kind="number"),
            Column(key="done", title="Изменено", value=lambda change: change.done, kind="number"),
            Column(key="left_out", title="Пропущено", value=lambda change: change.left_out, kind="number"),
            Column(key="undone", title="Отменено", value=lambda change: change.undone, kind="number"),
            Column(key="by", title="Кто создал", value=lambda change: change.created_by),
            Column(key="run_by", title="Кто выполнил", value=lambda change: change.run_by, shown=False),
        ),
        filters=(Filter(name="state", title="Статус", kind="select", options=options("mass")),),
        empty=Empty(
            why="Массовых изменений ещё не было",
            what="Загрузите файл или выберите участок: сначала вы увидите, что изменится, и только потом выполните.",
            icon="users-group",
        ),
    )


def lines_table() -> Table:
    """Lines of one mass change: whose section, from what to what, and what became of it."""
    return Table(
        name="mass_lines",
        title="Строки",
        heading=True,
        key=lambda one: str(one.line.line),
        row_link=_person,
        columns=(
            Column(key="line", title="Строка", value=lambda one: one.line.line, kind="number"),
            Column(key="status", title="Итог", value=lambda one: one.line.status, kind="status:mass_line"),
            Column(
                key="person",
                title="Застрахованное лицо",
                value=lambda one: name_of(one.version) if one.version else "",
                kind="wide",
                link=_person,
            ),
            Column(key="key", title="ЕНП или ИД в регистре", value=lambda one: masked(one.line.key)),
            Column(key="clinic", title="МО", value=lambda one: one.line.clinic_code),
            Column(key="change", title="Было → станет", value=told, kind="message"),
            Column(key="note", title="Пояснение", value=lambda one: one.line.note, kind="message"),
        ),
        filters=(Filter(name="state", title="Итог", kind="select", options=options("mass_line")),),
        empty=Empty(why="Таких строк нет", what="Уберите условие отбора."),
    )


def told(one: MassLine) -> str:
    """The former and the new values of a line."""
    parts = (
        f"{SHOWN.get(name, name)}: {_value(name, one.line.before.get(name))} → {_value(name, value)}"
        for name, value in one.line.after.items()
    )
    return "; ".join(parts)


def _value(name: str, value: object) -> str:
    if value in (None, ""):
        return "нет"
    return snils(str(value)) if name == "doctor_snils" else str(value)


def _person(one: MassLine) -> str:
    return url_for("insured.person", person_id=one.line.person_id) if one.line.person_id else ""
