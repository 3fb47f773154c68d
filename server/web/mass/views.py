"""Mass changes: a file or a district in, every line seen first, run and taken back by a worker."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.normalisation import digits
from registry.exchange.operations.changes_of_people.mass_changes import (
    MassRequest,
    move_mass_change,
    start_mass_change,
)
from registry.exchange.queries import organisation_names, senders
from registry.insured.mass.queries import mass_change, mass_changes, mass_lines
from registry.insured.mass.rules import section_of
from registry.insured.mass.tables import MassChange
from registry.insured.mass.workflow import OPERATOR, WORKFLOW, WORKING, MassEvent, MassFacts
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.mass.lists import changes_table, lines_table
from server.web.serving import serve
from server.web.uploads.spool import bare_name

mass = Blueprint("mass", __name__, template_folder="templates")
MOST_BYTES = 32 * 1024 * 1024
TOLD = {
    MassEvent.RUN: "Выполнение начато: изменятся ровно показанные строки.",
    MassEvent.UNDO: "Отмена начата: вернутся прежние значения.",
    MassEvent.DROP: "Массовая смена не будет выполнена.",
}


@mass.get("/mass-changes", endpoint="changes")
def show() -> str | Response:
    """Mass changes there were, and the form of a new one."""
    table = changes_table()

    def fetch(after: str, limit: int) -> list[MassChange]:
        number = number_of(after)
        return mass_changes(session(), status=table.value("state"), after=number, limit=limit)

    clinics = [
        (one.sender_code, one.organisation.name) for one in senders(session()) if one.organisation.kind == "clinic"
    ]
    return serve(table, fetch, "mass_changes.html", first_day=today(), clinics=clinics)


@mass.post("/mass-changes")
def start() -> Response:
    """Keep a file or the choice of a district, and have a worker look what every line would do."""
    since = day_of(request.form.get("since", "")) or today()
    file = request.files.get("file")
    if file is not None and file.filename:
        content = file.stream.read(MOST_BYTES + 1)
        title, trouble = (
            bare_name(file.filename),
            "Файл больше 32 МБ: разделите его." if len(content) > MOST_BYTES else "",
        )
        wanted = MassRequest(title=title, since=since, login=viewer().login, content=content)
    else:
        asked, trouble = _asked()
        wanted = MassRequest(title=_title(asked), since=since, login=viewer().login, asked=asked)
    trouble = trouble or _wrong_day(since)
    if trouble:
        flash(trouble, "warning")
        return redirect(url_for("mass.changes"), 303)
    change = start_mass_change(session(), wanted, hub().context)
    session().commit()
    note("start_mass_change", "mass_change", change.id, {"title": change.title})
    return redirect(url_for("mass.change", change_id=change.id), 303)


@mass.get("/mass-changes/<int:change_id>")
def change(change_id: int) -> str | Response:
    """One mass change with its lines: what would change, what was changed, what was left out."""
    found = mass_change(session(), change_id)
    if found is None:
        abort(404)
    table = lines_table()
    facts = MassFacts(found.ready, found.done)
    codes = [str(found.asked["clinic"])] if found.asked.get("clinic") else []

    def fetch(after: str, limit: int) -> list[Any]:
        place = number_of(after) or 0
        state = table.value("state")
        return mass_lines(session(), change_id, states=[state] if state else [], after=place, limit=limit)

    note("open_mass_change", "mass_change", change_id)
    return serve(
        table,
        fetch,
        "mass_change.html",
        change=found,
        offered=[one.event for one in WORKFLOW.offered(found.status, [OPERATOR], facts)],
        working=found.status in WORKING,
        names=organisation_names(session(), codes),
    )


@mass.post("/mass-changes/<int:change_id>")
def move(change_id: int) -> Response:
    """Run, take back or drop a mass change."""
    told = request.form.get("event", "")
    if told not in TOLD:
        abort(400)
    event = MassEvent(told)
    refusal = move_mass_change(session(), change_id, event, viewer().login, hub().context)
    session().commit()
    if refusal:
        flash(refusal, "warning")
    else:
        note(f"{event.value}_mass_change", "mass_change", change_id)
        flash(TOLD[event], "success")
    return redirect(url_for("mass.change", change_id=change_id), 303)


def _asked() -> tuple[dict[str, Any], str]:
    """What the form asks of a district, and what is missing."""
    given = {name: request.form.get(name, "").strip()[:20] for name in ("clinic", "from_district", "district")}
    doctor = digits(request.form.get("doctor_snils", ""))[:11]
    area = request.form.get("area_type", "1")
    asked: dict[str, Any] = {
        "clinic": given["clinic"][:6],
        "area_type": number_of(area) or 1,
        "from_district": given["from_district"],
        "section": section_of({"district": given["district"], "doctor_snils": doctor}),
    }
    if not given["clinic"] or not given["from_district"]:
        return asked, "Выберите файл или укажите МО и участок."
    return asked, "" if asked["section"] else "Укажите новый участок или врача."


def _title(asked: dict[str, Any]) -> str:
    told = asked["section"].get("district_code") or "тот же участок, другой врач"
    return f"МО {asked['clinic']}, участок {asked['from_district']} → {told}"


def _wrong_day(since: date) -> str:
    return "" if date(2000, 1, 1) <= since <= today() else "Дата не может быть в будущем."
