"""Packets the hub sends of itself: a program lists its own, takes the bytes, and says when it has taken them in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request, stream_with_context
from werkzeug.http import dump_options_header
from werkzeug.wrappers.response import Response

from registry.core.outcomes import PacketStatus as S
from registry.exchange import queries
from registry.exchange.operations.outgoing import follow_outgoing
from registry.exchange.queries.outgoing import OutgoingFilter, OutgoingLine, outgoing_line, outgoing_page
from server.api.asking import iso, limit, moment, page, parameters, whole, wrong
from server.api.entrance import caller, note, visibility
from server.api.problems import not_found
from server.web.current import hub, now, session

outgoing = Blueprint("outgoing", __name__)
OPEN = (S.WAITING, S.DELIVERED, S.SENT_AGAIN, S.OVERDUE, S.UNDELIVERABLE)
#: What ``status`` may ask for besides one state: what is still to be acknowledged (the default), and everything.
GROUPS = {"open": OPEN, "any": ()}
STATES = (*GROUPS, *OPEN, S.ACKNOWLEDGED, S.REJECTED)
LONGEST_REASON = 1_000


@outgoing.get("/outgoing")
def list_outgoing() -> Response:
    """What waits to be taken, the oldest first: the order it should be taken in."""
    given = parameters("since", "until", "kind", "status", "name", "after", "limit")
    status = given.get("status") or "open"
    if status not in STATES:
        raise wrong("status", "недопустимое значение", ", ".join(STATES))
    wanted = OutgoingFilter(
        since=moment(given, "since"),
        until=moment(given, "until"),
        kind=given.get("kind", ""),
        statuses=GROUPS.get(status, (status,)),
        name=given.get("name", ""),
    )
    size, after = limit(given), whole(given, "after", None)
    found = outgoing_page(session(), visibility(), wanted, after=after, limit=size + 1, oldest_first=True)
    return jsonify(page("outgoing", [_told(line) for line in found], size, "id"))


@outgoing.get("/outgoing/<int:packet_id>")
def show(packet_id: int) -> Response:
    """One packet and how it fares."""
    parameters()
    return jsonify(_told(_line(packet_id)))


@outgoing.get("/outgoing/<int:packet_id>/content")
def content(packet_id: int) -> Response:
    """The bytes under their name; taking them delivers the packet, taking them again changes nothing."""
    parameters()
    line = _line(packet_id)
    if _is_receiver(line):
        with hub().sessions.begin() as opened:
            mine = outgoing_line(opened, visibility(), packet_id, lock=True)
            if mine is not None:
                follow_outgoing.deliver(opened, mine.one, f"REST, {caller().login}", now())
    note("download", "outgoing", packet_id)
    return Response(
        stream_with_context(queries.content_pieces(session(), packet_id, "raw")),
        content_type="application/octet-stream",
        headers={
            "Content-Length": str(line.packet.size),
            "Content-Disposition": dump_options_header("attachment", {"filename": line.one.name}),
            "Content-Digest": f"sha-256={line.packet.body_hash}",
        },
    )


@outgoing.post("/outgoing/<int:packet_id>/acknowledgement")
def acknowledge(packet_id: int) -> Response:
    """Say that the packet was taken in, or why it was not; a repetition returns what was said first."""
    parameters()
    _line(packet_id)
    told = request.get_json(silent=True) or {}
    refusal = told.get("refusal", "") if isinstance(told, dict) else None
    if not isinstance(refusal, str) or len(refusal) > LONGEST_REASON or "\0" in refusal:
        raise wrong("refusal", "нужен текст", f"до {LONGEST_REASON} знаков")
    with hub().sessions.begin() as opened:
        mine = outgoing_line(opened, visibility(), packet_id, lock=True)
        if mine is None:
            raise not_found()
        follow_outgoing.acknowledge(opened, mine.one, f"REST, {caller().login}", now(), refusal.strip())
    session().expire_all()
    note("acknowledge", "outgoing", packet_id)
    return jsonify(_told(_line(packet_id)))


def _line(packet_id: int) -> OutgoingLine:
    line = outgoing_line(session(), visibility(), packet_id)
    if line is None:
        raise not_found()
    return line


def _is_receiver(line: OutgoingLine) -> bool:
    """A look of the fund delivers nothing to anybody."""
    return not visibility().sees_all or caller().organisation_id == line.one.organisation_id


def _told(line: OutgoingLine) -> dict[str, Any]:
    one, packet = line.one, line.packet
    address = f"/api/v1/outgoing/{one.id}"
    return {
        "id": one.id,
        "packet_id": packet.sender_packet_id,
        "kind": one.kind,
        "title": one.title,
        "name": one.name,
        "receiver": line.receiver,
        "way": one.way,
        "status": one.status,
        "records": one.records,
        "size": packet.size,
        "sha256": packet.body_hash,
        "as_of": packet.as_of.isoformat() if packet.as_of else None,
        "created_at": iso(one.created_at),
        "due_at": iso(one.due_at),
        "delivered_at": iso(one.delivered_at),
        "acknowledged_at": iso(one.acknowledged_at),
        "resends": one.resends,
        "error": one.error,
        "links": {"self": address, "content": f"{address}/content", "acknowledgement": f"{address}/acknowledgement"},
    }
