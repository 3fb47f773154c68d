"""Settings for administrators of the fund: looked for, changed after a look at old → new, returned to what ships."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.exchange.options import (
    DIALECTS,
    OPTIONS,
    OptionState,
    option_history,
    option_states,
    reset_option,
    set_option,
)
from registry.exchange.options.list import check_relations, read_value
from registry.exchange.tables import SettingChange
from server.web.auditing import note
from server.web.current import hub, now, session, viewer
from server.web.options.list import narrowed, newest, options_table, shown, shown_default
from server.web.serving import serve

options = Blueprint("options", __name__, template_folder="templates")


@options.get("/settings", endpoint="options")
def show_options() -> str | Response:
    """Every setting."""
    table = options_table()

    def fetch(after: str, limit: int) -> list[OptionState]:
        states = narrowed(option_states(session()), table)
        begin = next((place for place, one in enumerate(states, 1) if one.option.name == after), 0)
        return states[begin : begin + limit]

    return serve(table, fetch, "list.html", group="Администрирование")


@options.get("/settings/<name>")
def option(name: str) -> str:
    """One setting: what it does, what it is, whose own values lie over it, its history."""
    return _page(_state(name))


@options.post("/settings/<name>")
def change(name: str) -> Response | str | tuple[str, int]:
    """Show what would change, and change it when that was seen."""
    state = _state(name)
    dialect = request.form.get("dialect", "")
    given = ", ".join(request.form.getlist("value"))
    full = state.option.full_name(dialect)
    before = _present(state, dialect)
    try:
        value = read_value(full, given)
        check_relations(hub().context.options(session()), {full: value})
        if value == before.value and (before.is_set or before.default is not None):
            flash("Значение такое же, менять нечего.", "info")
            return redirect(url_for("options.option", name=name), 303)
        if request.form.get("seen") != state.option.form.write(before.value):
            return _page(state, asked=full, dialect=dialect, given=given, before=before, after=value)
        set_option(session(), full, value, now(), viewer().login)
    except Permanent as refusal:
        session().rollback()
        return _page(_state(name), refusal=refusal, dialect=dialect, given=given), 400
    _done(full, before.value, value)
    flash(f"{state.option.title}: {shown(before)} → {state.option.form.show(value)}.", "success")
    return redirect(url_for("options.option", name=name), 303)


@options.post("/settings/<name>/reset")
def reset(name: str) -> Response | tuple[str, int]:
    """Let what ships hold again."""
    state = _state(name)
    dialect = request.form.get("dialect", "")
    before = _present(state, dialect)
    full = state.option.full_name(dialect)
    try:
        was_set = reset_option(session(), full, now(), viewer().login)
    except Permanent as refusal:
        session().rollback()
        return _page(_state(name), refusal=refusal, dialect=dialect), 400
    if was_set:
        _done(full, before.value, before.default)
        flash(f"{state.option.title}: {shown(before)} → {shown_default(before)}.", "success")
    return redirect(url_for("options.option", name=name), 303)


def _done(name: str, before: Any, after: Any) -> None:
    """Audit and commit first, then forget: whoever reads next reads what is kept."""
    note("set_option", "option", name, {"before": before, "after": after})
    hub().context.remembered.forget()


def _state(name: str) -> OptionState:
    found = next((one for one in option_states(session()) if one.option.name == name), None)
    if found is None:
        abort(404)
    return found


def _present(state: OptionState, dialect: str) -> OptionState:
    if not dialect:
        return state
    own = next((one for one in state.own if one.dialect == dialect), None)
    return own or OptionState(state.group, state.option, dialect, state.value)


def _page(state: OptionState, refusal: Permanent | None = None, **asked: Any) -> str:
    return render_template(
        "option.html",
        state=state,
        option=state.option,
        dialects=DIALECTS,
        shown=shown,
        shown_default=shown_default,
        newest=newest(state),
        history=[_told(one) for one in option_history(session(), state.option.name)],
        refusal=refusal,
        given=asked.get("given", state.option.form.write(state.value)),
        **{"dialect": "", "asked": "", "before": None, "after": None}
        | {k: v for k, v in asked.items() if k != "given"},
    )


def _told(one: SettingChange) -> dict[str, Any]:
    bare, _, dialect = one.name.partition(".")

    def words(kept: str | None) -> str:
        return "по умолчанию" if kept is None else OPTIONS[bare].form.show(json.loads(kept))

    return {
        "at": one.changed_at,
        "by": one.changed_by,
        "whose": DIALECTS.get(dialect, dialect) if dialect else "для всех",
        "before": words(one.before),
        "after": words(one.after),
    }
