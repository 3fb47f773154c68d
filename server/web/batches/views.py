"""Batch identification: the list of files, the rows of one, stopping, going on and doing it once more."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.exchange.operations.batches.stop_packet import proceed_packet, stop_packet
from registry.exchange.operations.replay_packet import replay_packet
from registry.exchange.queries.batches import Batch, batch_page, batch_rows, job_of_batch
from registry.exchange.queries.batches import batch as batch_line
from registry.exchange.tables import RecordRow
from server.web.asking import number_of
from server.web.auditing import note
from server.web.batches.periods import choices
from server.web.batches.tables import GROUPS, batches_table, chosen_outcomes, rows_table, wanted_of
from server.web.current import hub, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.serving import serve
from server.web.statuses import UNFINISHED

batches = Blueprint("batches", __name__, template_folder="templates")


@batches.get("/batches", endpoint="batches")
def show_batches() -> str | Response:
    """Files of people to be found, the newest first."""
    table = batches_table()

    def fetch(after: str, limit: int) -> list[Batch]:
        number = number_of(after)
        return batch_page(session(), viewer().visibility, wanted_of(table), after=number, limit=limit)

    return serve(
        table,
        fetch,
        "batches.html",
        periods=choices(day_of(table.value("since")), day_of(table.value("until")), today()),
        is_working=lambda: any(one.entry.status in UNFINISHED for one in table.rows),
    )


@batches.get("/batches/<int:packet_id>")
def batch(packet_id: int) -> str | Response:
    """One file: how many rows ended how, and the rows."""
    shown = batch_of(packet_id)
    table = rows_table(shown)

    def fetch(after: str, limit: int) -> list[RecordRow]:
        return batch_rows(
            session(),
            packet_id,
            outcomes=chosen_outcomes(table),
            text=table.value("text"),
            after=number_of(after),
            limit=limit,
        )

    note("open_content", "packet", packet_id)
    job = job_of_batch(session(), packet_id)
    numbers = [(name, title, shown.ended(*outcomes), colour, icon) for name, title, outcomes, colour, icon in GROUPS]
    return serve(
        table,
        fetch,
        "batch.html",
        shown=shown,
        numbers=numbers,
        job=job,
        is_working=shown.entry.status in UNFINISHED,
    )


@batches.post("/batches/<int:packet_id>/stop")
def stop(packet_id: int) -> Response:
    """Lay the work aside: what is done stays, the rest waits."""
    batch_of(packet_id)
    if stop_packet(session(), packet_id, viewer().login):
        note("stop_batch", "packet", packet_id)
        flash("Обработка остановлена. Сделанное сохранено, продолжить можно в любое время.", "success")
    else:
        flash("Останавливать нечего: пакет уже не обрабатывается.", "warning")
    return _back(packet_id)


@batches.post("/batches/<int:packet_id>/proceed")
def proceed(packet_id: int) -> Response:
    """Let a stopped batch go on behind its last finished portion."""
    batch_of(packet_id)
    if proceed_packet(session(), packet_id, hub().context.clock):
        note("proceed_batch", "packet", packet_id)
        flash("Обработка продолжится с места остановки.", "success")
    else:
        flash("Пакет не остановлен.", "warning")
    return _back(packet_id)


@batches.post("/batches/<int:packet_id>/repeat")
def repeat(packet_id: int) -> Response:
    """Find the same people once more, in the registry as it is now; the answer is replaced."""
    batch_of(packet_id)
    try:
        replay_packet(session(), packet_id, hub().context)
    except Permanent as refusal:
        flash(refusal.text, "warning")
        return _back(packet_id)
    note("repeat_batch", "packet", packet_id)
    flash("Пакет будет обработан заново по сегодняшнему регистру; ответ заменится.", "success")
    return _back(packet_id)


def batch_of(packet_id: int) -> Batch:
    """The batch, or 404: an unknown number and a foreign one look the same."""
    found = batch_line(session(), viewer().visibility, packet_id)
    if found is None:
        abort(404)
    return found


def _back(packet_id: int) -> Response:
    return redirect(url_for("batches.batch", packet_id=packet_id), 303)
