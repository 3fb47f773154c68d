"""Loading millions of rows in portions: COPY text made quickly, and tables freed of indexes around a first load."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.orm import Session

from registry.store.bulk import insert_rows

_NULL, _BYTES = "\x00", "\x01"  # stand for \N and the prefix of bytes until the backslashes of values are escaped
SORT_MEMORY = "256MB"


def write_portion(
    session: Session,
    table: Table,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    constants: Mapping[str, Any] | None = None,
) -> int:
    """Insert rows of these columns; ``constants`` are columns with one value for all rows. Returns their number.

    Values are texts, whole numbers, dates, bytes and ``None``; every column without a database default must be named.
    """
    if not rows:
        return 0
    constants = constants or {}
    connection = session.connection()
    names = [*columns, *constants]
    if connection.dialect.name != "postgresql":
        suffix = tuple(constants.values())
        return insert_rows(session, table, names, ((*row, *suffix) for row in rows))
    _copy(connection, table, names, _copy_text(rows, _constant_text(connection, table, constants)))
    return len(rows)


def _constant_text(connection: Connection, table: Table, constants: Mapping[str, Any]) -> str:
    cells = []
    for name, value in constants.items():
        form = table.columns[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        sent = form(value) if form is not None and value is not None else value
        cells.append(_cell(("f", "t")[sent] if isinstance(sent, bool) else sent))
    return "".join(f"\t{cell}" for cell in cells) + "\n"


def _copy_text(rows: Sequence[Sequence[Any]], suffix: str) -> str:
    body = "".join(
        [
            "\t".join([value if value.__class__ is str and value.isprintable() else _cell(value) for value in row])
            + suffix
            for row in rows
        ]
    )
    if "\\" in body:
        body = body.replace("\\", "\\\\")
    return body.replace(_NULL, "\\N").replace(_BYTES, "\\\\x")


def _cell(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, str):
        # Backslashes are doubled for the whole portion at once, so only the breakers of lines are replaced here.
        return value if value.isprintable() else " ".join(value.split()).replace(_NULL, "").replace(_BYTES, "")
    return _BYTES + value.hex() if isinstance(value, bytes) else str(value)


def _copy(connection: Connection, table: Table, names: Sequence[str], body: str) -> None:
    preparer = connection.dialect.identifier_preparer
    listed = ", ".join(preparer.quote(name) for name in names)
    cursor: Any = connection.connection.cursor()
    try:
        cursor.copy_expert(f"COPY {preparer.format_table(table)} ({listed}) FROM STDIN", io.StringIO(body))
    finally:
        cursor.close()


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
