"""How a table is answered: as a page, as the next page, as a file or for the printer."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.wrappers.response import Response

from server.web.auditing import note
from server.web.export import Fetch, export, rows_of
from server.web.table import PAGE, Table

MOST_PRINTED = 2_000


def serve(table: Table, fetch: Fetch, template: str, **values: Any) -> str | Response:
    """The table in the form the address asks for; files and prints of it leave an audit row."""
    form = request.args.get("export", "")
    if table.exports and form in {"csv", "xlsx"}:
        note("export", table.name, details={"form": form, "filters": dict(table.told_filters)})
        return export(table, fetch, form)
    if request.args.get("print"):
        note("print", table.name, details={"filters": dict(table.told_filters)})
        table.rows = list(rows_of(table, fetch, MOST_PRINTED))
        return render_template("print.html", table=table)
    found = fetch(table.after, PAGE + 1)
    table.rows, table.has_more = found[:PAGE], len(found) > PAGE
    return render_template(template, table=table, **values)
