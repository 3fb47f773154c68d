"""Packets with their records and answers, and the journal: what an organisation's people see on the screens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, stream_with_context
from werkzeug.http import dump_options_header
from werkzeug.wrappers.response import Response

from registry.core.outcomes import PacketStatus, RecordStatus
from registry.exchange import queries
from registry.exchange.queries.journal import JournalFilter, journal_line, journal_page
from registry.exchange.queries.outgoing import files_beside
from registry.exchange.queries.packet_list import PacketFilter, packet_list
from registry.exchange.tables import FindingRow, JournalEntry, Packet, RecordRow
from server.api.asking import iso, limit, moment, page, parameters, whole, wrong
from server.api.entrance import note, visibility
from server.api.problems import Problem, not_found
from server.web.current import session
from server.web.exchange import evidence

packets = Blueprint("packets", __name__)
CHANNELS = ("soap", "amqp", "file", "web", "rest")


@packets.get("/packets")
def list_packets() -> Response:
    """One's own packets, the newest first."""
    names = ("since", "until", "channel", "kind", "status", "sender_packet_id", "file_name", "after", "limit")
    given = parameters(*names)
    wanted = PacketFilter(
        since=moment(given, "since"),
        until=moment(given, "until"),
        channel=_one_of(given, "channel", CHANNELS),
        kind=given.get("kind", ""),
        status=_one_of(given, "status", tuple(PacketStatus)),
        sender_packet_id=given.get("sender_packet_id", ""),
        file_name=given.get("file_name", ""),
    )
    size = limit(given)
    found = packet_list(session(), visibility(), wanted, after=whole(given, "after", None), limit=size + 1)
    return jsonify(page("packets", [told_packet(one, line) for one, line in found], size, "id"))


@packets.get("/packets/<int:packet_id>")
def show(packet_id: int) -> Response:
    """One packet with how many records ended how and which findings there are."""
    one, line = _packet(packet_id)
    told = told_packet(one, line)
    told["record_statuses"] = queries.record_counts(session(), one.id)
    told["findings"] = [
        {"code": group.code, "level": group.level, "count": group.count}
        for group in queries.finding_groups(session(), one.id)
    ]
    told["beside"] = [
        {"id": other.id, "name": other.name, "content": f"/api/v1/outgoing/{other.id}/content"}
        for other in files_beside(session(), one.id)
    ]
    return jsonify(told)


@packets.get("/packets/<int:packet_id>/records")
def records(packet_id: int) -> Response:
    """Records in the order of the packet: the sender's own fields, outcome, findings, why this person."""
    given = parameters("status", "number", "after", "limit")
    status = _one_of(given, "status", tuple(RecordStatus))
    one, _ = _packet(packet_id)
    size = limit(given)
    rows = queries.record_page(
        session(),
        one.id,
        statuses=(status,) if status else (),
        number=given.get("number", ""),
        after=whole(given, "after", None),
        limit=size + 1,
    )
    findings = queries.record_findings(session(), one.id, [row.position for row in rows])
    note("api_records", "packet", one.id)
    return jsonify(page("records", [_record(row, findings[row.position]) for row in rows], size, "position"))


@packets.get("/packets/<int:packet_id>/answer")
def answer(packet_id: int) -> Response:
    """The bytes of the answer under its own name; 404 until there is one."""
    parameters()
    one, _ = _packet(packet_id)
    size = queries.content_size(session(), one.id, "answer")
    if not size:
        text = "Пакет ещё обрабатывается" if one.finished_at is None else "У пакета нет ответа"
        headers = {"Retry-After": "5"} if one.finished_at is None else {}
        raise Problem(404, "ANSWER_ABSENT", text, packet=one.id, headers=headers)
    note("api_answer", "packet", one.id)
    name = one.answer_name or f"answer-{one.id}"
    return Response(
        stream_with_context(queries.content_pieces(session(), one.id, "answer")),
        content_type=one.answer_type or "application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": dump_options_header("attachment", {"filename": name}),
        },
    )


@packets.get("/journal")
def journal() -> Response:
    """The journal of exchange: packets, questions and refusals of one's organisation, the newest first."""
    given = parameters("since", "until", "channel", "kind", "status", "after", "limit")
    status = _one_of(given, "status", tuple(PacketStatus))
    wanted = JournalFilter(
        since=moment(given, "since"),
        until=moment(given, "until"),
        channel=_one_of(given, "channel", CHANNELS),
        kind=given.get("kind", ""),
        statuses=(status,) if status else (),
    )
    size = limit(given)
    found = journal_page(session(), visibility(), wanted, after=whole(given, "after", None), limit=size + 1)
    lines = [{**told_line(one.entry), "organisation": one.organisation} for one in found]
    return jsonify(page("lines", lines, size, "id"))


def _packet(packet_id: int) -> tuple[Packet, JournalEntry]:
    line = journal_line(session(), visibility(), packet_id)
    one = queries.packet(session(), packet_id) if line else None
    if line is None or one is None:
        raise not_found()
    return one, line.entry


def _one_of(given: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = given.get(name, "")
    if text and text not in [str(one) for one in choices]:
        raise wrong(name, "недопустимое значение", ", ".join(str(one) for one in choices))
    return text


def told_line(entry: JournalEntry) -> dict[str, Any]:
    """A journal line as programs read it."""
    return {
        "id": entry.id,
        "at": iso(entry.at),
        "channel": entry.channel,
        "direction": entry.direction,
        "dialect": entry.dialect,
        "operation": entry.operation,
        "kind": entry.kind,
        "login": entry.login,
        "sender_packet_id": entry.sender_packet_id,
        "file_name": entry.file_name,
        "status": entry.status,
        "code": entry.code,
        "text": entry.text,
        "records": entry.records,
        "accepted": entry.accepted,
        "warned": entry.warned,
        "rejected": entry.rejected,
        "size": entry.size,
        "duration_ms": entry.duration_ms,
        "incident": entry.incident,
        "repeats": entry.repeats_id,
    }


def told_packet(one: Packet, line: JournalEntry) -> dict[str, Any]:
    """A packet as programs read it."""
    return told_line(line) | {
        "kind": one.kind,
        "as_of": one.as_of.isoformat() if one.as_of else None,
        "status": one.status,
        "attempt": one.attempt,
        "finished_at": iso(one.finished_at),
        "answer_name": one.answer_name,
        "answer_type": one.answer_type,
    }


def _record(row: RecordRow, findings: list[FindingRow]) -> dict[str, Any]:
    for_fund = visibility().sees_all
    told = evidence.told(row.evidence, for_fund=for_fund)
    return {
        "position": row.position,
        "number": row.number,
        "operation": row.operation,
        "status": row.status,
        "fields": row.fields,
        "findings": [told_finding(one) for one in findings],
        "outcome": row.evidence.get("outcome"),
        "evidence": [{"title": title, "texts": texts} for title, texts in told],
        "differences": evidence.differences(row.evidence, for_fund=for_fund),
    }


def told_finding(row: FindingRow) -> dict[str, Any]:
    """A stored finding with everything that is there of it."""
    names = ("code", "level", "field", "place", "value", "expected", "text")
    return {name: value for name in names if (value := getattr(row, name))}
