"""Statements that every call makes: planned once for each connection, and said past what the engine does for each.

The engine works out anew for every statement how to read its parameters and its rows: twice as long as the statement
itself takes the driver. What is said here is worked out once. Such a statement is built once and kept, and its text
does not depend on the values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect

from registry.store.savepoints import pending_savepoints

PREPARED = "prepared"
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
Form = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Saying:
    """A statement worked out: its text with numbered places, their types and names, and the forms of what is not plain.

    ``fixed`` are the parameters that belong to the statement.
    """

    text: str
    types: str
    given: str
    fixed: Mapping[str, Any]
    forms: tuple[tuple[str, Form], ...]
    results: tuple[Form | None, ...]


def say_prepared(connection: Connection, statement: Any, values: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement with these values; on PostgreSQL it is prepared when a connection first says it."""
    if connection.dialect.name != "postgresql":
        return list(connection.execute(statement, values).all())
    saying = _saying(connection.dialect, statement)
    parameters = {**saying.fixed, **values}
    for name, form in saying.forms:
        parameters[name] = form(parameters[name])
    said = _said(connection, saying, parameters)
    return [_read(row, saying.results) for row in said] if saying.results else said


def _read(row: Sequence[Any], forms: Sequence[Form | None]) -> Sequence[Any]:
    return tuple([value if form is None else form(value) for value, form in zip(row, forms, strict=True)])


def _said(connection: Connection, saying: Saying, parameters: Mapping[str, Any]) -> Sequence[Any]:
    cursor = connection.connection.cursor()
    try:
        name = _name(connection, cursor, saying)
        waiting = pending_savepoints(connection)
        before = "".join([f"{one}; " for one in waiting])
        waiting.clear()
        cursor.execute(f"{before}EXECUTE {name}{saying.given}", parameters)
        return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        # told, and the pool emptied of connections that are gone, as for every other statement of the engine
        connection._handle_dbapi_exception(error, saying.text, None, cursor, None)  # noqa: SLF001 - it has no other way in
    finally:
        cursor.close()


def _name(connection: Connection, cursor: Any, saying: Saying) -> str:
    """What this connection knows the statement by."""
    known: dict[str, str] = connection.info.setdefault(PREPARED, {})
    name = known.get(saying.text)
    if name is None:
        name = f"often_{len(known)}"
        cursor.execute(f"PREPARE {name}{saying.types} AS {saying.text}")
        known[saying.text] = name
    return name


@lru_cache(maxsize=1024)
def _saying(dialect: Dialect, statement: Any) -> Saying:
    compiled = statement.compile(dialect=dialect)
    if compiled.insert_prefetch or compiled.update_prefetch:
        raise TypeError("a statement said past the engine names its defaults itself")
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    text = _PARAMETER.sub(placed, str(compiled))
    binds = compiled.binds
    forms = {name: _form_of(dialect, binds[name].type) for name in places}
    types = ", ".join(binds[name].type.compile(dialect=dialect) for name in places)
    results = tuple(_reading_of(dialect, column.type) for column in statement.exported_columns)
    return Saying(
        text,
        f" ({types})" if places else "",
        f" ({', '.join(f'%({name})s' for name in places)})" if places else "",
        {name: binds[name].effective_value for name in places if not binds[name].required},
        tuple((name, form) for name, form in forms.items() if form is not None),
        results if any(results) else (),
    )


def _form_of(dialect: Dialect, type_: Any) -> Form | None:
    form: Form | None = type_.dialect_impl(dialect).bind_processor(dialect)
    return form


def _reading_of(dialect: Dialect, type_: Any) -> Form | None:
    form: Form | None = type_.dialect_impl(dialect).result_processor(dialect, None)
    return form
