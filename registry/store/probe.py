"""Rows of memory as something a query can join: the way a whole batch meets the registry in one statement."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Connection, FromClause, MetaData, Table, cast, column, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import LargeBinary, TypeEngine

from registry.store.bulk import insert_rows
from registry.store.engine import LOCAL_OPTION, TEMPORARY_TABLES

NUMBERS = itertools.count(1)
# A look at some thousands of the rows tells the planner how many there are and what is left empty.
ANALYSE = "SET LOCAL default_statistics_target = 10; ANALYZE {}; SET LOCAL default_statistics_target TO DEFAULT"
INLINE = {"postgresql": 2_000, "sqlite": 200}


def probe(session: Session, columns: Sequence[tuple[str, Any]], rows: Iterable[Sequence[Any]]) -> FromClause:
    """Return a selectable over these rows, usable in this transaction and gone after it.

    Few rows travel inside the statement (its text stays the same whatever their number, so it is compiled once); many
    go into a temporary table.
    """
    rows = list(rows)
    connection = session.connection()
    typed: list[tuple[str, TypeEngine[Any]]] = [
        (name, kind() if isinstance(kind, type) else kind) for name, kind in columns
    ]
    if len(rows) > INLINE[connection.dialect.name]:
        return _temporary(session, connection, typed, rows)
    if connection.dialect.name == "postgresql":
        return _unnested(typed, rows)
    return _json(connection, typed, rows)


def _unnested(columns: list[tuple[str, TypeEngine[Any]]], rows: list[Sequence[Any]]) -> FromClause:
    arrays = [
        cast(literal([row[place] for row in rows], ARRAY(kind)), ARRAY(kind)) for place, (_, kind) in enumerate(columns)
    ]
    return func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in columns)).render_derived()


def _json(connection: Connection, columns: list[tuple[str, TypeEngine[Any]]], rows: list[Sequence[Any]]) -> FromClause:
    forms = [_json_form(connection, kind) for _, kind in columns]
    text = json.dumps([[form(value) for form, value in zip(forms, row, strict=True)] for row in rows])
    given = func.json_each(literal(text)).table_valued("value")
    picked = []
    for place, (name, kind) in enumerate(columns):
        value = func.json_extract(given.c.value, f"$[{place}]")
        picked.append(type_coerce(func.from_hex(value) if _is_binary(kind) else value, kind).label(name))
    return select(*picked).select_from(given).subquery()


def _json_form(connection: Connection, kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    if _is_binary(kind):
        return lambda value: None if value is None else bytes(value).hex()
    processor = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return processor or (lambda value: value)


def _is_binary(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, LargeBinary)


def _temporary(
    session: Session, connection: Connection, columns: list[tuple[str, TypeEngine[Any]]], rows: list[Sequence[Any]]
) -> FromClause:
    name = f"probe_{next(NUMBERS)}"
    table = Table(
        name,
        MetaData(),
        *(Column(title, kind) for title, kind in columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    if connection.dialect.name == "postgresql":
        connection.execute(CreateTable(table))
        insert_rows(session, table, [title for title, _ in columns], rows)
        connection.exec_driver_sql(ANALYSE.format(name))
    else:
        connection.info.setdefault(TEMPORARY_TABLES, set()).add(name)
        _fill_sqlite(connection, table, rows)
    return table


def _fill_sqlite(connection: Connection, table: Table, rows: list[Sequence[Any]]) -> None:
    """Fill a temporary table without the write lock of the database: a deferred transaction touches only memory."""
    raw: Any = connection.connection.driver_connection
    own = not raw.in_transaction
    local = {LOCAL_OPTION: True}
    connection.execute(CreateTable(table), execution_options=local)
    if own:
        raw.execute("BEGIN DEFERRED")
    names = [title.name for title in table.columns]
    connection.execute(
        table.insert().inline(), [dict(zip(names, row, strict=True)) for row in rows], execution_options=local
    )
    if own:
        raw.execute("COMMIT")
