"""Many rows at once: COPY on PostgreSQL, executemany on SQLite, the same meaning on both."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any

from sqlalchemy import Column, Connection, FromClause, Table, func, insert, select
from sqlalchemy.orm import Session

from registry.store.engine import start_writing
from registry.store.savepoints import copy_in

BATCH = 5_000
PORTION = 1_000
COPY_FROM = 20  # fewer rows than this are faster as one INSERT than as a COPY
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Row = Sequence[Any]


def insert_rows(session: Session, table: FromClause, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows given as tuples of these columns, streaming, and return how many there were.

    Columns not named take the defaults of the model. Objects the session holds are flushed before.
    """
    if not isinstance(table, Table):
        raise TypeError("rows go into tables")
    session.flush()
    connection = session.connection()
    names, defaults = _with_defaults(table, columns)
    given = iter(rows)
    first = list(islice(given, COPY_FROM))
    if not first:
        return 0
    if connection.dialect.name == "postgresql" and len(first) == COPY_FROM:
        return _copy(connection, table, names, defaults, chain(first, given))
    return _insert(connection, table, names, defaults, chain(first, given))


def reserve_ids(session: Session, table: FromClause, count: int) -> Sequence[int]:
    """Return ``count`` ids no other transaction will use, so that rows of several tables can be written at once."""
    if not isinstance(table, Table):
        raise TypeError("ids are those of tables")
    if count <= 0:
        return range(0)
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbered = select(func.nextval(sequence)).select_from(func.generate_series(1, count).table_valued("n"))
        return [int(number) for number in connection.execute(numbered).scalars()]
    start_writing(connection)  # from here on nobody else can take an id before this transaction ends
    taken = connection.execute(select(func.max(table.c.id))).scalar() or 0
    reserved: dict[str, int] = session.info.setdefault("reserved_ids", {})
    floor = max(int(taken), reserved.get(table.name, 0))
    reserved[table.name] = floor + count
    return range(floor + 1, floor + count + 1)


def _with_defaults(table: Table, columns: Sequence[str]) -> tuple[list[str], list[Callable[[], Any]]]:
    missing: list[Column[Any]] = [
        column for column in table.columns if column.name not in columns and column.default is not None
    ]
    return [*columns, *(column.name for column in missing)], [_default(column) for column in missing]


def _default(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


def _insert(
    connection: Connection, table: Table, names: list[str], defaults: list[Callable[[], Any]], rows: Iterable[Row]
) -> int:
    statement = insert(table).inline()
    count = 0
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        extra = [default() for default in defaults]
        connection.execute(statement, [dict(zip(names, (*row, *extra), strict=True)) for row in batch])
        count += len(batch)
    return count


def _copy(
    connection: Connection, table: Table, names: list[str], defaults: list[Callable[[], Any]], rows: Iterable[Row]
) -> int:
    preparer = connection.dialect.identifier_preparer
    listed = ", ".join(preparer.quote(name) for name in names)
    lines = _Lines(_forms(connection, table, names), [default() for default in defaults], rows)
    copy_in(connection, f"COPY {preparer.format_table(table)} ({listed}) FROM STDIN", lines)
    return lines.count


def _forms(connection: Connection, table: Table, names: list[str]) -> list[Callable[[Any], Any] | None]:
    dialect = connection.dialect
    return [table.columns[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]


class _Lines(io.TextIOBase):
    """A file of COPY text made row by row while the driver reads it: memory does not grow with the rows."""

    def __init__(self, forms: list[Callable[[Any], Any] | None], extra: list[Any], rows: Iterable[Row]) -> None:
        self.count = 0
        self._pieces = self._written(forms, extra, rows)
        self._piece, self._at = "", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> str:
        """Return at most ``size`` characters, empty at the end."""
        if self._at >= len(self._piece):
            self._piece, self._at = next(self._pieces, ""), 0
        end = self._at + (size if size and size > 0 else len(self._piece))
        text = self._piece[self._at : end]
        self._at = end
        return text

    def _written(
        self, forms: list[Callable[[Any], Any] | None], extra: list[Any], rows: Iterable[Row]
    ) -> Iterator[str]:
        given = forms[: len(forms) - len(extra)]
        suffix = "".join("\t" + _text(form, one) for form, one in zip(forms[len(given) :], extra, strict=True))
        iterator = iter(rows)
        while portion := list(islice(iterator, PORTION)):
            self.count += len(portion)
            columns = zip(*portion, strict=True)
            texts = [_column_text(form, column) for form, column in zip(given, columns, strict=True)]
            yield (suffix + "\n").join(map("\t".join, zip(*texts, strict=True))) + suffix + "\n"


def _column_text(form: Callable[[Any], Any] | None, column: Sequence[Any]) -> Sequence[str]:
    """COPY texts of one column; a whole column is looked through at once for what must be escaped."""
    kinds = set(map(type, column))
    if kinds in ({int}, {date}) and form is None:
        return list(map(str, column))
    if kinds == {dict} and form is not None:
        column, kinds = list(map(form, column)), {str}
    elif form is not None or kinds != {str}:
        return [_text(form, value) for value in column]
    whole = "".join(column)
    if any(letter in whole for letter in "\\\t\n\r"):
        return list(map(_escaped, column))
    return column


def _escaped(value: str) -> str:
    if "\\" in value or "\t" in value or "\n" in value or "\r" in value:
        return value.translate(ESCAPES)
    return value


def _text(form: Callable[[Any], Any] | None, value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, (bytes, memoryview)):
        return "\\\\x" + bytes(value).hex()
    if form is not None:
        value = form(value)
    if isinstance(value, str):
        return _escaped(value)
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)
