"""Books, their rows and editions; the fund's staff load, put into use, leave out and take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers.response import Response

from registry.core.errors import Permanent
from registry.exchange.context import HubContext
from registry.exchange.operations.load_books import (
    Loaded,
    Loading,
    leave_out,
    load_books,
    plan_use,
    put_into_use,
    take_back,
)
from registry.reference.queries import CURRENT, WAITING, book_states, last_used, row_page, version_page
from registry.reference.tables import Book, BookRow, BookVersion
from server.web.asking import number_of
from server.web.auditing import note
from server.web.current import hub, session, today, viewer, zone
from server.web.exchange.journal import day_of
from server.web.permissions import Permission
from server.web.reference import lists
from server.web.serving import serve
from server.web.table import Table

reference = Blueprint("reference", __name__, template_folder="templates")


@reference.get("/reference")
def books() -> str | Response:
    """All books with their state."""
    table = lists.books_table()
    lines = _narrowed(table)

    def fetch(after: str, limit: int) -> list[lists.BookLine]:
        begin = next((place for place, one in enumerate(lines, 1) if one.key == after), 0)
        return lines[begin : begin + limit]

    return serve(table, fetch, "books_list.html", may_load=_may_load(), waiting=_waiting())


def _narrowed(table: Table) -> list[lists.BookLine]:
    words, state, use = table.value("q").casefold().split(), table.value("state"), table.value("use")
    kinds = lists.checked_by()
    lines = [lists.BookLine(one, kinds.get(one.book.code, ())) for one in book_states(session())]
    return [
        one
        for one in lines
        if all(word in one.told for word in words)
        and (not state or one.state.state == state)
        and (not use or bool(one.kinds))
        and (use != "asleep" or one.state.state in {"absent", "sample"})
    ]


def _waiting() -> list[BookVersion]:
    return [one for one in version_page(session(), "", after=0, limit=200) if one.state in WAITING]


@reference.get("/reference/<code>")
def book(code: str) -> str | Response:
    """Rows of one book, found by words and by the day they are in force."""
    found = _book(code)
    table = lists.rows_table(found)
    on = day_of(table.value("on"))

    def fetch(after: str, limit: int) -> list[BookRow]:
        words = table.value("q").split()
        return list(row_page(session(), found.code, words, on, after=number_of(after) or 0, limit=limit))

    return serve(table, fetch, "book.html", book=found, current=_current(found), kinds=lists.checked_by().get(code, ()))


@reference.get("/reference/<code>/versions")
def versions(code: str) -> str | Response:
    """Editions of one book."""
    found = _book(code)

    def fetch(after: str, limit: int) -> list[BookVersion]:
        return list(version_page(session(), found.code, after=number_of(after) or 0, limit=limit))

    return serve(lists.versions_table(found), fetch, "book_versions.html", book=found, current=_current(found))


@reference.get("/reference/versions/<int:version_id>")
def version(version_id: int) -> str:
    """One edition: what it changes or changed, what control says, and what may be done with it."""
    found = _version(version_id)
    return render_template(
        "book_version.html",
        version=found,
        book=_book(found.book),
        may_load=_may_load(),
        may_withdraw=last_used(session(), found.book) == found.id,
        waits=found.state in WAITING,
        today=today(),
    )


@reference.post("/reference/load")
def load() -> Response:
    """Receive files of books; nothing counts before it is put into use."""
    files = [one for one in request.files.getlist("file") if one.filename]
    loading = Loading(
        by=viewer().login,
        channel="web",
        address=request.remote_addr or "",
        historical=request.form.get("historical") == "1",
        edition=request.form.get("edition", "").strip()[:30],
        edition_date=day_of(request.form.get("on", "")),
        code=request.form.get("code", "").strip().upper()[:20],
    )
    loaded = [one for file in files for one in _received(file, loading)]
    waiting = [one.version.id for one in loaded if one.version is not None and one.refusal is None]
    if not files:
        flash("Выберите файл справочника.", "warning")
    if loaded:
        note(
            "load_book", "book", details={"books": [one.code for one in loaded], "files": [one.name for one in loaded]}
        )
    for one in loaded:
        _tell(one)
    if len(waiting) == 1 and len(loaded) == 1:
        return redirect(url_for("reference.version", version_id=waiting[0]), 303)
    return redirect(url_for("reference.books"), 303)


def _received(file: FileStorage, loading: Loading) -> list[Loaded]:
    return list(load_books(session(), file.read(), file.filename or "", loading, hub().context))


def _tell(one: Loaded) -> None:
    if one.refusal is not None:
        flash(f"{one.name}: {one.refusal.text}", "info" if one.is_known else "warning")
    elif one.version is not None:
        flash(f"{one.name}: версия {one.version.edition} справочника {one.code} получена и ждёт решения", "success")
    else:
        flash(f"{one.name}: {one.note}", "success")


@reference.post("/reference/versions/<int:version_id>/use", endpoint="use")
def use(version_id: int) -> Response:
    """Put a received edition into use, now or from the beginning of a day ahead."""
    since = day_of(request.form.get("since", ""))
    if since is None or since <= today():
        return _done(version_id, "switch_book", "введена в действие", put_into_use)
    at = datetime.combine(since, time(), zone())

    def plan(opened: Session, found: BookVersion, loading: Loading, context: HubContext) -> None:
        plan_use(opened, found, at, loading, context)

    return _done(version_id, "plan_book", f"будет введена {since:%d.%m.%Y}", plan)


@reference.post("/reference/versions/<int:version_id>/drop", endpoint="drop")
def drop(version_id: int) -> Response:
    """Leave a received edition out."""
    return _done(version_id, "drop_book", "не вводится", leave_out)


@reference.post("/reference/versions/<int:version_id>/withdraw", endpoint="withdraw")
def withdraw(version_id: int) -> Response:
    """Take back the edition put into use last."""
    return _done(version_id, "withdraw_book", "отозвана", take_back)


def _done(version_id: int, action: str, word: str, act: Callable[..., object]) -> Response:
    found = _version(version_id)
    loading = Loading(by=viewer().login, channel="web", address=request.remote_addr or "")
    try:
        act(session(), found, loading, hub().context)
    except Permanent as refusal:
        session().rollback()
        flash(refusal.text, "warning")
    else:
        note(action, "book", found.book, {"edition": found.edition})
        hub().context.remembered.forget()
        flash(f"Версия {found.edition} справочника {found.book} {word}", "success")
    return redirect(url_for("reference.version", version_id=version_id), 303)


def _may_load() -> bool:
    return viewer().may(Permission.REFERENCE)


def _book(code: str) -> Book:
    found = session().get(Book, code)
    if found is None:
        abort(404)
    return found


def _version(version_id: int) -> BookVersion:
    found = session().get(BookVersion, version_id)
    if found is None:
        abort(404)
    return found


def _current(found: Book) -> BookVersion | None:
    return next((one for one in version_page(session(), found.code, after=0, limit=500) if one.state == CURRENT), None)
