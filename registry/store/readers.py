"""Several connections that read one state of the database side by side, for work of more than one processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

P = TypeVar("P")
R = TypeVar("R")


class Readers:
    """Sessions over one snapshot, each used by one thread at a time."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._number = len(sessions)
        self._free: SimpleQueue[Session] = SimpleQueue()
        for session in sessions:
            self._free.put(session)

    def share(self, work: Callable[[Session, P], R], parts: Sequence[P]) -> list[R]:
        """What the work gives for each part, in their order; the first part that fails raises, and no more begin."""

        def done(part: P) -> R:
            session = self._free.get()
            try:
                return work(session, part)
            finally:
                self._free.put(session)

        if self._number == 1:
            return [done(part) for part in parts]
        with ThreadPoolExecutor(self._number) as threads:
            return list(threads.map(done, parts))


@contextmanager
def readers_of(session: Session, number: int) -> Iterator[Readers]:
    """Readers of what is committed now, all of the same; on SQLite the session itself, for one process has one lock.

    What the session has written and not yet committed they do not see on PostgreSQL.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        yield Readers([session])
        return
    snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
    with ExitStack() as opened:
        sessions = []
        for _ in range(number):
            reader = opened.enter_context(connection.engine.connect())
            reader.execution_options(isolation_level="REPEATABLE READ")
            reader.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            sessions.append(opened.enter_context(Session(reader, info=session.info)))
        yield Readers(sessions)
