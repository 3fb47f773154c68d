"""Choosing people for a file of identification, and checking a file of answers as the asking program would."""

from __future__ import annotations

from pathlib import Path, PurePath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.core.normalisation import name_key
from registry.exchange.access import fund_caller
from registry.exchange.codecs.dbf_answers import Comparison
from registry.exchange.content import ANSWER
from registry.exchange.operations.batches.compare_batch import compare_batch
from registry.exchange.operations.batches.form_batch import MOST, form_batch
from registry.exchange.queries.batches import Batch, batch_named
from registry.exchange.queries.packets import content_pieces
from registry.insured.queries.choosing import Choice, count_chosen
from server.web.auditing import note
from server.web.current import hub, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.insured.purpose import NO_PURPOSE, purpose, purpose_filter
from server.web.uploads.spool import bare_name

batch_making = Blueprint("batch_making", __name__, template_folder="templates")

#: What must be lacking: address and words.
LACKING = (("snils", "СНИЛС"), ("document", "документа"), ("enp", "ЕНП"), ("insurance", "действующего страхования"))
CONDITIONS = ("clinic", "insurer", "born_since", "born_until", "surname", "lacking")


@batch_making.get("/batches/choose")
def choose() -> str:
    """People of the registry by conditions, with their number before anything is made of them."""
    wanted, on = _wanted(), day_of(request.args.get("on", "")) or today()
    choice, offered = purpose_filter()
    count = None
    if not wanted.is_empty and purpose():
        note("choose_people", "people", details={"by": [name for name in CONDITIONS if getattr(wanted, name)]})
        count = count_chosen(session(), wanted, on, MOST)
    return render_template(
        "choose.html",
        wanted=wanted,
        on=on,
        count=count,
        most=MOST,
        lacking=LACKING,
        purposes=choice.options,
        offered=offered,
        no_purpose=None if wanted.is_empty or purpose() else NO_PURPOSE,
    )


@batch_making.post("/batches/choose")
def form() -> Response:
    """Make a file of the chosen people and hand it in as the fund's own."""
    wanted, on = _wanted(), day_of(request.values.get("on", "")) or today()
    caller = fund_caller(session())
    if not purpose():
        return redirect(url_for("batch_making.choose"), 303)
    if wanted.is_empty or caller is None:
        flash("Задайте хотя бы одно условие отбора.", "warning")
        return redirect(url_for("batch_making.choose"), 303)
    try:
        reply = form_batch(session(), wanted, on, caller, hub().context)
        if reply.refusal is not None:
            raise reply.refusal
    except Permanent as refusal:
        flash(refusal.text, "warning")
        return redirect(url_for("batch_making.choose"), 303)
    note("form_batch", "packet", reply.packet_id)
    flash("Пакет сформирован и поставлен в очередь.", "success")
    return redirect(url_for("batches.batch", packet_id=reply.packet_id), 303)


@batch_making.get("/batches/compare")
def compare() -> str:
    """The place to check a file of answers."""
    return _compare_page()


@batch_making.post("/batches/compare", endpoint="compared")
def send_answer() -> str | tuple[str, int]:
    """Check a file of answers against the request of the same name, as the asking program would; nothing is stored."""
    file = request.files.get("file")
    name = bare_name(file.filename or "") if file else ""
    if file is None or not name:
        return _compare_page("Выберите файл ответа."), 400
    if PurePath(name).suffix.lower() != ".dbf":
        return _compare_page("Файл ответа должен иметь расширение DBF."), 400
    asked = batch_named(session(), viewer().visibility, PurePath(name).stem)
    if asked is None:
        return _compare_page(f"Пакета с именем «{PurePath(name).stem}» нет среди ваших."), 404
    file.stream.flush()
    try:
        with Path(file.stream.name).open("rb") as answer:
            told = compare_batch(session(), asked.packet, answer, hub().context)
    except Permanent as refusal:
        return _compare_page(refusal.text), 400
    note("compare_answer", "packet", asked.packet.id)
    return _compare_page(asked=asked, told=told, is_own=_is_own(asked, Path(file.stream.name)))


def _compare_page(
    trouble: str = "", asked: Batch | None = None, told: Comparison | None = None, *, is_own: bool = False
) -> str:
    return render_template("compare.html", trouble=trouble, asked=asked, told=told, is_own=is_own)


def _is_own(asked: Batch, path: Path) -> bool:
    """Whether the file is, byte for byte, the answer the hub gave."""
    with path.open("rb") as stream:
        same = all(stream.read(len(piece)) == piece for piece in content_pieces(session(), asked.packet.id, ANSWER))
        return same and not stream.read(1) and asked.packet.finished_at is not None


def _wanted() -> Choice:
    values = request.values
    lacking = tuple(name for name, _ in LACKING if name in values.getlist("lacking"))
    return Choice(
        clinic=values.get("clinic", "").strip()[:6],
        insurer=values.get("insurer", "").strip()[:5],
        born_since=day_of(values.get("born_since", "")),
        born_until=day_of(values.get("born_until", "")),
        surname=name_key(values.get("surname", ""))[:60],
        lacking=lacking,
    )
