"""Writing a backup: one moment of the database, while others go on writing."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Table

from registry.store.backup.form import Contents, TableSum, encode, head_line
from registry.store.backup.sums import columns_of, rows_of

LEVEL = 3
TOLD_EVERY = 10_000
UNFINISHED = ".part"


def dump(
    engine: Engine,
    tables: Sequence[Table],
    path: Path,
    now: datetime,
    told: Callable[[int], None] = lambda _rows: None,
) -> Contents:
    """Write all tables as of one moment and return what was written; the file appears under its name when it is whole.

    Memory stays flat whatever the size. The file holds personal data and the secret of the keys: only its owner may
    read it. What cannot be finished (no space, a lost database) leaves nothing behind.
    """
    if path.exists():
        raise FileExistsError(17, os.strerror(17), str(path))
    unfinished = path.with_name(path.name + UNFINISHED)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with one_moment(engine) as connection:
                contents = _write(connection, tables, raw, now, told)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return contents


@contextmanager
def one_moment(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as of its first statement until the end and writes nothing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            connection.exec_driver_sql("BEGIN")  # WAL: the first read fixes what is seen, writers are not kept waiting
        try:
            yield connection
        finally:
            connection.rollback()


def revision_of(connection: Connection) -> str:
    """The newest migration of a database, empty for one without tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _write(
    connection: Connection, tables: Sequence[Table], raw: BinaryIO, now: datetime, told: Callable[[int], None]
) -> Contents:
    contents = Contents(revision_of(connection), now, connection.dialect.name)
    with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=LEVEL, mtime=0) as packed:
        lines = _Lines(packed)
        lines.put(head_line(contents), counted=False)
        done = 0
        for table in tables:
            lines.put(encode({"table": str(table.name), "columns": columns_of(table)}))
            found = contents.tables[str(table.name)] = TableSum()
            for line in rows_of(connection, table):
                found.add(line)
                lines.put(line)
                done += 1
                if done % TOLD_EVERY == 0:
                    told(done)
            lines.put(encode({"end": str(table.name), "rows": found.rows, "sum": found.text}))
        foot = {"done": len(contents.tables), "lines": lines.count, "sha256": lines.whole.hexdigest()}
        packed.write(encode(foot) + b"\n")
        told(done)
    return contents


class _Lines:
    """Writes lines and remembers how many there were and the sum of all."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self.whole = hashlib.sha256()
        self.count = 0
        self._stream = stream

    def put(self, line: bytes, *, counted: bool = True) -> None:
        self.whole.update(line + b"\n")
        self._stream.write(line + b"\n")
        self.count += counted
