"""Loading millions of rows in portions: COPY text made quickly, and tables freed of indexes around a first load."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from threading import Thread
from typing import Any, Self

from sqlalchemy import Connection, Date, LargeBinary, Table, text
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from registry.store.bulk import insert_rows
from registry.store.savepoints import copy_in

NULL = "\x00"  # what a row holds where a column has no value
_BYTES = "\x01"  # stands for the prefix of bytes until the backslashes of values are escaped
SORT_MEMORY = "256MB"
MOST_DAYS = 1 << 17
WAITING = 16  # bodies made ahead of the database: memory stays bounded


@dataclass(frozen=True, slots=True)
class CopyForm:
    """How rows of some columns of a table become COPY text; it can be sent to another process."""

    statement: str
    width: int
    suffix: str
    binary: tuple[int, ...]
    days: tuple[int, ...] = ()

    def body(self, rows: Sequence[tuple[Any, ...]]) -> bytes:
        """COPY text of the rows; values that would break its lines are cleaned of what breaks them."""
        if self.binary or self.days:
            rows = self._told(rows)
        cells = [_BYTES + "%s" if place in self.binary else "%s" for place in range(self.width)]
        form = "\t".join(cells) + self.suffix.replace("%", "%%")
        body = "".join([form % row for row in rows])
        tabs = self.width - 1 + self.suffix.count("\t")
        if body.count("\n") != len(rows) or body.count("\t") != len(rows) * tabs:
            clean = [tuple(str(value).replace("\t", " ").replace("\n", " ") for value in row) for row in rows]
            body = "".join([form % row for row in clean])
        if "\r" in body:
            body = body.replace("\r", " ")
        if "\\" in body:
            body = body.replace("\\", "\\\\")
        return body.replace(NULL, "\\N").replace(_BYTES, "\\\\x").encode()

    def _told(self, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows with bytes and days as text, made a column at a time: formatting a date costs more than all else."""
        columns: list[Any] = list(zip(*rows, strict=True))
        for place in self.binary if columns else ():
            columns[place] = map(bytes.hex, columns[place])
        for place in self.days if columns else ():
            columns[place] = map(_DAYS.__getitem__, columns[place])
        return list(zip(*columns, strict=True))


class _DayTexts(dict[Any, str]):
    """ISO texts of days; anything else a column of days may hold is told as it is."""

    def __missing__(self, day: Any) -> str:
        if len(self) > MOST_DAYS:
            self.clear()
        text = self[day] = str(day)
        return text


_DAYS = _DayTexts()


class PortionWriter:
    """Writes portions of rows into tables; on PostgreSQL a thread copies one while the caller makes the next.

    Values are texts, whole numbers, dates, bytes and ``NULL``. Rows are written in the order they are given; a
    failure of the thread is raised by the next call. The caller leaves the session alone meanwhile, or calls
    ``settle`` before using it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._connection = session.connection()
        self.copies = self._connection.dialect.name == "postgresql"
        self._queue: Queue[tuple[str, bytes] | None] = Queue(WAITING)
        self._failure: Exception | None = None
        self._thread = Thread(target=self._copy_all, name="portion-writer", daemon=True)

    def __enter__(self) -> Self:
        self._session.flush()
        if self.copies:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self.copies:
            self._queue.put(None)
            self._thread.join()
            if kind is None:
                self._raise_failure()

    def form(self, table: Table, columns: Sequence[str], constants: Mapping[str, Any]) -> CopyForm:
        """The form of rows of these columns; the other columns have one value for all rows or the model's default."""
        constants = {**_defaults(table, columns), **constants}
        preparer = self._connection.dialect.identifier_preparer
        listed = ", ".join(preparer.quote(name) for name in [*columns, *constants])
        types = [table.columns[name].type for name in columns]
        binary = tuple(place for place, type_ in enumerate(types) if isinstance(type_, LargeBinary))
        days = tuple(place for place, type_ in enumerate(types) if isinstance(type_, Date))
        statement = f"COPY {preparer.format_table(table)} ({listed}) FROM STDIN"
        return CopyForm(statement, len(columns), _constant_text(self._connection, table, constants), binary, days)

    def write(
        self, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], constants: Mapping[str, Any]
    ) -> None:
        """Insert rows of these columns; columns not named have the value in ``constants`` or the model's default."""
        if not rows:
            return
        if self.copies:
            form = self.form(table, columns, constants)
            self.send(form.statement, form.body(rows))
            return
        suffix = tuple(constants.values())
        plain = ((*(None if value is NULL else value for value in row), *suffix) for row in rows)
        insert_rows(self._session, table, [*columns, *constants], plain)

    def send(self, statement: str, body: bytes) -> None:
        """Copy a body that a form of this database made, perhaps in another process."""
        self._raise_failure()
        if body:
            self._queue.put((statement, body))

    def settle(self) -> None:
        """Wait until everything given is written; then the session may be used until the next call."""
        if self.copies:
            self._queue.join()
            self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _copy_all(self) -> None:
        while (piece := self._queue.get()) is not None:
            try:
                if self._failure is None:
                    copy_in(self._connection, piece[0], io.BytesIO(piece[1]))
            except Exception as failure:  # noqa: BLE001 - raised again in the caller's thread
                self._failure = failure
            finally:
                self._queue.task_done()


