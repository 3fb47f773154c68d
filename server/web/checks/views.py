"""The book of checks: what every kind of message is checked for, switched off and on by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.finding_texts import MEANINGS
from registry.core.findings import FindingCode
from registry.core.kinds import MessageKind
from registry.exchange.check_book.operations import switch_off, switch_on
from registry.exchange.check_book.queries import switch_rows
from registry.exchange.check_book.reach import checked_codes, switchable_codes
from registry.exchange.tables import CheckSwitch
from server.web.auditing import note
from server.web.current import hub, now, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.serving import serve
from server.web.table import Column, Empty, Filter, Table

checks = Blueprint("checks", __name__, template_folder="templates")

WORKS, ALWAYS, OFF, SOON = "on", "always", "off", "soon"
STATES = ((WORKS, "Работают"), (ALWAYS, "Работают всегда"), (OFF, "Выключены"), (SOON, "Будут выключены"))


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of one kind; ``switch`` is what holds today or will hold, None when it works."""

    kind: MessageKind
    code: FindingCode
    switch: CheckSwitch | None
    on: date

    @property
    def key(self) -> str:
        """What it is known by in addresses and the audit."""
        return f"{self.kind.name}.{self.code.value}"

    @property
    def state(self) -> str:
        """Whether it fires today."""
        if self.switch is None:
            return WORKS if self.may_be_off else ALWAYS
        return OFF if self.switch.valid_from <= self.on else SOON

    @property
    def title(self) -> str:
        """What is wrong when it fires."""
        return MEANINGS[self.code].title

    @property
    def may_be_off(self) -> bool:
        """True when staff may switch it off."""
        return self.code in switchable_codes(self.kind)


@checks.get("/checks")
def book() -> str | Response:
    """Every check, by kind."""
    table = _table()
    lines = _narrowed(table)

    def fetch(after: str, limit: int) -> list[CheckLine]:
        begin = next((place for place, one in enumerate(lines, 1) if one.key == after), 0)
        return lines[begin : begin + limit]

    return serve(table, fetch, "list.html", group="НСИ и ФЛК")


@checks.get("/checks/<kind>.<code>")
def check(kind: str, code: str) -> str:
    """One check with its history and the form that switches it."""
    line = _line(kind, code)
    rows = [row for row in switch_rows(session()) if (row.kind, row.code) == (kind, code)]
    return render_template("check.html", line=line, meaning=MEANINGS[line.code], rows=rows, today=today())


@checks.post("/checks/<kind>.<code>")
def switch(kind: str, code: str) -> Response:
    """Switch a check off or on since a day, today at the earliest: what was answered stays answered."""
    line = _line(kind, code)
    since = day_of(request.form.get("since", "")) or today()
    reason = request.form.get("reason", "").strip()
    off = request.form.get("off") == "1"
    if since < today():
        flash("Дата – сегодня или позже: прошлое не переписывается.", "warning")
    elif not line.may_be_off:
        flash("Эту проверку выключить нельзя: без неё запись нельзя применить.", "warning")
    elif off and not reason:
        flash("Укажите основание: приказ, письмо или причину.", "warning")
    else:
        if off:
            switch_off(session(), kind, code, since=since, reason=reason, by=viewer().login, now=now())
        else:
            switch_on(session(), kind, code, since=since)
        details = {"since": since.isoformat(), "reason": reason}
        note("switch_check_off" if off else "switch_check_on", "check", line.key, details)
        hub().context.remembered.forget()
        flash(f"С {since:%d.%m.%Y} проверка {'не срабатывает' if off else 'работает'}.", "success")
    return redirect(url_for("checks.check", kind=kind, code=code), 303)


def _line(kind: str, code: str) -> CheckLine:
    found = next((one for one in _lines() if (one.kind.name, one.code.value) == (kind, code)), None)
    if found is None:
        abort(404)
    return found


def _lines() -> list[CheckLine]:
    on = today()
    held = {(row.kind, row.code): row for row in reversed(switch_rows(session())) if row.valid_to >= on}
    return [
        CheckLine(kind, code, held.get((kind.name, code.value)), on)
        for kind in sorted(hub().context.catalog.kinds.values(), key=lambda one: one.title)
        for code in sorted(checked_codes(kind))
    ]


def _narrowed(table: Table) -> list[CheckLine]:
    kind, state, words = table.value("kind"), table.value("state"), table.value("q").casefold().split()
    return [
        one
        for one in _lines()
        if (not kind or one.kind.name == kind)
        and (not state or one.state == state)
        and all(word in f"{one.code} {one.title} {one.kind.title}".casefold() for word in words)
    ]


def _table() -> Table:
    def link(line: CheckLine) -> str:
        return url_for("checks.check", kind=line.kind.name, code=line.code.value)

    kinds = sorted({(one.kind.name, one.kind.title) for one in _lines()}, key=lambda pair: pair[1])
    return Table(
        name="checks",
        title="Проверки",
        row_link=link,
        columns=(
            Column(key="kind", title="Вид сообщения", value=lambda line: line.kind.title, kind="wide"),
            Column(key="title", title="Что проверяется", value=lambda line: line.title, link=link, kind="wide"),
            Column(key="code", title="Код", value=lambda line: line.code.value, kind="code"),
            Column(key="state", title="Состояние", value=lambda line: line.state, kind="status:check"),
            Column(key="since", title="С", value=lambda line: line.switch and line.switch.valid_from, kind="day"),
            Column(
                key="reason",
                title="Основание",
                value=lambda line: line.switch.reason if line.switch else "",
                below=lambda line: line.switch.changed_by if line.switch else "",
                kind="wide",
            ),
        ),
        filters=(
            Filter(name="q", title="Код или слова", placeholder="СНИЛС, BIRTH_DATE", wide=True),
            Filter(name="kind", title="Вид сообщения", kind="select", options=kinds),
            Filter(name="state", title="Состояние", kind="select", options=STATES),
        ),
        empty=Empty(
            why="Таких проверок нет",
            what="Уберите условия или ищите по коду замечания.",
            link=url_for("checks.book"),
            action="Показать все",
            icon="list-check",
        ),
    )
