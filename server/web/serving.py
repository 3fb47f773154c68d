"""How a table is answered: as a page, as the next page, as a file or for the printer."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers.response import Response

from server.web.auditing import note, note_list
from server.web.export import Fetch, export, rows_of
from server.web.insured.purpose import NAME, NO_PURPOSE, purpose, purpose_filter, remember_for_next_time
from server.web.table import PAGE, Table

MOST_PRINTED = 2_000


def serve(table: Table, fetch: Fetch, template: str, **values: Any) -> str | Response:
    """The table in the form the address asks for; lists of people, searches of them, files and prints are audited."""
    fetch = _searched(table, fetch)
    form = request.args.get("export", "")
    if table.exports and form in {"csv", "xlsx"}:
        note("export", table.name, details={"form": form, "filters": table.kept_filters})
        return export(table, fetch, form)
    if request.args.get("print"):
        note("print", table.name, details={"filters": table.kept_filters})
        table.rows = list(rows_of(table, fetch, MOST_PRINTED))
        return render_template("print.html", table=table)
    note_list(table.kept_filters)
    found = fetch(table.after, PAGE + 1)
    table.rows, table.has_more = found[:PAGE], len(found) > PAGE
    return render_template(template, table=table, **values)


def _searched(table: Table, fetch: Fetch) -> Fetch:
    """The rows of a search of people: of none of them before the viewer has said what they are searched for."""
    by = table.searched_by
    if not by:
        return fetch
    if NAME not in {one.name for one in table.filters}:
        choice, offered = purpose_filter()
        table.filters = (*table.filters, choice)
        table.defaults = {**table.defaults, choice.name: offered}
    if purpose():
        remember_for_next_time()
        note("search", table.name, details={"by": list(by)})
        return fetch
    table.exports, table.empty = False, NO_PURPOSE
    return lambda _after, _limit: []
