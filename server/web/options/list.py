"""Settings as a table: grouped, found by words, with what staff have set of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from registry.exchange.options import DIALECTS, GROUPS, OptionState
from registry.exchange.tables import Setting
from server.web.table import Column, Empty, Filter, Table

STATES = (("set", "Заданные сотрудниками"), ("default", "Как в поставке"), ("own", "Со своими значениями диалектов"))


def shown(state: OptionState) -> str:
    """The value in words."""
    return state.option.form.show(state.value)


def shown_default(state: OptionState) -> str:
    """What ships, in words; a dialect without a value of its own has the general one."""
    return "как у всех" if state.default is None else state.option.form.show(state.default)


def newest(state: OptionState) -> Setting | None:
    """The row set last, of the general value or of a dialect."""
    rows = [one.row for one in (state, *state.own) if one.row is not None]
    return max(rows, key=lambda row: row.changed_at, default=None)


def narrowed(states: Sequence[OptionState], table: Table) -> list[OptionState]:
    """The settings the filters of the table leave."""
    words = table.value("q").casefold().split()
    group, state = table.value("group"), table.value("state")
    return [
        one
        for one in states
        if (not group or one.group.name == group)
        and (not state or _is(one, state))
        and all(word in _text(one) for word in words)
    ]


def options_table() -> Table:
    """The table with its columns and filters."""

    def link(state: OptionState) -> str:
        return url_for("options.option", name=state.option.name)

    return Table(
        name="options",
        title="Настройки",
        key=lambda state: str(state.option.name),
        row_link=link,
        columns=(
            Column(key="group", title="Группа", value=lambda state: state.group.title),
            Column(
                key="title",
                title="Настройка",
                value=lambda state: state.option.title,
                below=lambda state: state.option.does,
                link=link,
                kind="wide",
            ),
            Column(key="value", title="Значение", value=shown, below=_own),
            Column(key="default", title="По умолчанию", value=shown_default),
            Column(
                key="changed_at",
                title="Изменена",
                value=lambda state: row.changed_at if (row := newest(state)) else None,
                below=lambda state: row.changed_by if (row := newest(state)) else "",
                kind="moment",
            ),
            Column(key="expected", title="Что принимает", value=lambda one: one.option.form.expected, shown=False),
            Column(key="name", title="Имя", value=lambda state: state.option.name, kind="code", shown=False),
        ),
        filters=(
            Filter(name="q", title="Слова", placeholder="участок, копии, hold_hours", wide=True),
            Filter(name="group", title="Группа", kind="select", options=[(one.name, one.title) for one in GROUPS]),
            Filter(name="state", title="Состояние", kind="select", options=STATES),
        ),
        empty=Empty(
            why="Таких настроек нет",
            what="Уберите условия или ищите другими словами: названием, описанием или именем.",
            link=url_for("options.options"),
            action="Показать все",
            icon="settings",
        ),
    )


def _own(state: OptionState) -> str:
    return "; ".join(f"{DIALECTS[one.dialect]}: {shown(one)}" for one in state.own)


def _is(state: OptionState, wanted: str) -> bool:
    if wanted == "own":
        return bool(state.own)
    return (newest(state) is not None) == (wanted == "set")


def _text(state: OptionState) -> str:
    told = state.option
    return f"{told.title} {told.does} {told.name} {state.group.title} {shown(state)} {_own(state)}".casefold()
