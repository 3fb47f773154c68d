"""The journal and everything about one packet; each tab has an address of its own."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, stream_with_context
from werkzeug.http import dump_options_header
from werkzeug.wrappers.response import Response as AnyResponse

from registry.exchange import queries
from registry.exchange.queries.outgoing import caused_by
from registry.exchange.tables import FindingRow, RecordRow
from registry.insured.review.queries import case_of_record
from registry.insured.rules.refusal_reasons import codes_among, is_refused_by_reason, reason_title
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import session, viewer
from server.web.exchange import evidence, journal, wording
from server.web.exchange.packet_tables import findings_table, records_table
from server.web.exchange.page import PacketPage
from server.web.exchange.source import HEAD, preview
from server.web.permissions import Permission
from server.web.serving import serve

exchange = Blueprint("exchange", __name__, template_folder="templates")

#: An archive up to this size is looked into.
SMALL = 4 * 1024 * 1024


def page_of(line_id: int, tab: str = "") -> PacketPage:
    """The page of a packet, or 404: an unknown number and a foreign one look the same."""
    line = queries.journal_line(session(), viewer().visibility, line_id)
    if line is None:
        abort(404)
    return PacketPage(line, queries.packet(session(), line_id), tab)


@exchange.get("/journal", endpoint="journal")
def show_journal() -> str | AnyResponse:
    """The journal of exchange."""
    table = journal.journal_table()
    return serve(table, lambda after, limit: journal.fetch(table, after, limit), "journal.html")


@exchange.get("/packets/<int:line_id>")
def packet(line_id: int) -> str:
    """The head of a packet: the result first, then who, what, when."""
    shown = page_of(line_id, "packet")
    groups = queries.finding_groups(session(), line_id)[:5]
    return render_template("packet.html", shown=shown, groups=groups, caused=caused_by(session(), line_id))


@exchange.get("/packets/<int:line_id>/progress")
def progress(line_id: int) -> str | Response:
    """How far a packet in work has come; tells the page to load anew when it is done."""
    shown = page_of(line_id)
    response = Response(render_template("progress.html", shown=shown))
    if not shown.is_in_work:
        response.headers["HX-Refresh"] = "true"
    return response


@exchange.get("/packets/<int:line_id>/records")
def records(line_id: int) -> str | AnyResponse:
    """Records of a packet."""
    shown = page_of(line_id, "records")
    table = records_table(shown)

    def fetch(after: str, limit: int) -> list[RecordRow]:
        return queries.record_page(
            session(),
            line_id,
            statuses=tuple(filter(None, table.value("status").split("|"))),
            number=table.value("number"),
            after=number_of(after),
            limit=limit,
        )

    return serve(table, fetch, "records.html", shown=shown)


@exchange.get("/packets/<int:line_id>/records/<int:position>")
def record(line_id: int, position: int) -> str:
    """One record: what was read, what control found, how the person was found."""
    shown = page_of(line_id, "records")
    row = queries.record(session(), line_id, position)
    if row is None:
        abort(404)
    note("open_record", "packet", line_id, {"position": position})
    for_fund = viewer().visibility.sees_all
    kind = shown.kind
    may_review = viewer().may(Permission.REVIEW)
    return render_template(
        "record.html",
        shown=shown,
        row=row,
        findings=queries.record_findings(session(), line_id, [position])[position],
        fields=[
            (wording.field_title(kind, name), name, wording.field_value(kind, name, value))
            for name, value in row.fields.items()
        ],
        answered=wording.answer_pairs(kind, row.answer),
        told=evidence.told(row.evidence, for_fund=for_fund),
        differences=evidence.differences(row.evidence, for_fund=for_fund),
        outcome=evidence.outcome_of(row.evidence),
        review=case_of_record(session(), line_id, position) if may_review else None,
        neighbours=queries.neighbours(session(), line_id, position),
        operation=wording.OPERATIONS.get(row.operation, row.operation),
        kind_name=kind,
    )


@exchange.get("/packets/<int:line_id>/findings")
def findings(line_id: int) -> str | AnyResponse:
    """Findings of a packet: by code, then one by one."""
    shown = page_of(line_id, "findings")
    table = findings_table(shown)
    groups = queries.finding_groups(session(), line_id)
    reason = number_of(table.value("reason"))

    def fetch(after: str, limit: int) -> list[FindingRow]:
        return queries.finding_page(
            session(),
            line_id,
            codes=_wanted_codes(table.value("code"), reason, [one.code for one in groups]),
            level=table.value("level") or ("error" if reason is not None else ""),
            after=number_of(after),
            limit=limit,
        )

    reasons = {one.code: reason_title(one.code) for one in groups} if is_refused_by_reason(shown.kind) else {}
    return serve(table, fetch, "findings.html", shown=shown, groups=groups, reasons=reasons, kind_name=shown.kind)


def _wanted_codes(code: str, reason: int | None, present: Sequence[str]) -> Sequence[str] | None:
    """The codes a choice of filters leaves; None for all."""
    if reason is None:
        return [code] if code else None
    return [one for one in codes_among(reason, present) if code in ("", one)]


@exchange.get("/packets/<int:line_id>/<any(raw, answer):part>")
def content(line_id: int, part: str) -> str:
    """The stored bytes of a packet or of its answer; the look is audited."""
    shown = page_of(line_id, part)
    size = queries.content_size(session(), line_id, part)
    head = queries.content_head(session(), line_id, part, HEAD)
    if head:
        note("open_answer" if part == "answer" else "open_content", "packet", line_id)
    whole = b"".join(queries.content_pieces(session(), line_id, part)) if 0 < size <= SMALL else None
    values = queries.finding_values(session(), line_id) if part == "raw" else []
    seen = preview(head, whole=whole, values=values) if head else None
    return render_template("content.html", shown=shown, part=part, size=size, seen=seen, is_cut=size > len(head))


@exchange.get("/packets/<int:line_id>/<any(raw, answer):part>/download")
def download(line_id: int, part: str) -> Response:
    """The stored bytes as a file under the name they came or go with."""
    shown = page_of(line_id)
    size = queries.content_size(session(), line_id, part)
    if not size:
        abort(404)
    note("download", "packet", line_id, {"part": part})
    name = shown.name_of(part)
    return Response(
        stream_with_context(queries.content_pieces(session(), line_id, part)),
        mimetype="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": dump_options_header("attachment", {"filename": name}),
        },
    )


@exchange.get("/packets/<int:line_id>/history")
def history(line_id: int) -> str:
    """Attempts, deliveries, who looked."""
    shown = page_of(line_id, "history")
    sees = viewer().visibility
    return render_template(
        "history.html",
        shown=shown,
        jobs=queries.jobs_of(session(), line_id) if sees.sees_all else [],
        deliveries=queries.deliveries(session(), line_id),
        looks=queries.looks_at(session(), sees, "packet", str(line_id)),
    )
