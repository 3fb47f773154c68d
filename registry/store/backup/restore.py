"""The way back: the whole file is checked first, then loaded into an empty database in one transaction."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, LargeBinary, Table, func, inspect, select, text
from sqlalchemy.orm import Session
from sqlalchemy.types import Date, TypeEngine

from registry.store.backup.form import Contents, Damaged, Step, TableBegins, decode, steps
from registry.store.backup.sums import rows_of, summed
from registry.store.base import Moment
from registry.store.bulk import insert_rows
from registry.store.engine import start_writing

Form = Callable[[Any], Any]
TOLD_EVERY = 10_000


class NotEmpty(Exception):
    """The database holds something already: nothing is restored over it."""


def filled_tables(connection: Connection, tables: Sequence[Table]) -> list[str]:
    """The tables that are there and have rows."""
    there = set(inspect(connection).get_table_names())
    return [
        table.name
        for table in tables
        if table.name in there and connection.execute(select(1).select_from(table).limit(1)).first() is not None
    ]


def restore(
    session: Session, tables: Sequence[Table], path: Path, told: Callable[[int], None] = lambda _rows: None
) -> Contents:
    """Load a file that was checked into empty tables of the same release, in the caller's transaction.

    After the last row the count and the sum of every table are taken anew from the database; what differs from the
    file raises ``Damaged``, and the caller's rollback leaves nothing.
    """
    connection = session.connection()
    filled = filled_tables(connection, tables)
    if filled:
        raise NotEmpty(", ".join(filled[:3]))
    if connection.dialect.name == "sqlite":
        start_writing(connection)
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    by_name = {table.name: table for table in tables}
    contents = _load(session, by_name, steps(path), told)
    if connection.dialect.name == "postgresql":
        _set_sequences(connection, tables)
    for name, wanted in contents.tables.items():
        if summed(rows_of(connection, by_name[name])) != wanted:
            raise Damaged(f"таблица {name}: загруженное не сходится с копией")
    return contents


def _load(
    session: Session, tables: Mapping[str, Table], found: Iterator[Step], told: Callable[[int], None]
) -> Contents:
    head = next(found)
    done, step = 0, next(found)
    while isinstance(step, TableBegins):
        table = tables.get(step.name)
        if table is None or set(step.columns) - set(table.columns.keys()):
            raise Damaged(f"таблицы {step.name} с такими столбцами в этом выпуске нет")
        rows = _Rows(table, step.columns, found)
        done += insert_rows(session, table, step.columns, rows.read())
        told(done)
        if rows.following is None:
            raise Damaged("файл обрывается")
        step = rows.following
    if step is not head or not isinstance(head, Contents):
        raise Damaged("нарушен порядок таблиц")
    return head


class _Rows:
    """Rows of one table as values; ``following`` is the step that ended them."""

    def __init__(self, table: Table, columns: Sequence[str], found: Iterator[Step]) -> None:
        self.following: Step | None = None
        self._forms = [_form(table.columns[name].type) for name in columns]
        self._found = found

    def read(self) -> Iterator[list[Any]]:
        forms = self._forms
        for step in self._found:
            if not isinstance(step, bytes):
                self.following = step
                return
            row: list[Any] = decode(step)
            if len(row) != len(forms):
                raise Damaged("число значений в строке не равно числу столбцов")
            yield [
                value if form is None or value is None else form(value) for form, value in zip(forms, row, strict=True)
            ]


def _form(type_: TypeEngine[Any]) -> Form | None:
    """How a value of a column is read back from JSON; ``None`` for those JSON has itself."""
    if isinstance(type_, Moment | DateTime):
        return datetime.fromisoformat
    if isinstance(type_, Date):
        return date.fromisoformat
    if isinstance(type_, LargeBinary):
        return base64.b64decode
    return None


def _set_sequences(connection: Connection, tables: Sequence[Table]) -> None:
    """Let the next id of every table follow the restored ones."""
    for table in tables:
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        if sequence is not None:
            last = connection.execute(select(func.max(column))).scalar()
            if last is not None:
                connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