def _defaults(table: Table, columns: Sequence[str]) -> dict[str, Any]:
    missing = [column for column in table.columns if column.name not in columns]
    return {
        column.name: column.default.arg for column in missing if isinstance(column.default, ScalarElementColumnDefault)
    }


def _constant_text(connection: Connection, table: Table, constants: Mapping[str, Any]) -> str:
    cells = []
    for name, value in constants.items():
        form = table.columns[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        sent = form(value) if form is not None and value is not None else value
        if isinstance(sent, bool):
            sent = "t" if sent else "f"
        cells.append(NULL if sent is None else str(sent))
    return "".join(f"\t{cell}" for cell in cells) + "\n"


@contextmanager
def without_indexes(session: Session, tables: Sequence[Table], *, without_key: Sequence[Table] = ()) -> Iterator[None]:
    """Take away indexes, unique and foreign keys of these tables inside, and make them again at the end.

    The primary key goes only from the tables ``without_key``. Everything is one transaction: a failure inside leaves
    the tables as they were. SQLite keeps its indexes: it has no quicker way to build them.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield
        return
    dropped, made = _statements(connection, tables, without_key)
    for statement in dropped:
        connection.execute(text(statement))
    yield
    connection.execute(text(f"SET LOCAL maintenance_work_mem = '{SORT_MEMORY}'"))
    for statement in made:
        connection.execute(text(statement))
    for table in (*tables, *without_key):
        connection.execute(text(f"ANALYZE {table.name}"))


_CONSTRAINTS = """
    SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = CAST(:name AS regclass) AND contype IN ('f', 'u', 'p') ORDER BY contype DESC
"""
_INDEXES = """
    SELECT relation.relname, pg_get_indexdef(relation.oid) FROM pg_index
    JOIN pg_class AS relation ON relation.oid = pg_index.indexrelid
    WHERE pg_index.indrelid = CAST(:name AS regclass)
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = relation.oid AND contype IN ('u', 'p', 'x'))
"""


def _statements(
    connection: Connection, tables: Sequence[Table], without_key: Sequence[Table]
) -> tuple[list[str], list[str]]:
    """What to drop, foreign keys first, and what to make again, foreign keys last."""
    quote = connection.dialect.identifier_preparer.quote
    dropped: list[tuple[bool, str]] = []
    made: list[tuple[bool, str]] = []
    for table in (*tables, *without_key):
        for name, kind, definition in connection.execute(text(_CONSTRAINTS), {"name": table.name}):
            if kind == "p" and table not in without_key:
                continue
            is_foreign = kind == "f"
            dropped.append((not is_foreign, f"ALTER TABLE {table.name} DROP CONSTRAINT {quote(name)}"))
            made.append((is_foreign, f"ALTER TABLE {table.name} ADD CONSTRAINT {quote(name)} {definition}"))
        for name, definition in connection.execute(text(_INDEXES), {"name": table.name}):
            dropped.append((True, f"DROP INDEX {quote(name)}"))
            made.append((False, definition))
    order = [statement for _, statement in sorted(dropped, key=lambda pair: pair[0])]
    return order, [statement for _, statement in sorted(made, key=lambda pair: pair[0])]
