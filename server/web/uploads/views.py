"""Handing in files: by a plain form, by dragging, by a program; and finding what was handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from flask import Blueprint, flash, jsonify, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers.response import Response

from registry.exchange.access import Caller, caller_of_account, caller_of_organisation
from registry.exchange.pipeline import Incoming, Reply, receive
from registry.exchange.queries import JournalFilter, JournalLine, OrganisationLine, journal_page, senders
from registry.exchange.queries.packets import with_answers
from registry.exchange.tables import Organisation
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, session, today, viewer, zone
from server.web.errors import wants_json
from server.web.permissions import Permission
from server.web.serving import serve
from server.web.statuses import UNFINISHED
from server.web.table import Column, Empty, Table
from server.web.uploads.spool import bare_name

uploads = Blueprint("uploads", __name__, template_folder="templates")

DAYS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one file: its journal line, and the refusal where it was not let in."""

    name: str
    reply: Reply

    @property
    def address(self) -> str:
        """The page of the packet."""
        return url_for("exchange.packet", line_id=self.reply.journal_id)

    @property
    def refusal(self) -> str:
        """Why the file was not taken; empty when it was."""
        return self.reply.refusal.text if self.reply.refusal else ""

    @property
    def told(self) -> str:
        """What became of the file, in a few words."""
        known = self.reply.packet_id is not None and self.reply.journal_id != self.reply.packet_id
        return self.refusal or ("Уже был принят раньше, ответ тот же" if known else "Принят, обработка идёт")


@uploads.get("/uploads", endpoint="uploads")
def show() -> str | Response:
    """The place to hand in files, and one's own files of the last weeks."""
    answered: set[int] = set()
    table = _table(answered)

    def fetch(after: str, limit: int) -> list[JournalLine]:
        since = datetime.combine(today(), time.min, zone()) - DAYS_BACK
        wanted = JournalFilter(channel="web", login=viewer().login, since=since)
        number = number_of(after)
        lines = journal_page(session(), viewer().visibility, wanted, after=number, limit=limit)
        answered.update(with_answers(session(), [line.key for line in lines]))
        return lines

    return serve(
        table,
        fetch,
        "uploads.html",
        organisations=_organisations(),
        most=hub().settings.max_upload_mb,
        is_working=lambda: any(line.entry.status in UNFINISHED for line in table.rows),
    )


@uploads.post("/uploads")
def send() -> Response | tuple[Response, int]:
    """Take the files of a form: each becomes a packet of its own, or is refused with a reason."""
    caller = _caller(request.form.get("organisation", ""))
    files = [one for one in request.files.getlist("file") if one.filename]
    trouble = "" if caller else "Выберите организацию, от имени которой передаётся файл."
    trouble = trouble or ("" if files else "Выберите хотя бы один файл.")
    if trouble or caller is None:
        return _trouble(trouble)
    sent = [_take(one, caller) for one in files]
    if wants_json():
        return jsonify(
            [{"name": one.name, "address": one.address, "refusal": one.refusal, "told": one.told} for one in sent]
        )
    for one in sent:
        flash(f"{one.name}: {one.told}", "danger" if one.refusal else "success")
    return redirect(sent[0].address if len(sent) == 1 else url_for("uploads.uploads"), 303)


def _take(file: FileStorage, caller: Caller) -> Sent:
    name = bare_name(file.filename or "")
    file.stream.flush()
    incoming = Incoming(
        channel="web",
        dialect="files",
        path=Path(file.stream.name),
        file_name=name,
        caller=caller,
        address=request.remote_addr or "",
    )
    reply = receive(session(), incoming, hub().context)
    session().commit()
    note("upload", "packet", reply.journal_id)
    return Sent(name, reply)


def _caller(organisation: str) -> Caller | None:
    """In whose name files come: one's own organisation, or the one staff of the fund has chosen."""
    if not viewer().may(Permission.UPLOAD_FOR_OTHERS):
        return caller_of_account(session(), viewer().account)
    chosen = session().get(Organisation, number_of(organisation) or 0)
    if chosen is None or not chosen.active:
        return None
    return caller_of_organisation(session(), chosen.id, login=viewer().login)


def _organisations() -> list[OrganisationLine]:
    return senders(session()) if viewer().may(Permission.UPLOAD_FOR_OTHERS) else []


def _trouble(text: str) -> Response | tuple[Response, int]:
    if wants_json():
        return jsonify(error=text), 400
    flash(text, "warning")
    return redirect(url_for("uploads.uploads"), 303)


def _table(answered: set[int]) -> Table:
    def answer(line: JournalLine) -> str:
        """A file refused as a whole may have an answer too, one without a form of answer has none."""
        return "Скачать" if line.key in answered else ""

    def link(line: JournalLine) -> str:
        return url_for("exchange.packet", line_id=line.entry.id)

    return Table(
        name="mine",
        title="Мои загрузки",
        heading=True,
        row_link=link,
        columns=(
            Column(key="at", title="Время", value=lambda line: line.entry.at, kind="moment", link=link),
            Column(key="file", title="Файл", value=lambda line: line.entry.file_name, kind="wide", link=link),
            Column(key="organisation", title="За кого", value=lambda line: line.organisation),
            Column(key="status", title="Статус", value=lambda line: line.entry.status, kind="status:packet"),
            Column(key="accepted", title="Принято", value=lambda line: line.entry.accepted, kind="number"),
            Column(key="warned", title="С замечаниями", value=lambda line: line.entry.warned, kind="number"),
            Column(key="rejected", title="Отклонено", value=lambda line: line.entry.rejected, kind="number"),
            Column(key="answer", title="Ответ", value=answer, link=_answer_link),
        ),
        empty=Empty(
            why="За 30 дней вы ничего не загружали",
            what="Перетащите файл на поле выше или выберите его.",
            icon="file-upload",
        ),
    )


def _answer_link(line: JournalLine) -> str:
    return url_for("exchange.download", line_id=line.entry.id, part="answer")
