"""Statements that every call makes: PostgreSQL plans them once for each connection, not once for each call."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

PREPARED = "prepared"
#: What a statement is marked with: ``statement.execution_options(**OFTEN)``. The text must not depend on the values.
OFTEN = {PREPARED: True}
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


def prepare_often_said(engine: Engine) -> None:
    """Let marked statements of this PostgreSQL engine be prepared when a connection first says them."""
    event.listen(engine, "before_cursor_execute", _execute_prepared, retval=True)


def _execute_prepared(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    if many or context is None or not context.execution_options.get(PREPARED):
        return statement, parameters
    known: dict[str, str] = connection.info.setdefault(PREPARED, {})
    said = known.get(statement)
    if said is None:
        said = known[statement] = _prepare(connection, cursor, statement, context.compiled.binds)
    return said, parameters


def _prepare(connection: Connection, cursor: Any, statement: str, binds: Any) -> str:
    """Prepare a statement and return what executes it."""
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        return f"${places.setdefault(found[1], len(places) + 1)}" if found[1] else "%"

    text = _PARAMETER.sub(placed, statement)
    name = f"often_{len(connection.info[PREPARED])}"
    types = ", ".join(binds[one].type.compile(dialect=connection.dialect) for one in places)
    cursor.execute(f"PREPARE {name} ({types}) AS {text}" if types else f"PREPARE {name} AS {text}")
    given = ", ".join(f"%({one})s" for one in places)
    return f"EXECUTE {name} ({given})" if given else f"EXECUTE {name}"
