"""Engines and sessions: one behaviour of transactions over SQLite and PostgreSQL.

Both databases work as READ COMMITTED: a statement sees what is committed when it starts, and a reader never waits for
a writer. On SQLite the write lock is taken by the first statement that writes (``BEGIN IMMEDIATE``), so what was read
before holds no snapshot that could make the write fail, and everything after it is alone. What must be read and then
changed without anybody between is locked first: ``registry.store.locks``.
"""

from __future__ import annotations

import re
import sqlite3
import time
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from registry.store.read_as import FUNCTIONS
from registry.store.savepoints import make_savepoints_wait, pending_savepoints, send_savepoints_along

IDLE_SECONDS = 1.0
#: Seconds after which a connection is not taken again: its plans and its memory in the server go with it.
LONGEST_LIFE = 1800
LEFT_AT = "left_at"
BUSY_TIMEOUT_MS = 30_000
_ENCODER = msgspec.json.Encoder()  # letters stay letters, and it is ten times quicker than the pure Python one
_DECODE = msgspec.json.Decoder().decode
READING = re.compile(r"\s*(SELECT|VALUES|PRAGMA|EXPLAIN|BEGIN|COMMIT|ROLLBACK|RELEASE)\b", re.IGNORECASE)
WITH_READING = re.compile(r"\s*WITH\b(?!.*\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\b)", re.IGNORECASE | re.DOTALL)
LOCAL_OPTION = "touches_only_temporary_tables"
TEMPORARY_TABLES = "temporary_tables"
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32000",
)
POSTGRESQL_OPTIONS = "-c timezone=UTC -c lock_timeout=30s -c idle_in_transaction_session_timeout=15min"
# statements prepared are looks into indexes whatever their values: one plan serves them all
POSTGRESQL_OPTIONS += " -c plan_cache_mode=force_generic_plan"
# indexes lie in memory or on a disk without heads; a statement over a portion of a file is planned as looks into them,
# and is done before a compiler of it would be
POSTGRESQL_OPTIONS += " -c random_page_cost=1.1 -c jit=off"


def create_hub_engine(url: str, *, pool_size: int = 24) -> Engine:
    """Return an engine whose connections and transactions behave as this module says."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url, in_memory=parsed.database in {None, "", ":memory:"}, pool_size=pool_size)
    engine = create_engine(
        parsed.set(drivername="postgresql+psycopg2"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=LONGEST_LIFE,
        json_serializer=_json,
        json_deserializer=_DECODE,
        connect_args={"options": POSTGRESQL_OPTIONS, "connect_timeout": 10, "application_name": "tfoms-hub"},
    )
    send_savepoints_along(engine)
    _ping_idle_connections(engine)
    return engine


def _json(value: Any) -> str:
    return _ENCODER.encode(value).decode()


def _ping_idle_connections(engine: Engine) -> None:
    """Ask a connection that lay idle whether it still stands; one used a moment ago is not worth a round trip.

    The server may have gone between: then the first statement fails as a passing trouble and the pool is emptied.
    """

    def leave(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[LEFT_AT] = time.monotonic()

    def take(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: Any) -> None:
        left_at = record.info.get(LEFT_AT)
        if left_at is None or time.monotonic() - left_at < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    event.listen(engine, "checkin", leave)
    event.listen(engine, "checkout", take)


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions; objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def start_writing(connection: Connection) -> None:
    """Take the write lock of SQLite now; PostgreSQL locks rows and needs nothing."""
    if connection.dialect.name == "sqlite" and not _driver(connection).in_transaction:
        _begin(connection, _driver(connection))


def _sqlite_engine(url: str, *, in_memory: bool, pool_size: int) -> Engine:
    arguments: dict[str, Any] = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    if in_memory:
        engine = create_engine(
            url, poolclass=StaticPool, connect_args=arguments, json_serializer=_json, json_deserializer=_DECODE
        )
    else:
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args=arguments,
            json_serializer=_json,
            json_deserializer=_DECODE,
        )
    make_savepoints_wait(engine)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkin", _drop_temporary_tables)
    event.listen(engine, "before_cursor_execute", _begin_before_writing)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    raw: Any = connection
    raw.isolation_level = None  # the driver begins nothing by itself: we do, at the first write
    raw.create_function("from_hex", 1, _from_hex, deterministic=True)
    for name, (arguments, function) in FUNCTIONS.items():
        raw.create_function(name, arguments, function, deterministic=True)
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_before_writing(
    connection: Connection, cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    if cursor.connection.in_transaction or READING.match(statement) or WITH_READING.match(statement):
        return
    if context is not None and context.execution_options.get(LOCAL_OPTION):
        return
    _begin(connection, cursor)


def _begin(connection: Connection, cursor: Any) -> None:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as busy:
        raise OperationalError("BEGIN IMMEDIATE", None, busy) from None
    waiting = pending_savepoints(connection)
    for name in waiting:
        cursor.execute(f"SAVEPOINT {name}")
    waiting.clear()


def _drop_temporary_tables(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    """What a transaction left in the temporary schema goes when its connection comes back."""
    tables: set[str] = record.info.get(TEMPORARY_TABLES, set())
    if connection is None or not tables:
        return
    cursor = connection.cursor()
    for name in tables:
        cursor.execute(f"DROP TABLE IF EXISTS temp.{name}")
    cursor.close()
    tables.clear()


def _from_hex(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
