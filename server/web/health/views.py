"""The state of the hub: a screen for people, three addresses for monitoring."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from registry.exchange.queries import work_state
from registry.exchange.queries.backups import last_backup, last_turn
from server.scheduled.backup import is_late
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
