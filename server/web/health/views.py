"""The state of the hub: a screen for people, three addresses for monitoring."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.wrappers.response import Response as AnyResponse

from registry.exchange.jobs import return_job
from registry.exchange.outbox import send_undeliverable_again
from registry.exchange.queries import work_state
from registry.exchange.queries.upkeep.backups import last_backup, last_turn
from server.scheduled.backup import is_late
from server.web.auditing import note
from server.web.current import hub, now, session
from server.web.health.figures import Figures, parts_of

health = Blueprint("health", __name__, template_folder="templates")


@health.get("/health", endpoint="health")
def alive() -> Response:
    """The process answers; nothing else is asked."""
    return jsonify(status="ok")


@health.get("/ready")
def ready() -> tuple[Response, int]:
    """Whether work may be sent here: database, broker, disk."""
    parts = parts_of(hub())
    holds = all(part.holds for part in parts)
    told = {part.name: {"ready": part.holds, "text": part.told} for part in parts}
    return jsonify(status="ready" if holds else "not ready", parts=told), 200 if holds else 503


@health.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus; as JSON where the asker wants it."""
    figures: Figures = current_app.extensions["figures"]
    if request.accept_mimetypes.best == "application/json" or request.args.get("format") == "json":
        found = {}
        for family in figures.registry.collect():
            found[family.name] = [
                {"name": one.name, "labels": one.labels, "value": one.value} for one in family.samples
            ]
        return jsonify(found)
    return Response(generate_latest(figures.registry), content_type=CONTENT_TYPE_LATEST)


@health.post("/state/jobs/<int:job_id>/return")
def return_parked(job_id: int) -> AnyResponse:
    """Let stopped work be done again."""
    if return_job(session(), job_id, hub().context.clock):
        note("return_job", "job", job_id)
        flash(f"Работа № {job_id} возвращена в очередь.", "success")
    else:
        flash(f"Работа № {job_id} уже не остановлена.", "warning")
    return redirect(url_for("health.state"), 303)


@health.post("/state/deliveries/again")
def deliver_again() -> AnyResponse:
    """Send anew what could not be delivered."""
    count = send_undeliverable_again(session(), hub().context.clock)
    note("deliver_again", "job", details={"count": count})
    flash(f"Снова поставлено на отправку: {count}.", "success")
    return redirect(url_for("health.state"), 303)


@health.get("/state")
def state() -> str:
    """What works, what waits, what stopped."""
    return render_template(
        "state.html",
        parts=parts_of(hub()),
        work=work_state(session()),
        asked_at=now(),
        made=last_backup(session()),
        turn=last_turn(session()),
        late=is_late(hub(), session()),
    )
