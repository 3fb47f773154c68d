"""Savepoints of SQLite that take the write lock only when something is written after them.

A savepoint set before the first write of a transaction has nothing to go back to, so it waits: it is made right after
``BEGIN IMMEDIATE``, or never. Otherwise a savepoint around long reading would keep every other writer waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event

PENDING = "pending_savepoints"
Step = Callable[[Connection, str], None]


def make_savepoints_wait(engine: Engine) -> None:
    """Let savepoints of this SQLite engine wait for the first write."""
    dialect: Any = engine.dialect
    dialect.do_savepoint = _set(dialect.do_savepoint)
    dialect.do_release_savepoint = _end(dialect.do_release_savepoint)
    dialect.do_rollback_to_savepoint = _end(dialect.do_rollback_to_savepoint)
    event.listen(engine, "commit", _forget)
    event.listen(engine, "rollback", _forget)


def pending_savepoints(connection: Connection) -> list[str]:
    """The names that wait, oldest first."""
    names: list[str] = connection.info.setdefault(PENDING, [])
    return names


def _set(genuine: Step) -> Step:
    def savepoint(connection: Connection, name: str) -> None:
        raw: Any = connection.connection.driver_connection
        if raw.in_transaction:
            genuine(connection, name)
        else:
            pending_savepoints(connection).append(name)

    return savepoint


def _end(genuine: Step) -> Step:
    def end(connection: Connection, name: str) -> None:
        names = pending_savepoints(connection)
        if name in names:
            del names[names.index(name) :]  # nothing was written since
        else:
            genuine(connection, name)

    return end


def _forget(connection: Connection) -> None:
    pending_savepoints(connection).clear()
