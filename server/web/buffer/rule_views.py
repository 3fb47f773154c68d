"""The rules of the buffer on a screen: what waits from whom, dated, with the hand that set it."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.options import set_option
from registry.insured.buffer.fields import title_of
from registry.insured.buffer.operations.change_rules import drop_rule, set_rule
from registry.insured.buffer.queries.rules import rule_history, rule_lines
from registry.insured.buffer.rules import CONDITION_TITLES, GROUP_OF, GROUP_TITLES, SENDER_TITLES, Condition, Rule
from server.web.auditing import note
from server.web.buffer import wording
from server.web.buffer.lists import rules_table
from server.web.current import hub, now, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.serving import serve

buffer_rules = Blueprint("buffer_rules", __name__, template_folder="templates")


@buffer_rules.get("/buffer/rules")
def rules() -> str | Response:
    """Which field of which sender waits, and what staff have changed of it."""
    lines = rule_lines(session(), today())
    return serve(
        rules_table(),
        lambda after, _limit: [] if after else lines,
        "buffer_rules.html",
        history=rule_history(session()),
        senders=SENDER_TITLES,
        groups=GROUP_TITLES,
        fields=_fields(),
        conditions=CONDITION_TITLES,
        words=wording,
        two_persons=bool(hub().context.options(session())["buffer_two_persons"]),
        first_day=today(),
    )


@buffer_rules.post("/buffer/rules")
def change_rule() -> Response:
    """Set a rule since a day, today at the earliest: what has been decided by the former one stays."""
    sender, field, condition = (request.form.get(name, "") for name in ("sender", "field", "condition"))
    since = day_of(request.form.get("since", "")) or today()
    if sender not in SENDER_TITLES or field not in {*GROUP_TITLES, *_fields()} or condition not in set(Condition):
        flash("Выберите отправителя, поле и условие из списков.", "warning")
    elif since < today():
        flash("Правило действует с сегодняшнего дня или позже: прошлое не переписывается.", "warning")
    else:
        set_rule(session(), Rule(sender, field, Condition(condition)), since=since, login=viewer().login, now=now())
        note("set_buffer_rule", "buffer_rule", f"{sender}/{field}", {"condition": condition, "since": str(since)})
        flash(f"Правило действует с {since:%d.%m.%Y}.", "success")
    return redirect(url_for("buffer_rules.rules"), 303)


@buffer_rules.post("/buffer/rules/<int:rule_id>/drop")
def take_back_rule(rule_id: int) -> Response:
    """Let the packaged rule hold again from today on."""
    row = drop_rule(session(), rule_id, since=today())
    if row is None:
        abort(404)
    note("drop_buffer_rule", "buffer_rule", f"{row.sender}/{row.field}", {"condition": row.condition})
    flash("С сегодняшнего дня действует исходное правило.", "success")
    return redirect(url_for("buffer_rules.rules"), 303)


@buffer_rules.post("/buffer/two-persons")
def set_two_persons() -> Response:
    """Let one person decide, or demand two."""
    wanted = request.form.get("two") == "1"
    set_option(session(), "buffer_two_persons", wanted, now(), viewer().login)
    note("set_option", "option", "buffer_two_persons", {"after": wanted})
    hub().context.remembered.forget()
    flash("Решение принимают двое." if wanted else "Решение принимает один сотрудник.", "success")
    return redirect(url_for("buffer_rules.rules"), 303)


def _fields() -> dict[str, str]:
    return {name: title_of(name) for name in GROUP_OF}
