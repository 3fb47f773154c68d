"""The exchange with other registers: operators watch the queue, ask, send again and say what is not needed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.central.elsewhere import answered
from registry.central.operations.ask_elsewhere import Asking, Peer
from registry.central.operations.ask_elsewhere import ask as ask_about
from registry.central.operations.decide import DROPPED, RESENT, drop, resend
from registry.central.queries.calls import CallText, texts_of
from registry.central.queries.messages import (
    CentralDetail,
    CentralLine,
    central_detail,
    central_ids,
    central_page,
    refusal_counts,
    sent_text,
    state_counts,
)
from registry.central.words import ERRORS, FILE_ERRORS, FOR, TITLES
from registry.exchange import queries
from server.web.asking import number_of
from server.web.auditing import note
from server.web.central.asking import (
    NAMES,
    NUMBERS,
    WrongQuestion,
    given_of,
    question_of_form,
    register_of_form,
    registers,
)
from server.web.central.list import central_table, person_of, wanted_of
from server.web.central.told import told_people
from server.web.current import hub, now, session, today, viewer
from server.web.formatting import plural
from server.web.insured import story
from server.web.insured.words import DOCUMENTS, POLICIES, SEXES
from server.web.serving import serve
from server.web.statuses import FAMILIES

central = Blueprint("central", __name__, template_folder="templates")

MOST_AGAIN = 5_000


@central.get("/central")
def messages() -> str | Response:
    """The queue, the newest first, above it how many messages are where."""
    table = central_table()

    def fetch(after: str, limit: int) -> list[CentralLine]:
        number = number_of(after)
        return central_page(session(), wanted_of(table), after=number, limit=limit)

    return serve(
        table,
        fetch,
        "central.html",
        counts=state_counts(session()),
        refusals=refusal_counts(session()),
        states=[name for name in FAMILIES["central"] if name != "accepted"],
        known={**ERRORS, **FILE_ERRORS},
        is_on=bool(_registers()),
    )


@central.get("/central/ask")
def asking() -> str:
    """The form of a question about a person; ``like`` is a question whose person is asked about once more."""
    number = number_of(request.args.get("like", ""))
    if number is None:
        return _form({})
    like = _found(number).line.one
    note("reveal_central", "central", number, {"what": "question"})  # the form holds every number it was asked by
    return _form(given_of(like.question, like.trigger, _registers()))


@central.post("/central/ask")
def ask() -> tuple[str, int] | Response:
    """Queue a question; what cannot be asked comes back with the form."""
    try:
        register = register_of_form(request.form, _registers())
        question = question_of_form(request.form, today(), register)
    except WrongQuestion as wrong:
        flash(str(wrong), "danger")
        return _form(request.form), 400
    opened = session()
    by = Asking(viewer().login, now(), hub().context.key_secret(opened))
    made = ask_about(opened, register, question, by)
    number = made.id
    opened.commit()
    note("ask_central", "central", number, {"register": register.title})
    flash(f"Запрос в {register.title} поставлен в очередь", "success")
    return redirect(url_for("central.message", message_id=number), 303)


def _registers() -> list[Peer]:
    return registers(hub().context.options(session()))


def _form(given: Mapping[str, str]) -> str:
    return render_template(
        "central_ask.html",
        given=given,
        registers=_registers(),
        today=today().isoformat(),
        names=NAMES,
        numbers=NUMBERS,
        sexes=SEXES,
        documents=DOCUMENTS,
        policies=POLICIES,
    )


@central.get("/central/<int:message_id>")
def message(message_id: int) -> str:
    """One message: the change, every sending and what was answered to it."""
    found = _found(message_id)
    note("open_central", "central", message_id)
    return _page(found)


@central.post("/central/<int:message_id>/reveal")
def reveal(message_id: int) -> str:
    """The same page with what went and, of a call, what came; the look is audited: it holds every number."""
    found = _found(message_id)
    note("reveal_central", "central", message_id)
    return _page(found, [sent_text(session(), line) for line in found.sendings], texts_of(found.calls))


@central.post("/central/resend", endpoint="resend")
def resend_messages() -> Response:
    """Send the chosen messages, or all refused ones of the choice of filters, once more."""
    if request.form.get("scope") == "all":
        ids = central_ids(session(), wanted_of(central_table()), RESENT[:2], MOST_AGAIN)
    else:
        ids = _ids()
    opened = session()
    count = resend(opened, ids, viewer().login, now())
    opened.commit()
    note("resend_central", "central", ids[0] if len(ids) == 1 else "", {"rows": count})
    if count:
        flash(f"В очередь возвращено: {count} {_messages(count)}", "success")
    else:
        flash("Повторять нечего: выберите отклонённые или оставшиеся без ответа", "warning")
    return _back()


@central.post("/central/drop", endpoint="drop")
def drop_messages() -> Response:
    """Say of the chosen messages that they are not needed, and why."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        flash("Напишите, почему сообщение не нужно передавать", "warning")
        return _back()
    ids = _ids()
    opened = session()
    count = drop(opened, ids, viewer().login, reason)
    opened.commit()
    note("drop_central", "central", ids[0] if len(ids) == 1 else "", {"rows": count})
    if count:
        flash(f"Не будет передано: {count} {_messages(count)}", "success")
    else:
        flash("Отмеченные сообщения уже отправлены или приняты", "warning")
    return _back()


def _ids() -> list[int]:
    return [number for one in request.form.getlist("id") if (number := number_of(one)) is not None]


def _messages(count: int) -> str:
    return plural(count, "сообщение", "сообщения", "сообщений")


def _back() -> Response:
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted.startswith("/central") else url_for("central.messages"), 303)


def _found(message_id: int) -> CentralDetail:
    found = central_detail(session(), message_id)
    if found is None:
        abort(404)
    return found


def _page(found: CentralDetail, texts: list[str] | None = None, calls: list[CallText] | None = None) -> str:
    one = found.line.one
    return render_template(
        "central_message.html",
        found=found,
        one=one,
        person=person_of(found.line),
        other=person_of(found.other) if found.other else "",
        title=TITLES[one.trigger],
        peer=FOR[one.trigger],
        known=answered(one.answer, one.answered_at or one.created_at).known,
        words=story,
        texts=texts or [],
        calls=calls or [],
        told=told_people(one.answer),
        may_resend=one.state in RESENT,
        may_drop=one.state in DROPPED,
        looks=queries.looks_at(session(), viewer().visibility, "central", str(one.id)),
    )
