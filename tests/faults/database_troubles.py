"""What may befall a PostgreSQL server while somebody works, and whoever holds a row meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest

from tests.fixtures.private_postgres import PrivateServer


@dataclass(frozen=True)
class Held:
    """What keeps the worker waiting in the middle of a transaction, on one server."""

    server: PrivateServer
    database: str
    holder: Any
    people: tuple[int, ...] = ()

    def let_go(self) -> None:
        with suppress(psycopg2.Error):
            self.holder.close()


def restarted(held: Held) -> None:
    held.server.restart()
    held.let_go()


def crowded(held: Held) -> None:
    """Nobody gets a connection for some seconds, the worker has lost its own."""
    taken = []
    server = held.server
    with closing(server.connection()) as killer:
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            with suppress(psycopg2.Error):
                taken.append(server.connection())
                continue
            with killer.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tfoms-hub'"
                )
            time.sleep(0.05)
    assert not server.lets_in() or len(taken) > 20
    held.let_go()
    for one in taken:
        one.close()


def deadlocked(held: Held) -> None:
    """The holder asks for what the worker has: the server ends the worker's transaction."""
    with held.holder.cursor() as cursor, suppress(psycopg2.Error):
        cursor.execute("SELECT id FROM person WHERE id = %s FOR UPDATE", (min(held.people),))
    held.holder.rollback()
    ended = held.server.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", held.database)
    held.let_go()
    deadline = time.monotonic() + 10
    while not ended[0][0] and time.monotonic() < deadline:  # the counters come a little later
        time.sleep(0.2)
        ended = held.server.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", held.database)
    assert ended[0][0]


def without_space(held: Held) -> None:
    if not held.server.has_own_disk:
        held.let_go()
        pytest.skip("a disk of its own cannot be made here")
    filler = held.server.fill_the_disk()
    try:
        held.let_go()
        time.sleep(3)
    finally:
        filler.unlink()
    held.server.revive()


TROUBLES: dict[str, Callable[[Held], None]] = {
    "restarted": restarted,
    "crowded": crowded,
    "deadlocked": deadlocked,
    "without space": without_space,
}


@contextmanager
def holding(server: PrivateServer, database: str, people: tuple[int, ...]) -> Iterator[Any]:
    """Hold the last of these people: whoever works on all of them has the others, and waits."""
    holder = server.connection(database)
    holder.autocommit = False
    with holder.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '60s'")  # the other one is ended, never the holder
        cursor.execute("SELECT id FROM person WHERE id = %s FOR UPDATE", (max(people),))
    yield holder
    with suppress(psycopg2.Error):
        holder.close()


def waiting_worker(server: PrivateServer, database: str) -> int:
    """The process of a connection of the hub that waits for a lock; 0 when none does."""
    asked = """SELECT pid FROM pg_stat_activity WHERE datname = %s AND application_name = 'tfoms-hub'
        AND wait_event_type = 'Lock'"""
    found = server.ask(asked, database)
    return int(found[0][0]) if found else 0
