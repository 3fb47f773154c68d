"""Locks between transactions and the election of one process among several."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, FromClause, func, select
from sqlalchemy.orm import Session

from registry.store.engine import start_writing


def advisory_lock(session: Session, name: str) -> None:
    """Wait until no other transaction holds this name; held until the transaction ends."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock_number(name))))
    else:
        start_writing(connection)


def lock_rows(session: Session, table: FromClause, ids: list[int]) -> None:
    """Lock these rows in the order of their ids, so that two batches never wait for each other in a circle.

    What is read after this call stays true until the transaction ends. SQLite locks the whole database.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        start_writing(connection)
        return
    key: Any = table.c.id
    for start in range(0, len(ids := sorted(set(ids))), 10_000):
        connection.execute(select(key).where(key.in_(ids[start : start + 10_000])).order_by(key).with_for_update())


def is_leader(connection: Connection, name: str) -> bool:
    """True for exactly one connection at a time, until it closes; SQLite serves one process, which leads."""
    if connection.dialect.name != "postgresql":
        return True
    number = lock_number(name)
    held = connection.exec_driver_sql(
        "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid = 1"
        " AND classid = %s AND objid = %s",
        ((number >> 32) & 0xFFFFFFFF, number & 0xFFFFFFFF),
    ).scalar()
    return bool(held or connection.execute(select(func.pg_try_advisory_lock(number))).scalar())


def lock_number(name: str) -> int:
    """The 63-bit number PostgreSQL knows this name by, the same in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big") >> 1
