"""Several connections that read one state of the database side by side, for work of more than one processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.orm import Session

P = TypeVar("P")
R = TypeVar("R")


class Reader:
    """One session of several. While its statements run, another one's thread works on what it has been told.

    Threads that are all ready share the interpreter by slices and come to their statements together; in turns, one asks
    while the next works.
    """

    def __init__(self, session: Session, turn: Lock) -> None:
        self._session, self._turn, self._works = session, turn, False
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", self._rest)
        event.listen(connection, "after_cursor_execute", self._go_on)

    def do(self, work: Callable[[Session, P], R], part: P) -> R:
        """What the work gives for a part."""
        self._go_on()
        try:
            return work(self._session, part)
        finally:
            self._rest()

    def _rest(self, *_statement: Any) -> None:
        if self._works:
            self._works = False
            self._turn.release()

    def _go_on(self, *_statement: Any) -> None:
        if not self._works:
            self._turn.acquire()
            self._works = True


class Readers:
    """Sessions over one snapshot, each used by one thread at a time."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        turn = Lock()
        self._sessions = sessions
        self._free: SimpleQueue[Reader] = SimpleQueue()
        for session in sessions if len(sessions) > 1 else ():
            self._free.put(Reader(session, turn))

    def share(self, work: Callable[[Session, P], R], parts: Sequence[P]) -> list[R]:
        """What the work gives for each part, in their order; the first part that fails raises, and no more begin."""

        def done(part: P) -> R:
            reader = self._free.get()
            try:
                return reader.do(work, part)
            finally:
                self._free.put(reader)

        if len(self._sessions) == 1:
            return [work(self._sessions[0], part) for part in parts]
        with ThreadPoolExecutor(len(self._sessions)) as threads:
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
    snapshot = ""
    with ExitStack() as opened:
        sessions = []
        for _ in range(number):
            reader = opened.enter_context(connection.engine.connect())
            reader.execution_options(isolation_level="REPEATABLE READ")
            if snapshot:
                reader.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
            else:  # of a reader: a caller within a savepoint cannot give away its own
                snapshot = reader.scalar(text("SELECT pg_export_snapshot()"))
            sessions.append(opened.enter_context(Session(reader, info=session.info)))
        yield Readers(sessions)
