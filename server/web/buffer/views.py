"""The buffer: what waits, one change side by side with what is known, and the decisions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers.response import Response

from registry.exchange.operations.tell_changes import tell_changes
from registry.insured.buffer.fields import typed
from registry.insured.buffer.operations.decide import Decided, Decision, decide
from registry.insured.buffer.operations.write_facts import Circumstances
from registry.insured.buffer.queries.items import BufferFilter, BufferLine, buffer_line, buffer_page
from registry.insured.buffer.workflow import EVENT_TITLES, OPEN, OPERATOR, SENDER, BufferEvent
from server.web.asking import number_of
from server.web.auditing import note
from server.web.buffer.lists import changes_table, fetch
from server.web.buffer.page import page
from server.web.buffer.reading import WrongValue, read_values
from server.web.current import hub, now, session, today, viewer
from server.web.formatting import plural
from server.web.permissions import Permission
from server.web.serving import serve

buffer = Blueprint("buffer", __name__, template_folder="templates")
SHOWN_REFUSALS = 5
BY_HAND = (BufferEvent.ACCEPT, BufferEvent.REJECT, BufferEvent.CORRECT)


@buffer.get("/buffer", endpoint="changes")
def show() -> str | Response:
    """Changes that wait for a decision, and those decided."""
    table = changes_table()
    return serve(table, lambda after, limit: fetch(table, after, limit), "buffer.html")


@buffer.post("/buffer/decide")
def decide_many() -> Response:
    """Accept or refuse the marked rows; of each that could not be, it is said why."""
    ids = list(filter(None, map(number_of, request.form.getlist("id"))))
    event = BufferEvent.ACCEPT if request.form.get("scope") == "accept" else BufferEvent.REJECT
    if ids:
        _tell(_decided(ids, _decision(event)), event)
    else:
        flash("Отметьте строки, о которых принимается решение.", "warning")
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted.startswith("/buffer") else url_for("buffer.changes"), 303)


@buffer.get("/buffer/<int:change_id>")
def change(change_id: int) -> str:
    """One change: both versions of every field, what else it would touch, and what may be done."""
    line = _line(change_id)
    note("open_buffered", "person", line.change.person_id)
    return page(line, roles())


@buffer.post("/buffer/<int:change_id>", endpoint="decide")
def decide_one(change_id: int) -> str | Response:
    """Decide one change; a value that cannot be read comes back with the form."""
    line = _line(change_id)
    told = request.form.get("event", "")
    if told not in set(BufferEvent):
        abort(400)
    event = BufferEvent(told)
    values: dict[str, Any] = {}
    if event is BufferEvent.CORRECT:
        try:
            values = read_values(request.form, typed(line.change.proposed))
        except WrongValue as wrong:
            flash(str(wrong), "danger")
            return page(line, roles(), given=request.form)
    decided = _decided([change_id], _decision(event, values))
    _tell(decided, event)
    if decided.refused and event in BY_HAND:
        return page(_line(change_id), roles(), given=request.form)
    following = _following(change_id) if request.form.get("following") == "1" and decided.moved else None
    return redirect(url_for("buffer.change", change_id=following or change_id), 303)


def roles() -> tuple[str, ...]:
    """What the viewer is to the buffer."""
    return (OPERATOR, SENDER) if viewer().may(Permission.BUFFER_DECIDE) else (SENDER,)


def _line(change_id: int) -> BufferLine:
    found = buffer_line(session(), change_id, viewer().visibility.organisations)
    if found is None:
        abort(404)
    return found


def _decision(event: BufferEvent, values: dict[str, Any] | None = None) -> Decision:
    return Decision(
        event,
        viewer().login,
        reason=request.form.get("reason", "").strip()[:1000],
        values=values or {},
        despite=request.form.get("despite") == "1",
        two_persons=bool(hub().context.options(session())["buffer_two_persons"]),
        roles=roles(),
    )


def _decided(ids: list[int], decision: Decision) -> Decided:
    """Decide, tell the other systems in the same transaction, and commit; who comes second hears why not."""
    opened = session()
    decided = decide(opened, ids, decision, Circumstances(now(), today()))
    tell_changes(opened, decided.changes, hub().context.catalog)
    opened.commit()
    if decided.moved:
        note("decide_buffered", "buffer", decided.moved[0], {"event": decision.event, "rows": len(decided.moved)})
    return decided


def _tell(decided: Decided, event: BufferEvent) -> None:
    if decided.moved:
        count = len(decided.moved)
        flash(f"{EVENT_TITLES[event]}: {count} {plural(count, 'запись', 'записи', 'записей')}.", "success")
    for change_id, why in list(decided.refused.items())[:SHOWN_REFUSALS]:
        flash(f"Запись {change_id}: {why}", "warning")
    if len(decided.refused) > SHOWN_REFUSALS:
        flash(f"И ещё {len(decided.refused) - SHOWN_REFUSALS} записей не изменены.", "warning")


def _following(change_id: int) -> int | None:
    """The next row that waits, so that an operator goes on without the list."""
    wanted = BufferFilter(viewer().visibility.organisations, states=[one.value for one in OPEN])
    lines = buffer_page(session(), wanted, after=change_id, limit=1, oldest_first=True)
    return lines[0].change.id if lines else None
