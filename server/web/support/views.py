"""The monitor of sendings, the page of one attempt with its card, and what may be asked of their senders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.plain import plain_values
from registry.exchange import queries
from registry.exchange.operations import keep_sending
from registry.exchange.queries.sendings import SendingFilter, chosen_sendings, failed_sendings, sending_page
from registry.exchange.queries.sendings import sending as sending_line
from registry.support.card_workflow import ACTION_TITLES, Action
from registry.support.operations.replace_card import replace_card as mark_replaced
from registry.support.queries.events import (
    card_by_hub_id,
    card_of_sending,
    event_of,
    request_state,
    service_title,
    steps_of,
)
from registry.support.tables import Card
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import now, session, today, viewer
from server.web.exchange import wording
from server.web.formatting import plural
from server.web.serving import serve
from server.web.support.sendings import fetch, sendings_table, texts_of, wanted_of

support = Blueprint("support", __name__, template_folder="templates")

MOST_RESENT = 5_000
HIDDEN_FIELDS = frozenset(("number", "service"))


@support.get("/sendings")
def sendings() -> str | Response:
    """Every attempt to tell of a card, as the monitor of its МИС shows it."""
    table = sendings_table()
    return serve(
        table,
        lambda after, limit: fetch(table, after, limit),
        "sendings.html",
        texts=texts_of(table)[:6],
    )


@support.post("/sendings/resend", endpoint="request_resending")
def request_resending() -> Response:
    """Ask the senders of the chosen rows, or of all refused ones of the choice, to send once more."""
    sees = viewer().visibility
    if request.form.get("scope") == "errors":
        ids = failed_sendings(session(), sees, wanted_of(sendings_table()), MOST_RESENT)
    else:
        ids = chosen_sendings(session(), sees, filter(None, map(number_of, request.form.getlist("id"))))
    count = keep_sending.request_resending(session(), ids, viewer().login, now())
    note("request_resending", "sendings", details={"rows": count})
    if count:
        rows = plural(count, "строки", "строк", "строк")
        flash(f"Повторная отправка запрошена для {count} {rows}", "success")
    else:
        flash("Помечать нечего: выберите строки с ошибками, которые ещё не помечены и не исправлены", "warning")
    return redirect(_back(), 303)


def _back() -> str:
    """Where the person came from, inside this site only."""
    wanted = request.form.get("next", "")
    return wanted if wanted.startswith("/sendings") else url_for("support.sendings")


@support.get("/sendings/<int:sending_id>")
def sending(sending_id: int) -> str:
    """One attempt: what was sent, what was answered, the card as accepted last, its steps and all attempts."""
    line = sending_line(session(), viewer().visibility, sending_id)
    if line is None:
        abort(404)
    note("open_sending", "packet", sending_id)
    one = line.sending
    record = queries.record(session(), sending_id, 1)
    packet = queries.packet(session(), sending_id)
    kind = packet.kind if packet is not None else ""
    card = card_of_sending(session(), one)
    wanted = SendingFilter(operation=one.operation, event_id=one.event_id, organisation_id=one.organisation_id)
    attempts = sending_page(session(), viewer().visibility, wanted, limit=100) if one.event_id else [line]
    return render_template(
        "sending.html",
        line=line,
        one=one,
        service=service_title(one.operation),
        fields=_fields(kind, record.fields) if record is not None else [],
        findings=queries.record_findings(session(), sending_id, [1])[1] if record is not None else [],
        kind_name=kind,
        has_packet=packet is not None,
        attempts=attempts,
        **_card(card),
    )


def _card(card: Card | None) -> dict[str, Any]:
    if card is None:
        return {"card": None, "content": [], "steps": [], "state": "none"}
    kind = {"exam": "preventive_exam", "dispensarization": "preventive_exam", "observation": "dispensary_observation"}
    state = request_state(card, today()) if card.service == "inform_request" else card.state
    steps = [(step, ACTION_TITLES[Action(step.action)]) for step in steps_of(session(), card)]
    content = _fields(kind.get(card.service, card.service), plain_values(event_of(card)))
    return {"card": card, "content": content, "steps": steps, "state": state}


def _fields(kind: str, values: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Titles, names and values for people; repetitions as rows of their own."""
    found = []
    for name, value in values.items():
        if name in HIDDEN_FIELDS:
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            shown: Any = [_repetition(kind, name, one) for one in value]
        else:
            shown = wording.field_value(kind, name, value)
        found.append((wording.field_title(kind, name), name, shown))
    return found


def _repetition(kind: str, name: str, values: dict[str, Any]) -> str:
    spec = wording.field_spec(kind, name)
    titles = getattr(spec.of, "fields", {}) if spec is not None else {}
    parts = (
        (titles[one].title if one in titles else one, wording.field_value(kind, one, value))
        for one, value in values.items()
    )
    return "; ".join(f"{title}: {value}" for title, value in parts)


@support.post("/cards/<hub_id>/replaced")
def replace_card(hub_id: str) -> Response:
    """Mark that another card stands for this one: it no longer keeps the other from being accepted."""
    card = card_by_hub_id(session(), viewer().visibility, hub_id)
    if card is None:
        abort(404)
    mark_replaced(card, on=request.form.get("replaced") == "1", now=now())
    note("replace_card", "card", hub_id)
    flash("Отмечено: эта карта не мешает принять другую" if card.replaced_at else "Отметка снята", "success")
    return redirect(
        request.form.get("next", "") if request.form.get("next", "").startswith("/sendings") else _back(), 303
    )
