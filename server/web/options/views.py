"""Settings for administrators: every one with its value, and a page that changes it and tells who did before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange import queries
from registry.exchange.option_texts import GROUPS, described, read, written
from registry.exchange.options import DEFAULTS, read_options, reset_option, set_option, settings_made
from server.web.auditing import note
from server.web.current import hub, now, session, viewer
from server.web.serving import serve
from server.web.table import Column, Empty, Filter, Table

options = Blueprint("options", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Line:
    """One setting as it holds now; ``changed_at`` is empty while the default does."""

    name: str
    value: Any
    changed_at: datetime | None

    @property
    def default(self) -> Any:
        """What holds when nobody changed it."""
        return DEFAULTS.get(self.name, DEFAULTS[self.name.partition(".")[0]])


@options.get("/options", endpoint="options")
def show_options() -> str | Response:
    """All settings, by group."""
    table = _table()
    group, asked = table.value("group"), table.value("text").casefold()

    def fetch(after: str, limit: int) -> list[Line]:
        lines = [
            one
            for one in _lines()
            if group in ("", described(one.name).group)
            and asked in f"{one.name} {described(one.name).title}".casefold()
        ]
        begin = next((place for place, one in enumerate(lines, 1) if one.name == after), 0)
        return lines[begin : begin + limit]

    return serve(table, fetch, "list.html", group="Администрирование")


@options.get("/options/<name>")
def option(name: str) -> str:
    """One setting with its history."""
    return _page(_line(name))


@options.post("/options/<name>")
def change(name: str) -> str | Response | tuple[str, int]:
    """Let a setting have this value from now on."""
    line, text = _line(name), request.form.get("value", "")
    try:
        value = read(name, text)
    except ValueError as wrong:
        return _page(line, trouble=str(wrong), text=text), 400
    set_option(session(), name, value, now())
    return _told("set_option", line, value)


@options.post("/options/<name>/reset")
def reset(name: str) -> Response:
    """Let the default hold again."""
    line = _line(name)
    reset_option(session(), name)
    return _told("reset_option", line, line.default)


def _told(action: str, line: Line, value: Any) -> Response:
    hub().context.remembered.forget()
    note(action, "option", line.name, {"value": value, "was": line.value})
    flash(f"{described(line.name).title}: {written(value)}.", "success")
    return redirect(url_for("options.option", name=line.name), 303)


def _page(line: Line, *, trouble: str = "", text: str | None = None) -> str:
    return render_template(
        "option.html",
        line=line,
        told=described(line.name),
        group=GROUPS[described(line.name).group],
        value=written(line.value) if text is None else text,
        default=written(line.default),
        trouble=trouble,
        looks=queries.looks_at(session(), viewer().visibility, "option", line.name),
        written=written,
    )


def _lines() -> list[Line]:
    """Every setting there is, in the order of the groups; a dialect's own value stands under the general one."""
    held, changed = read_options(session()), settings_made(session())
    order = list(GROUPS)
    names = sorted(held, key=lambda name: (order.index(described(name).group), described(name).title, name))
    return [Line(name, held[name], changed.get(name)) for name in names]


def _line(name: str) -> Line:
    found = next((one for one in _lines() if one.name == name), None)
    if found is None:
        abort(404)
    return found


def _table() -> Table:
    def link(line: Line) -> str:
        return url_for("options.option", name=line.name)

    return Table(
        name="options",
        title="Настройки",
        row_link=link,
        key=lambda line: str(line.name),
        filters=(
            Filter(name="text", title="Название или имя", placeholder="копия, backup"),
            Filter(name="group", title="Раздел", kind="select", options=tuple(GROUPS.items())),
        ),
        columns=(
            Column(key="group", title="Раздел", value=lambda line: GROUPS[described(line.name).group]),
            Column(
                key="title",
                title="Настройка",
                value=lambda line: described(line.name).title,
                kind="wide",
                link=link,
                below=lambda line: line.name,
            ),
            Column(key="value", title="Значение", value=lambda line: written(line.value), kind="wide"),
            Column(key="default", title="Исходное", value=lambda line: written(line.default), kind="wide"),
            Column(key="changed", title="Изменена", value=lambda line: line.changed_at, kind="moment"),
        ),
        empty=Empty(why="Такой настройки нет", what="Измените отбор."),
    )
