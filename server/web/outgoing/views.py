"""Packets the hub sends of itself: a receiver takes its own, the fund watches all and sends again."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from werkzeug.http import dump_options_header
from werkzeug.wrappers.response import Response as AnyResponse

from registry.exchange import queries
from registry.exchange.operations.outgoing import follow_outgoing
from registry.exchange.operations.outgoing.follow_outgoing import SETTLED
from registry.exchange.queries.outgoing import OutgoingLine, outgoing_line, outgoing_page, visible_outgoing
from registry.exchange.tables import OutgoingPacket
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, now, session, viewer
from server.web.formatting import plural
from server.web.outgoing.list import outgoing_table, wanted_of
from server.web.permissions import Permission
from server.web.serving import serve

outgoing = Blueprint("outgoing", __name__, template_folder="templates")

MOST_AGAIN = 5_000


@outgoing.get("/outgoing")
def packets() -> str | AnyResponse:
    """What the hub sent of itself, the newest first."""
    table = outgoing_table()

    def fetch(after: str, limit: int) -> list[OutgoingLine]:
        number = number_of(after)
        return outgoing_page(session(), viewer().visibility, wanted_of(table), after=number, limit=limit)

    return serve(table, fetch, "list.html", group="Обмен")


@outgoing.get("/outgoing/<int:line_id>")
def packet(line_id: int) -> str:
    """How one packet fared."""
    line = _line(line_id)
    return render_template(
        "outgoing.html",
        line=line,
        one=line.one,
        is_settled=line.one.status in SETTLED,
        deliveries=queries.deliveries(session(), line_id),
        looks=queries.looks_at(session(), viewer().visibility, "outgoing", str(line_id)),
    )


@outgoing.get("/outgoing/<int:line_id>/download")
def download(line_id: int) -> Response:
    """The bytes under their name; for the receiver they are delivered thereby."""
    line = _line(line_id, lock=True)
    if _is_receiver(line.one):
        follow_outgoing.deliver(session(), line.one, f"сайт, {viewer().login}", now())
    note("download", "outgoing", line_id)
    return Response(
        stream_with_context(queries.content_pieces(session(), line_id, "raw")),
        mimetype="application/octet-stream",
        headers={
            "Content-Length": str(line.packet.size),
            "Content-Disposition": dump_options_header("attachment", {"filename": line.one.name}),
        },
    )


@outgoing.post("/outgoing/<int:line_id>/acknowledgement")
def acknowledge(line_id: int) -> AnyResponse:
    """The receiver says that it has taken the packet in; the fund may say so for it."""
    line = _line(line_id, lock=True)
    if follow_outgoing.acknowledge(session(), line.one, f"сайт, {viewer().login}", now()):
        flash("Получение подтверждено", "success")
    note("acknowledge", "outgoing", line_id)
    return redirect(url_for("outgoing.packet", line_id=line_id), 303)


@outgoing.post("/outgoing/again")
def send_again() -> AnyResponse:
    """Send the chosen packets, or all of the choice that were not acknowledged, once more under their own ids."""
    sees = viewer().visibility
    if request.form.get("scope") == "open":
        lines = outgoing_page(session(), sees, wanted_of(outgoing_table()), limit=MOST_AGAIN)
        ids = [line.one.id for line in lines if line.one.status not in SETTLED]
    else:
        ids = list(filter(None, map(number_of, request.form.getlist("id"))))
    options = hub().context.options(session())
    count = follow_outgoing.send_again(session(), visible_outgoing(session(), sees, ids), options, now())
    note("send_again", "outgoing", details={"rows": count})
    if count:
        flash(f"Отправлено повторно: {count} {plural(count, 'пакет', 'пакета', 'пакетов')}", "success")
    else:
        flash("Повторять нечего: выберите пакеты, получение которых не подтверждено", "warning")
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted.startswith("/outgoing") else url_for("outgoing.packets"), 303)


def _line(line_id: int, *, lock: bool = False) -> OutgoingLine:
    line = outgoing_line(session(), viewer().visibility, line_id, lock=lock)
    if line is None:
        abort(404)
    return line


def _is_receiver(one: OutgoingPacket) -> bool:
    """A look of the fund delivers nothing to anybody."""
    return not viewer().may(Permission.SEND_AGAIN) and viewer().visibility.allows(one.organisation_id)
