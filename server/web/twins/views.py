"""Duplicates: the worklist, the decision about a pair, its undoing, the search of the whole registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers.response import Response

from registry.core.errors import Retryable
from registry.exchange.operations.tell_changes import tell_changes
from registry.insured import twins as operations
from registry.insured.twins import Actor, Done, Proposal, Reason, Refused, Separation
from registry.insured.twins.operations.searches import ask_search, stop_search
from registry.insured.twins.queries.pairs import PairLine, newest_search, pair_counts, pair_line, steps_of_pair
from registry.reference.territories import okato_of_fund
from server.duplicates import engine_of
from server.web.auditing import note
from server.web.current import hub, now, session, today, viewer
from server.web.formatting import plural
from server.web.serving import serve
from server.web.twins import wording
from server.web.twins.lists import fetch, ids_of, pairs_table
from server.web.twins.page import pair_page

twins = Blueprint("twins", __name__, template_folder="templates")
AGAIN = "Записи в это время меняла другая операция. Повторите."


@twins.get("/duplicates")
def pairs() -> str | Response:
    """Pairs that wait for a decision, and those decided."""
    table = pairs_table()
    search = newest_search(session())
    return serve(
        table,
        lambda after, limit: fetch(table, after, limit),
        "duplicates.html",
        counts=pair_counts(session()),
        search=search,
        stages=wording.STAGE_TITLES,
    )


@twins.get("/duplicates/progress")
def progress() -> str:
    """How far the search is, as a part of the page."""
    return render_template("duplicates_search.html", search=newest_search(session()), stages=wording.STAGE_TITLES)


@twins.post("/duplicates/search")
def search() -> Response:
    """Ask for a search of the whole registry; the scheduler does it."""
    engine = engine_of(str(hub().context.options(session())["duplicates_engine"]))
    found, is_new = ask_search(session(), engine, f"web:{viewer().login}", now())
    note("search_duplicates", "duplicates", found.id)
    flash("Поиск поставлен в очередь, ход виден ниже" if is_new else "Поиск уже идёт", "success" if is_new else "info")
    return redirect(url_for("twins.pairs"), 303)


@twins.post("/duplicates/search/<int:search_id>/stop", endpoint="stop")
def stop_searching(search_id: int) -> Response:
    """Ask a search to end after what it has in hand."""
    if stop_search(session(), search_id, now()):
        note("stop_search", "duplicates", search_id)
        flash("Поиск остановится, как только закончит начатый шаг; найденное останется", "success")
    return redirect(url_for("twins.pairs"), 303)


@twins.post("/duplicates/different")
def dismiss() -> Response:
    """Decide that the marked pairs are different people."""
    ids = ids_of(request.form.getlist("id"))
    count = operations.dismiss_pairs(session(), ids, actor())
    note("dismiss_pairs", "duplicates", details={"pairs": count})
    if count:
        flash(f"Отмечено разными людьми: {count} {plural(count, 'пара', 'пары', 'пар')}", "success")
    else:
        flash("Отметьте пары, которые ещё ждут решения", "warning")
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted.startswith("/duplicates") else url_for("twins.pairs"), 303)


@twins.post("/duplicates/add")
def add() -> Response:
    """Put two records named by an operator on the worklist, and open the pair."""
    first, second = (_number(request.form.get(name, "")) for name in ("first", "second"))
    if not first or not second or first == second:
        flash("Укажите номер другой записи", "warning")
        return redirect(url_for("insured.person", person_id=first) if first else url_for("twins.pairs"), 303)
    operations.propose_pairs(session(), [Proposal(first, second, Reason.OPERATOR)], now(), by=viewer().login)
    note("add_pair", "duplicates", f"{first}-{second}")
    link = operations.pair_of(session(), first, second)
    if link is None:
        flash("Такой записи нет, или она уже объединена с этой", "warning")
        return redirect(url_for("insured.person", person_id=first), 303)
    return redirect(url_for("twins.pair", link_id=link), 303)


@twins.get("/duplicates/<int:link_id>")
def pair(link_id: int) -> str:
    """One pair side by side, all numbers masked."""
    line = _line(link_id)
    note("open_pair", "pair", link_id)
    return pair_page(line, main=_number(request.args.get("main", "")))


@twins.post("/duplicates/<int:link_id>/reveal")
def reveal(link_id: int) -> str:
    """The same page with the numbers shown; that is audited."""
    line = _line(link_id)
    note("reveal", "pair", link_id)
    return pair_page(line, main=_number(request.form.get("main", "")), revealed=True)


@twins.post("/duplicates/<int:link_id>")
def decide(link_id: int) -> str | Response:
    """Join, dismiss, postpone or reopen a pair; a refusal comes back with the form."""
    line = _line(link_id)
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        abort(400)
    try:
        told = act(line)
    except (Refused, Retryable) as refused:
        session().rollback()
        flash(refused.text if isinstance(refused, Refused) else AGAIN, "danger")
        return pair_page(_line(link_id), main=_number(request.form.get("main", "")), given=request.form)
    note(f"pair_{request.form['act']}", "pair", link_id)
    flash(told, "success")
    if request.form["act"] == "undo_split":  # the other record is empty now: there is nothing to compare
        return redirect(url_for("insured.person", person_id=_source(line)), 303)
    return redirect(url_for("twins.pair", link_id=link_id), 303)


def _source(line: PairLine) -> int:
    """The record whose statements were separated out and have come back."""
    return int(steps_of_pair(session(), line.link.id)[0].details["main"])


def actor() -> Actor:
    """Who acts, by the form of this request."""
    return Actor(
        by=viewer().login,
        now=now(),
        today=today(),
        fund_okato=okato_of_fund(hub().settings.fund_code),
        comment=request.form.get("comment", "").strip()[:500],
        confirmed=request.form.get("confirmed") == "1",
    )


def tell(done: Done) -> None:
    """Let the subscribers of the changes act in the same transaction."""
    tell_changes(session(), done.changes, hub().context.catalog)


def _join(line: PairLine) -> str:
    main = _number(request.form.get("main", ""))
    ids = {line.link.first_id, line.link.second_id}
    guards = hub().context.catalog.guards
    if main in ids:
        done = operations.join_people(session(), main, (ids - {main}).pop(), actor(), guards)
    else:
        done = operations.join_pair(session(), line.link.id, actor(), guards)
    tell(done)
    return "Записи объединены. Отменить можно здесь же, кнопкой «Отменить объединение»."


def _separate(line: PairLine) -> str:
    status = request.form.get("status", "")
    how = Separation(
        copy_death=request.form.get("copy_death") == "1",
        status=int(status) if status in {"1", "2", "3", "4", "5"} else None,
        different=request.form.get("different") == "1",
    )
    tell(operations.separate_people(session(), line.link.id, actor(), how))
    return "Записи разъединены"


def _dismiss(line: PairLine) -> str:
    operations.dismiss_pairs(session(), [line.link.id], actor())
    return "Отмечено: это разные люди. Пара больше не будет предложена, пока их данные не изменятся."


def _postpone(line: PairLine) -> str:
    operations.postpone_pair(session(), line.link.id, actor())
    return "Пара отложена как кандидат"


def _reopen(line: PairLine) -> str:
    operations.reopen_pair(session(), line.link.id, actor())
    return "Пара снова в работе"


def _undo_split(line: PairLine) -> str:
    tell(operations.undo_split(session(), line.link.id, actor()))
    return "Сведения возвращены в исходную запись"


_ACTS: dict[str, Callable[[PairLine], str]] = {
    "join": _join,
    "separate": _separate,
    "different": _dismiss,
    "postpone": _postpone,
    "reopen": _reopen,
    "undo_split": _undo_split,
}


def _line(link_id: int) -> PairLine:
    line = pair_line(session(), link_id, now())
    if line is None:
        abort(404)
    return line


def _number(text: Any) -> int:
    text = str(text).strip()
    return int(text) if text.isdecimal() and len(text) < 18 else 0
