"""Layouts of files for administrators: columns and widths as data, and who uses which."""

from __future__ import annotations

import csv
import re

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent, ReferenceBroken
from registry.core.findings import FindingCode
from registry.core.forms import SIMPLE, form_named
from registry.core.kinds import MessageKind
from registry.core.layouts import LayoutRow
from registry.exchange.layouts import (
    TABLES,
    Chosen,
    LayoutLine,
    choose_layout,
    drop_choice,
    keep_layout,
    layout_choices,
    layout_columns,
    layout_lines,
    pages_of,
)
from registry.exchange.queries.organisations import senders
from registry.exchange.tables import LayoutField
from server.web.auditing import note
from server.web.current import hub, session, today
from server.web.exchange import wording
from server.web.exchange.journal import day_of
from server.web.serving import serve
from server.web.table import Column, Empty, Table

layouts = Blueprint("layouts", __name__, template_folder="templates")

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
HEADER = ("column", "field", "form", "must", "type", "length")
WIDEST = 254 * 256


@layouts.get("/layouts", endpoint="layouts")
def show_layouts() -> str | Response:
    """Every layout there is."""
    table = _table()

    def fetch(after: str, limit: int) -> list[LayoutLine]:
        lines = layout_lines(session(), today())
        begin = next((place for place, one in enumerate(lines, 1) if one.name == after), 0)
        return lines[begin : begin + limit]

    return serve(table, fetch, "list.html", group="НСИ и ФЛК")


@layouts.get("/layouts/<name>")
def layout(name: str) -> str:
    """The columns of one layout, its senders, and a form that makes another of it."""
    return _page(name, _columns(name))


@layouts.post("/layouts/<name>", endpoint="keep")
def keep(name: str) -> Response | tuple[str, int]:
    """Keep columns written as lines under a name, from a day on."""
    columns = _columns(name)
    kind = hub().context.catalog.kinds[columns[0].kind]
    wanted, text = request.form.get("name", "").strip(), request.form.get("columns", "")
    since = day_of(request.form.get("since", "")) or today()
    try:
        keep_layout(session(), hub().context.catalog, kind, rows_of(wanted, text), since)
    except Permanent as refusal:
        session().rollback()
        return _page(name, _columns(name), trouble=refusal.text, wanted=wanted, text=text), 400
    note("keep_layout", "layout", details={"name": wanted, "since": since.isoformat()})
    flash(f"Раскладка «{wanted}» действует с {since:%d.%m.%Y}.", "success")
    return redirect(url_for("layouts.layout", name=wanted), 303)


@layouts.post("/layouts/<name>/senders", endpoint="choose")
def choose(name: str) -> Response:
    """Let a sender use this layout since a day."""
    columns = _columns(name)
    code, since = request.form.get("sender", "").strip(), day_of(request.form.get("since", "")) or today()
    kind, page = columns[0].kind, request.form.get("encoding", "")
    if code and code not in {one.sender_code for one in senders(session())}:
        flash(f"Отправителя с кодом {code} нет.", "warning")
    elif page and page not in pages_of(kind, _purpose(kind)):
        flash("Такой кодовой страницы у этих файлов нет.", "warning")
    else:
        choose_layout(session(), kind, _purpose(kind), Chosen(name, page), code, since)
        details = {"name": name, "sender": code, "since": since.isoformat(), "encoding": page}
        note("choose_layout", "layout", details=details)
        flash(f"{code or 'Все, у кого нет своей'}: раскладка «{name}» с {since:%d.%m.%Y}.", "success")
    return redirect(url_for("layouts.layout", name=name), 303)


@layouts.post("/layouts/<name>/senders/<int:choice_id>/drop", endpoint="drop")
def drop(name: str, choice_id: int) -> Response:
    """Forget that a sender chose this layout."""
    if drop_choice(session(), choice_id):
        note("drop_layout_choice", "layout", details={"name": name})
        flash("Назначение снято.", "success")
    return redirect(url_for("layouts.layout", name=name), 303)


def rows_of(name: str, text: str) -> list[LayoutRow]:
    """Columns out of lines `column;field;form;must;type;length`, each wrong one named."""
    if not NAME.fullmatch(name):
        raise Permanent(
            FindingCode.VALUE_MALFORMED, "Имя раскладки: латинские буквы, цифры и подчёркивание, от 2 до 40 знаков"
        )
    lines = [line for line in csv.reader(text.splitlines(), delimiter=";") if any(cell.strip() for cell in line)]
    if lines and tuple(lines[0]) == HEADER:
        del lines[0]
    if not lines:
        raise Permanent(FindingCode.VALUE_MALFORMED, "В раскладке нет ни одной колонки")
    return [_row(name, number, [cell.strip() for cell in line]) for number, line in enumerate(lines, 1)]


