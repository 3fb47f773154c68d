"""Which errors of a database pass by themselves."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PASSING_SQLSTATES = ("08", "40", "53", "55P03", "57P")  # connection, rollback, resources, lock timeout, shutdown


STATEMENT_ENDED = "57014"


def is_out_of_time(error: BaseException) -> bool:
    """True when the database ended a statement that lasted longer than its caller waits."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) == STATEMENT_ENDED


def is_passing(error: BaseException) -> bool:
    """True when the database was away, busy or chose this transaction as the victim: trying again may help."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "pgcode", None)
    if state:
        return str(state).startswith(PASSING_SQLSTATES)
    if error.connection_invalidated:
        return True
    text = str(error.orig)
    if type(error.orig).__module__.startswith("sqlite3"):
        return "locked" in text or "busy" in text or "disk is full" in text
    return isinstance(error, (OperationalError, InterfaceError))
