"""Savepoints that cost no round trip and no lock of their own.

A savepoint waits until something is said after it. On PostgreSQL it then goes out together with that statement. On
SQLite it waits for the first statement that writes: set before it, a savepoint has nothing to go back to, and one
around long reading would keep every other writer waiting. What nothing follows is never said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

PENDING = "pending_savepoints"
SENT = 256 * 1024
Step = Callable[[Connection, str], None]


def make_savepoints_wait(engine: Engine) -> None:
    """Let savepoints of this SQLite engine wait for the first write."""
    dialect: Any = engine.dialect
    dialect.do_savepoint = _set(dialect.do_savepoint)
    dialect.do_release_savepoint = _end(dialect.do_release_savepoint)
    dialect.do_rollback_to_savepoint = _end(dialect.do_rollback_to_savepoint)
    _forget_at_the_end(engine)


def send_savepoints_along(engine: Engine) -> None:
    """Let savepoints of this PostgreSQL engine go out with the next statement."""
    dialect: Any = engine.dialect
    back = dialect.do_rollback_to_savepoint

    def savepoint(connection: Connection, name: str) -> None:
        pending_savepoints(connection).append(f"SAVEPOINT {name}")

    def release(connection: Connection, name: str) -> None:
        if not _drop(connection, name):
            pending_savepoints(connection).append(f"RELEASE SAVEPOINT {name}")

    def rollback(connection: Connection, name: str) -> None:
        if not _drop(connection, name):
            pending_savepoints(connection).clear()  # whatever waits is of what is undone
            back(connection, name)

    dialect.do_savepoint, dialect.do_release_savepoint, dialect.do_rollback_to_savepoint = savepoint, release, rollback
    event.listen(engine, "before_cursor_execute", _prefix, retval=True)
    _forget_at_the_end(engine)


def pending_savepoints(connection: Connection) -> list[str]:
    """What waits, oldest first: names on SQLite, statements on PostgreSQL."""
    names: list[str] = connection.info.setdefault(PENDING, [])
    return names


def end_statements_after(connection: Connection, seconds: float) -> None:
    """Let no statement of this transaction last longer; SQLite has no such limit."""
    if connection.dialect.name == "postgresql":
        pending_savepoints(connection).append(f"SET LOCAL statement_timeout = {max(1, int(seconds * 1000))}")


def copy_in(connection: Connection, statement: str, stream: Any, size: int = SENT) -> None:
    """Say a COPY FROM STDIN of PostgreSQL; savepoints that wait are set before it.

    The engine has no word for it. Its failures are those of the engine all the same: callers know which of them pass,
    and a connection that broke meanwhile is given up.
    """
    drivers_error: Any = connection.dialect.loaded_dbapi.Error
    raw: Any = connection.connection
    cursor: Any = None
    try:
        cursor = raw.cursor()
        waiting = pending_savepoints(connection)
        if waiting:
            cursor.execute("; ".join(waiting))
            waiting.clear()
        cursor.copy_expert(statement, stream, size)
    except drivers_error as error:
        is_broken = connection.dialect.is_disconnect(error, raw, cursor)
        if is_broken:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, drivers_error, connection_invalidated=is_broken, dialect=connection.dialect
        ) from error
    finally:
        if cursor is not None:
            cursor.close()


def _drop(connection: Connection, name: str) -> bool:
    """Forget a savepoint that waits, with all that was to be said after it."""
    waiting = pending_savepoints(connection)
    if f"SAVEPOINT {name}" not in waiting:
        return False
    del waiting[waiting.index(f"SAVEPOINT {name}") :]
    return True


def _prefix(
    connection: Connection, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
) -> tuple[str, Any]:
    waiting = connection.info.get(PENDING)
    if not waiting:
        return statement, parameters
    told = "; ".join(waiting)
    waiting.clear()
    if not many and getattr(cursor, "name", None) is None:
        return f"{told}; {statement}", parameters
    plain = connection.connection.cursor()  # a statement said many times, or a cursor kept by the server
    plain.execute(told)
    plain.close()
    return statement, parameters


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


def _forget_at_the_end(engine: Engine) -> None:
    event.listen(engine, "commit", _forget)
    event.listen(engine, "rollback", _forget)


def _forget(connection: Connection) -> None:
    if not connection.invalidated:  # what waited went with the connection
        pending_savepoints(connection).clear()
