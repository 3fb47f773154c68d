"""Inserting rows that may be there already: what is unique stays, and nobody waits in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

PORTION = 500


def insert_absent(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], told: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Insert rows, all with the same columns, unless a unique key has them; return these columns of those inserted.

    Callers give rows in one order of their keys, so that two transactions never wait for each other in a circle.
    """
    connection = session.connection()
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    made: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), PORTION):
        statement = insert(table).values([dict(row) for row in rows[start : start + PORTION]])
        returned = statement.on_conflict_do_nothing().returning(*(table.c[name] for name in told))
        made += [tuple(row) for row in connection.execute(returned)]
    return made
