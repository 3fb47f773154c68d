"""Rows with large bytes: PostgreSQL takes them as they are, without the text that holds each byte twice."""

from __future__ import annotations

import io
from collections.abc import Mapping
from struct import pack
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, insert
from sqlalchemy.orm import Session

from registry.store.savepoints import copy_in

LEAST = 64 * 1024  # fewer bytes are quicker in a plain statement
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = pack("!h", -1)


def insert_blob(session: Session, table: Table, values: Mapping[str, Any]) -> None:
    """Insert one row of whole numbers, texts and bytes."""
    connection = session.connection()
    most = max((len(value) for value in values.values() if isinstance(value, bytes)), default=0)
    if connection.dialect.name != "postgresql" or most < LEAST:
        connection.execute(insert(table), dict(values))
        return
    preparer = connection.dialect.identifier_preparer
    names = ", ".join(preparer.quote(name) for name in values)
    fields = [_stored(table.c[name], value) for name, value in values.items()]
    row = b"".join((pack("!h", len(fields)), *(pack("!i", len(field)) + field for field in fields)))
    statement = f"COPY {preparer.format_table(table)} ({names}) FROM STDIN WITH (FORMAT binary)"
    copy_in(connection, statement, io.BytesIO(HEADER + row + END))


def _stored(column: Column[Any], value: Any) -> bytes:
    """A value as the server sends and takes it in binary."""
    if isinstance(column.type, LargeBinary):
        return bytes(value)
    if isinstance(column.type, String):
        return str(value).encode()
    if isinstance(column.type, Integer):
        return pack("!q" if isinstance(column.type, BigInteger) else "!i", value)
    raise TypeError(f"{column.name} has no binary form here")
