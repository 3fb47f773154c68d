"""Boxes, transfers and spoilt blanks on the screens: the fund acts, an insurer sees and confirms its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.http import dump_options_header
from werkzeug.wrappers.response import Response as AnyResponse

from registry.core.errors import Permanent
from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.queries import organisation_names
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.insured.blanks.operations import move_blanks
from registry.insured.blanks.operations.keep_contract import keep_contract
from registry.insured.blanks.operations.move_blanks import Acting, Spoiling
from registry.insured.blanks.queries import boxes as queries
from registry.insured.blanks.tables import BlankBox, BlankTransfer
from server.web.asking import number_of
from server.web.auditing import note
from server.web.blanks import lists
from server.web.blanks.act import act_pdf
from server.web.current import hub, now, session, today, viewer
from server.web.exchange.journal import day_of
from server.web.formatting import plural
from server.web.permissions import Permission
from server.web.serving import serve

blanks = Blueprint("blanks", __name__, template_folder="templates")

MOST_CHOSEN = 500


@blanks.get("/blanks", endpoint="boxes")
def boxes() -> str | AnyResponse:
    """Boxes, and the totals per insurer of those that were marked."""
    table = lists.boxes_table()
    chosen = queries.box_numbers(session(), _ids(request.args.getlist("box")))

    def fetch(after: str, limit: int) -> list[queries.BoxLine]:
        number = number_of(after)
        return queries.box_page(session(), lists.box_filter(table), after=number, limit=limit)

    found = queries.totals(session(), sorted(chosen)) if chosen else []
    names = organisation_names(session(), [one.insurer for one in found])
    return serve(
        table, fetch, "boxes.html", chosen=chosen, totals=found, names=names, insurers=lists.insurers(), tab="boxes"
    )


@blanks.post("/blanks/mark")
def mark() -> AnyResponse:
    """Show the totals of the marked boxes, or mark them received."""
    ids = _ids(request.form.getlist("id"))
    if not ids:
        flash("Отметьте коробки", "warning")
        return redirect(url_for("blanks.boxes"), 303)
    if request.form.get("scope") == "receive":
        on = day_of(request.form.get("on", "")) or today()
        count = _done(lambda: move_blanks.receive_boxes(session(), ids, on, _acting()))
        if count is not None:
            note("receive_blanks", "blanks", details={"boxes": count})
            word = plural(count, "коробка отмечена", "коробки отмечены", "коробок отмечены")
            flash(f"{count} {word}: бланки получены", "success")
    return redirect(url_for("blanks.boxes", box=ids), 303)


@blanks.get("/blanks/boxes/<int:box_id>")
def box(box_id: int) -> str:
    """One box before it is taken back: what it holds."""
    found = session().get(BlankBox, box_id)
    if found is None:
        abort(404)
    return render_template("box.html", box=found, totals=queries.totals(session(), [box_id]), tab="boxes")


@blanks.post("/blanks/boxes/<int:box_id>/remove")
def remove_box(box_id: int) -> AnyResponse:
    """Take a box back that was entered by mistake."""
    number = _done(lambda: move_blanks.remove_box(session(), box_id))
    if number is None:
        return redirect(url_for("blanks.box", box_id=box_id), 303)
    note("remove_blanks", "blanks", box_id, {"box": number})
    flash(f"Коробка {number} удалена", "success")
    return redirect(url_for("blanks.boxes"), 303)


@blanks.get("/blanks/contracts")
def contracts() -> str | AnyResponse:
    """Contracts with the printer."""

    def fetch(after: str, limit: int) -> list[Any]:
        return queries.contracts(session(), after=number_of(after), limit=limit)

    return serve(lists.contracts_table(), fetch, "contracts.html", tab="contracts")


@blanks.post("/blanks/contracts/new")
def add_contract() -> AnyResponse:
    """Enter a contract, or complete one a list of boxes named."""
    given = request.form
    number, ordered = given.get("number", "").strip()[:40], given.get("ordered", "").strip()
    if not number or (ordered and not (ordered.isdecimal() and len(ordered) < 10)):
        flash("Укажите номер договора и число заказанных бланков", "warning")
    else:
        signed = day_of(given.get("signed_on", ""))
        keep_contract(session(), number, signed, int(ordered or 0), given.get("note", "")[:500])
        note("keep_contract", "blanks", number)
        flash(f"Договор {number} сохранён", "success")
    return redirect(url_for("blanks.contracts"), 303)


@blanks.get("/blanks/transfers")
def transfers() -> str | AnyResponse:
    """Transfers to insurers; an insurer sees its own."""
    table = lists.transfers_table(fund=_is_fund())

    def fetch(after: str, limit: int) -> list[queries.TransferLine]:
        number = number_of(after)
        return queries.transfer_page(session(), _own(), lists.transfer_filter(table), after=number, limit=limit)

    return serve(table, fetch, "transfers.html", tab="transfers", part="Передачи")


@blanks.post("/blanks/transfers/new")
def hand_over() -> AnyResponse:
    """Hand blanks of the marked boxes over to an insurer; the act goes to its tray."""
    ids, insurer = _ids(request.form.getlist("box")), request.form.get("insurer", "")
    quantity = request.form.get("quantity", "").strip()
    if not ids or not insurer or (quantity and not (quantity.isdecimal() and len(quantity) < 10)):
        flash("Отметьте коробки, выберите СМО и укажите число бланков или оставьте его пустым", "warning")
        return redirect(url_for("blanks.boxes", box=ids), 303)
    wanted = int(quantity) if quantity else None
    made = _done(lambda: _handed_over(insurer, ids, wanted))
    if made is None:
        return redirect(url_for("blanks.boxes", box=ids), 303)
    note("hand_over_blanks", "blanks", made.id)
    flash(f"Передача {made.number} оформлена, акт положен СМО в «Исходящие»", "success")
    return redirect(url_for("blanks.transfer", transfer_id=made.id), 303)


def _handed_over(insurer: str, ids: list[int], quantity: int | None) -> BlankTransfer:
    made = move_blanks.transfer_blanks(session(), insurer, ids, quantity, _acting())
    receiver = organisation_id_of_code(session(), insurer)
    if receiver is not None:
        what = Outgoing(
            receiver=receiver,
            kind="blank_transfer",
            title="Акт передачи бланков",
            packet_id=f"blanks:{made.number}",
            body=_act(made),
            file_name=f"ACT_{made.number}.pdf",
            records=1,
            as_of=made.on,
        )
        send_out(session(), what, hub().context)
    return made


@blanks.get("/blanks/transfers/<int:transfer_id>")
def transfer(transfer_id: int) -> str:
    """One transfer with its ranges."""
    made, ranges = _transfer(transfer_id)
    names = organisation_names(session(), [made.insurer_code])
    return render_template(
        "transfer.html", made=made, ranges=ranges, names=names, own=_is_insurer(made), tab="transfers"
    )


@blanks.get("/blanks/transfers/<int:transfer_id>/act.pdf")
def act(transfer_id: int) -> Response:
    """The act as PDF."""
    made, _ = _transfer(transfer_id)
    note("download", "blanks", transfer_id)
    disposition = dump_options_header("inline", {"filename": f"ACT_{made.number}.pdf"})
    return Response(_act(made), mimetype="application/pdf", headers={"Content-Disposition": disposition})


@blanks.post("/blanks/transfers/<int:transfer_id>/confirm")
def confirm(transfer_id: int) -> AnyResponse:
    """The insurer says that it has the blanks."""
    made, _ = _transfer(transfer_id)
    if not _is_insurer(made):
        abort(403)
    return _settle(transfer_id, move_blanks.CONFIRMED, "confirm_blanks", "Получение подтверждено")


@blanks.post("/blanks/transfers/<int:transfer_id>/cancel")
def cancel(transfer_id: int) -> AnyResponse:
    """The fund takes a transfer back that was not confirmed; its blanks may be handed over again."""
    _transfer(transfer_id)
    return _settle(transfer_id, move_blanks.CANCELLED, "cancel_blanks", "Передача отменена")


def _settle(transfer_id: int, status: str, action: str, words: str) -> AnyResponse:
    reason = request.form.get("note", "")
    if _done(lambda: move_blanks.settle_transfer(session(), transfer_id, status, _acting(), reason)) is not None:
        note(action, "blanks", transfer_id)
        flash(words, "success")
    return redirect(url_for("blanks.transfer", transfer_id=transfer_id), 303)


@blanks.get("/blanks/find")
def find() -> str:
    """Where a blank is, by its number."""
    text, series = request.args.get("number", "").strip(), request.args.get("series", "").strip()
    found = queries.find_blank(session(), _own(), int(text), series) if text.isdecimal() and len(text) < 19 else []
    return render_template("find.html", text=text, series=series, found=found, tab="find")


@blanks.post("/blanks/spoilt")
def spoil() -> AnyResponse:
    """Write blanks off."""
    given = {name: request.form.get(name, "").strip() for name in ("type", "series", "first", "last", "reason")}
    first, last = given["first"], given["last"] or given["first"]
    if not (first.isdecimal() and last.isdecimal() and max(len(first), len(last)) < 19 and given["reason"]):
        flash("Укажите тип, номера и причину", "warning")
        return redirect(url_for("blanks.find"), 303)
    what = Spoiling(given["type"], given["series"], int(first), int(last), given["reason"])
    count = _done(lambda: move_blanks.spoil_blanks(session(), what, _own(), _acting()))
    if count is not None:
        note("spoil_blanks", "blanks", details={"first": first, "last": last})
        flash(f"Списано бланков: {count}", "success")
    return redirect(url_for("blanks.find", number=first, series=given["series"]), 303)


@blanks.get("/blanks/status")
def status() -> str | AnyResponse:
    """Totals per insurer of all boxes, or of what was done in a period, and their sum."""
    names: dict[str, str] = {}
    table = lists.totals_table(names)

    def fetch(after: str, limit: int) -> list[queries.Totals]:
        if after:
            return []
        found = queries.totals(session(), insurers=_own(), period=lists.period_of(table))
        names.update(organisation_names(session(), [one.insurer for one in found]))
        names[queries.SUM] = "Всего"
        return [*found, queries.summed(found)] if found else []

    return serve(table, fetch, "transfers.html", tab="status", part="Статус")


def _act(made: BlankTransfer) -> bytes:
    found = queries.transfer(session(), None, made.id)
    ranges = found[1] if found else []
    fund = hub().settings.fund_code
    names = organisation_names(session(), [made.insurer_code, fund])
    insurer = names.get(made.insurer_code, f"СМО {made.insurer_code}")
    return act_pdf(made, ranges, names.get(fund, f"ТФОМС {fund}"), insurer)


def _transfer(transfer_id: int) -> tuple[BlankTransfer, list[queries.HandedRange]]:
    found = queries.transfer(session(), _own(), transfer_id)
    if found is None:
        abort(404)
    return found


def _done(act: Callable[[], Any]) -> Any:
    """What an operation returned; a refusal is told and nothing of it stays."""
    try:
        return act()
    except Permanent as refusal:
        session().rollback()
        flash(refusal.text, "danger")
        return None


def _is_fund() -> bool:
    return viewer().may(Permission.BLANKS)


def _own() -> frozenset[str] | None:
    """The codes whose blanks may be seen; ``None`` is all of them."""
    return None if viewer().visibility.sees_all else viewer().visibility.codes


def _is_insurer(made: BlankTransfer) -> bool:
    """An insurer confirms for itself; the fund does not do it in its place."""
    return not viewer().visibility.sees_all and made.insurer_code in viewer().visibility.codes


def _acting() -> Acting:
    return Acting(viewer().login, now(), today())


def _ids(texts: list[str]) -> list[int]:
    return [int(one) for one in texts[:MOST_CHOSEN] if one.isdecimal() and len(one) < 19]
