"""Control without storing anything: a file or people are judged as on intake, in a transaction that is taken back."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, jsonify, request
from sqlalchemy.orm import Session
from werkzeug.wrappers.response import Response

from registry.core.outcomes import PacketStatus
from registry.exchange import queries
from registry.exchange.dialects.rest import MEDIA_TYPE
from registry.exchange.pipeline import Incoming, Reply, advance, handle, receive
from registry.exchange.tables import JournalEntry
from server.api.asking import parameters
from server.api.entrance import caller, note
from server.api.packets import told_finding
from server.api.people import question
from server.api.problems import Problem, problem_of
from server.api.spooling import Spooled, body_pieces, file_name, spooled
from server.web.current import hub

check_ = Blueprint("check", __name__)
MOST_BYTES = 16 * 1024 * 1024
MOST_FINDINGS = 1_000


@check_.post("/check")
def check() -> Response:
    """The findings intake would make; of people only whether they would be found, nothing of what is known of them."""
    if request.mimetype == MEDIA_TYPE:
        parameters()
        return jsonify(_people(question()))
    request.max_content_length = MOST_BYTES
    name = file_name(parameters("name").get("name", ""))
    with spooled(body_pieces()) as file:
        told = _file(name, file)
    note("api_check", "file", "", size=file.size)
    return jsonify(told)


def _people(incoming: Incoming) -> dict[str, Any]:
    incoming.properties = {}  # a key of idempotency would answer with what was stored
    with hub().sessions() as opened:
        try:
            reply = handle(opened, incoming, hub().context)
        finally:
            opened.rollback()
    results = msgspec.json.decode(_body(reply))["results"]
    note("api_check", "people", "", count=len(results))
    return {"results": [{name: one[name] for name in ("number", "status", "findings")} for one in results]}


def _body(reply: Reply) -> bytes:
    if reply.refusal is not None:
        raise problem_of(reply.refusal)
    if not reply.body:
        raise Problem(500, "INTERNAL_FAULT", "Внутренняя ошибка проверки")
    return reply.body


def _file(name: str, file: Spooled) -> dict[str, Any]:
    incoming = Incoming(channel="rest", dialect="files", path=file.path, file_name=name, caller=caller())
    with hub().sessions() as opened:
        try:
            reply = receive(opened, incoming, hub().context)
            if reply.refusal is not None or reply.packet_id is None:
                raise problem_of(reply.refusal) if reply.refusal else Problem(422, "REFUSED", "Файл не принят")
            if reply.status is not PacketStatus.REPEATED:
                while advance(opened, reply.packet_id, hub().context):
                    opened.flush()
            return _judged(opened, reply.packet_id, name)
        finally:
            opened.rollback()


def _judged(opened: Session, packet_id: int, name: str) -> dict[str, Any]:
    line = opened.get_one(JournalEntry, packet_id)
    found = queries.finding_page(opened, packet_id, limit=MOST_FINDINGS + 1)
    return {
        "file": name,
        "kind": line.kind,
        "status": line.status,
        "code": line.code,
        "text": line.text,
        "records": line.records,
        "accepted": line.accepted,
        "warned": line.warned,
        "rejected": line.rejected,
        "findings": [{"position": row.position, **told_finding(row)} for row in found[:MOST_FINDINGS]],
        "more": len(found) > MOST_FINDINGS,
    }
