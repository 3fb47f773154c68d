"""Tables as files: exactly the rows and columns of the screen, streamed, with an end that is never silent."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from flask import Response, stream_with_context

from server.web import formatting
from server.web.current import now, viewer, zone
from server.web.statuses import status_of
from server.web.table import Column, Table

MOST_ROWS = 100_000
PORTION = 1_000
#: A spreadsheet would take these beginnings of a text for a formula.
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n")

Fetch = Callable[[str, int], list[Any]]


def export(table: Table, fetch: Fetch, form: str) -> Response:
    """The file a person asked for: ``csv`` or ``xlsx``."""
    return _csv(table, fetch) if form == "csv" else _xlsx(table, fetch)


def rows_of(table: Table, fetch: Fetch, most: int = MOST_ROWS) -> Iterator[Any]:
    """Rows in portions, at most ``most``; ``table.note`` says at the end when there were more."""
    after, given = "", 0
    while True:
        portion = fetch(after, PORTION)
        for row in portion:
            if given == most:
                table.note = f"Показаны первые {formatting.number(most)} строк: сузьте отбор, чтобы получить остальные"
                return
            given += 1
            yield row
        if len(portion) < PORTION:
            return
        after = table.key(portion[-1])


def safe_text(text: str) -> str:
    """A text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_PREFIXES) else text


def cell(column: Column, row: Any) -> str | float | int:
    """The value of a cell in a file: numbers as numbers, everything else as people read it."""
    value = column.exported(row)
    if column.family:
        return status_of(column.family, value).word
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return formatting.moment(value, zone())
    if isinstance(value, date):
        return formatting.day(value)
    return "" if value is None else str(value)


def _titles(columns: list[Column]) -> list[str]:
    return [f"{one.title} ({zone().key})" if one.kind == "moment" else one.title for one in columns]


def _file_name(table: Table, ending: str) -> str:
    return f"{table.name}-{now().astimezone(zone()):%Y%m%d-%H%M%S}.{ending}"


def _csv(table: Table, fetch: Fetch) -> Response:
    columns = table.shown_columns

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        writer.writerow(_titles(columns))
        yield "\ufeff"
        for row in rows_of(table, fetch):
            values = (cell(column, row) for column in columns)
            writer.writerow([safe_text(value) if isinstance(value, str) else value for value in values])
            if buffer.tell() > 65_536:
                yield _taken(buffer)
        if table.note:
            writer.writerow([table.note])
        yield _taken(buffer)

    return Response(stream_with_context(lines()), headers=_headers(table, "csv"), mimetype="text/csv")


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _xlsx(table: Table, fetch: Fetch) -> Response:
    columns = table.shown_columns
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed over to the response, which closes it
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1})
    sheet = book.add_worksheet("Данные")
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 34 if column.kind == "wide" else 20)
    sheet.write_row(0, 0, _titles(columns), bold)
    line = 0
    for line, row in enumerate(rows_of(table, fetch), start=1):
        for place, column in enumerate(columns):
            value = cell(column, row)
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            else:
                sheet.write_number(line, place, value)
    _filters_sheet(book, table, line)
    book.close()
    file.seek(0)
    response = Response(_pieces(file), headers=_headers(table, "xlsx"))
    response.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response.call_on_close(file.close)
    return response


def _filters_sheet(book: Any, table: Table, count: int) -> None:
    sheet = book.add_worksheet("Отбор")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 60)
    told = [
        ("Таблица", table.title),
        ("Сформировано", f"{formatting.moment(now(), zone())} ({zone().key})"),
        ("Кем", f"{viewer().name}, {viewer().organisation_name}"),
        ("Строк", str(count)),
        *table.told_filters,
        *([("Внимание", table.note)] if table.note else []),
    ]
    for line, (title, value) in enumerate(told):
        sheet.write_string(line, 0, title)
        sheet.write_string(line, 1, value)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(65_536):
        yield piece


def _headers(table: Table, ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{_file_name(table, ending)}"',
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }
