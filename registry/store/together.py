"""Writes that need not know each other's results: one round trip for all of them on PostgreSQL, one each on SQLite.

A round trip costs a call more than the write itself. Rows travel as one JSON text, so that the statement is the same
for one row and for hundreds, and is built and planned for its shape, not for its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import msgspec
from sqlalchemy import (
    CTE,
    Connection,
    FromClause,
    Insert,
    Integer,
    Table,
    Text,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy import cast as to_type
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from registry.store.bulk import insert_rows
from registry.store.prepared import say_prepared

MANY_ROWS = 500  # so many are copied quicker
Shape = tuple[Table, str, tuple[str, ...]]
ORDER = "in_order"  # the number of a row where the order counts
ROWS, ONE, CHANGE = "rows", "one", "change"


@dataclass(frozen=True, slots=True)
class Write:
    """One of the writes: its shape, and its values by column or its rows."""

    table: Table
    sort: str
    columns: tuple[str, ...]
    values: Mapping[str, Any]
    rows: Sequence[Sequence[Any]] = ()
    key: int | None = None


class Writes:
    """Collects writes of one transaction and makes them at ``send``; no two of them may touch the same row."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._writes: list[Write] = []

    def insert(self, table: FromClause, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows given as tuples of these columns; columns not named take the defaults of the model."""
        given = list(rows)
        if given:
            self._writes.append(Write(cast(Table, table), ROWS, tuple(columns), {}, given))

    def insert_one(self, table: FromClause, values: Mapping[str, Any]) -> None:
        """Insert one row; bytes go as they are."""
        self._writes.append(Write(cast(Table, table), ONE, tuple(values), values))

    def change(self, table: FromClause, key: int, values: Mapping[str, Any]) -> None:
        """Change the row with this id."""
        self._writes.append(Write(cast(Table, table), CHANGE, tuple(values), values, key=key))

    def send(self) -> None:
        """Make all writes collected."""
        connection = self.session.connection()
        writes, self._writes = self._writes, []
        if connection.dialect.name != "postgresql":
            for write in writes:
                _make_alone(connection, write)
            return
        together = []
        for write in writes:
            if len(write.rows) > MANY_ROWS:
                insert_rows(self.session, write.table, write.columns, write.rows)
            else:
                together.append(write)
        if together:
            _make_together(connection, together)


def _make_alone(connection: Connection, write: Write) -> None:
    if write.sort == CHANGE:
        connection.execute(update(write.table).where(write.table.c.id == write.key).values(write.values))
        return
    rows = [dict(zip(write.columns, row, strict=True)) for row in write.rows] or [dict(write.values)]
    connection.execute(insert(write.table), rows)


def _make_together(connection: Connection, writes: Sequence[Write]) -> None:
    parameters: dict[str, Any] = {}
    for number, write in enumerate(writes):
        if write.sort == ROWS:
            parameters[f"w{number}"] = rows_text(write.columns, write.rows)
            continue
        parameters.update({f"w{number}_{name}": value for name, value in write.values.items()})
        if write.sort == CHANGE:
            parameters[f"w{number}_key"] = write.key
    shapes = tuple((write.table, write.sort, write.columns) for write in writes)
    say_prepared(connection, _statement(shapes), parameters)


@lru_cache(maxsize=512)
def _statement(shapes: tuple[Shape, ...]) -> Any:
    ctes = (_cte(number, *shape) for number, shape in enumerate(shapes))
    return select(func.now()).add_cte(*ctes)


def _cte(number: int, table: Table, sort: str, columns: tuple[str, ...]) -> CTE:
    name = f"w{number}"
    if sort == ROWS:
        return insert_from_text(table, columns, name).cte(name)
    values = {one: bindparam(f"{name}_{one}", type_=table.c[one].type) for one in columns}
    if sort == ONE:
        return insert(table).values({**values, **defaults_of(table, columns)}).cte(name)
    return update(table).where(table.c.id == bindparam(f"{name}_key")).values(values).cte(name)


def insert_from_text(table: Table, columns: Sequence[str], parameter: str) -> Insert:
    """The statement of PostgreSQL that inserts the rows of ``rows_text``."""
    given = _given(table, columns, parameter)
    names, values = _with_defaults(table, columns, given)
    return insert(table).from_select(names, select(*values), include_defaults=False)


def insert_after(table: Table, columns: Sequence[str], parameter: str, first: CTE) -> Insert:
    """The same for rows that may stand only when the rows of ``first`` stand no longer; ids grow with the rows.

    What reads ``first`` is done after it, and a unique index takes rows changed by the same transaction for gone.
    """
    given = _given(table, (*columns, ORDER), parameter)
    done = select(func.count().label("done")).select_from(first).subquery()
    names, values = _with_defaults(table, columns, given)
    rows = select(*values).select_from(given.join(done, true())).order_by(given.c[ORDER])
    return insert(table).from_select(names, rows, include_defaults=False)


def _with_defaults(table: Table, columns: Sequence[str], given: Any) -> tuple[list[str], list[Any]]:
    """The columns given with those that have a default of the model."""
    defaults = defaults_of(table, columns)
    return [*columns, *defaults], [*(given.c[name] for name in columns), *defaults.values()]


def defaults_of(table: Table, columns: Sequence[str]) -> dict[str, Any]:
    """The defaults of the model for the columns of a table that are not among these."""
    missing = [one for one in table.columns if one.name not in columns and one.default is not None]
    defaults: list[Any] = [one.default for one in missing]
    values = [one.arg(None) if one.is_callable else one.arg for one in defaults]
    return {one.name: literal(value, one.type) for value, one in zip(values, missing, strict=True)}


def _given(table: Table, columns: Sequence[str], parameter: str) -> Any:
    types = {name: Integer() if name == ORDER else table.c[name].type for name in columns}
    text = to_type(bindparam(parameter, type_=Text), JSONB)
    given = func.jsonb_to_recordset(text).table_valued(*(column(name, one) for name, one in types.items()))
    return given.render_derived(name=f"{parameter}_rows", with_types=True)


def rows_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as the JSON text that ``insert_from_text`` takes."""
    row_of = _row_class(tuple(columns))
    return _encode([row_of(*row) for row in rows]).decode()


@lru_cache(maxsize=512)
def _row_class(columns: tuple[str, ...]) -> type[msgspec.Struct]:
    """A row of these columns: its values in their order, written under their names; a value missing is refused."""
    places = {f"c{at}": name for at, name in enumerate(columns)}
    return msgspec.defstruct("Row", [(place, Any) for place in places], rename=places, gc=False)


_encode = msgspec.json.Encoder().encode