def _row(name: str, number: int, cells: list[str]) -> LayoutRow:
    if len(cells) != len(HEADER):
        raise Permanent(
            FindingCode.VALUE_MALFORMED, f"Строка {number}: нужно значений {len(HEADER)}, дано {len(cells)}"
        )
    column, field, form, must, type_, length = cells
    if type_ not in "CNDFL" or len(type_) != 1 or not length.isdecimal() or not 0 <= int(length) <= WIDEST:
        raise Permanent(FindingCode.VALUE_MALFORMED, f"Строка {number}: тип C, N, D, F или L и ширина до {WIDEST}")
    return LayoutRow(name, number, column, field, form, must == "1", type_, int(length))


def _columns(name: str) -> list[LayoutField]:
    columns = layout_columns(session(), name, today())
    if not columns:
        abort(404)
    return columns


def _page(name: str, columns: list[LayoutField], *, trouble: str = "", wanted: str = "", text: str = "") -> str:
    kind: MessageKind = hub().context.catalog.kinds[columns[0].kind]
    lines = [
        ";".join((one.column, one.field, one.form, "1" if one.must else "0", one.type, str(one.length)))
        for one in columns
    ]
    fields = [(field, spec.title) for field, spec in kind.record.fields.items()]
    return render_template(
        "layout.html",
        name=name,
        kind=kind,
        columns=columns,
        choices=layout_choices(session(), name),
        senders=senders(session()),
        pages=pages_of(kind.name, _purpose(kind.name)),
        text=text or "\n".join([";".join(HEADER), *lines]),
        wanted=wanted or name,
        trouble=trouble,
        fields=fields,
        forms=_forms(),
        is_table=kind.name in TABLES,
        told=[(one, _field(one.field, dict(fields)), _form(one.form)) for one in columns],
        today=today(),
    )


def _field(name: str, titles: dict[str, str]) -> str:
    """The field of a column in words; a column of two fields names both."""
    return " + ".join(titles.get(one, one) for one in name.split("+"))


def _forms() -> list[tuple[str, str]]:
    """Every form a column may have, in words; a form of two or three fields is of columns «one+other»."""
    joined = [("joined(ЗНАК)", "два поля через знак, например joined( № ) или joined( )")]
    return [*((form.name, form.title) for form in SIMPLE.values()), *joined, *((one, _form(one)) for one in _coded())]


def _coded() -> list[str]:
    return sorted(hub().context.catalog.forms)


def _form(name: str) -> str:
    """How the values of a column are written, in words; a form it may not have any more keeps its name."""
    try:
        form = form_named(name, hub().context.catalog.forms)
    except ReferenceBroken:
        return name
    if not form.choices:
        return form.title
    first = {
        value: code for code, value in reversed(dict(form.choices).items())
    }  # letters of two alphabets look the same
    return "одно из: " + ", ".join(code for code in form.choices if code in first.values())


def _purpose(kind: str) -> str:
    return "answer" if kind.endswith("_answer") else "request"


def _table() -> Table:
    def link(line: LayoutLine) -> str:
        return url_for("layouts.layout", name=line.name)

    return Table(
        name="layouts",
        title="Раскладки файлов",
        row_link=link,
        key=lambda line: str(line.name),
        columns=(
            Column(key="name", title="Раскладка", value=lambda line: line.name, kind="code", link=link),
            Column(key="kind", title="Вид", value=lambda line: wording.kind_title(line.kind) or line.kind, kind="wide"),
            Column(
                key="purpose",
                title="Куда",
                value=lambda line: "в ответ" if _purpose(line.kind) == "answer" else "в запрос",
            ),
            Column(key="columns", title="Колонок", value=lambda line: line.columns, kind="number"),
            Column(key="width", title="Ширина строки", value=lambda line: line.width or None, kind="number"),
            Column(
                key="senders",
                title="Кому назначена",
                value=lambda line: ", ".join(code or "всем по умолчанию" for code in line.senders),
                kind="wide",
            ),
        ),
        empty=Empty(why="Раскладок нет", what="Они появляются при подготовке базы: hub init."),
    )
