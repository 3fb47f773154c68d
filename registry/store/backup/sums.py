"""Counts and sums of every table of a database, in the form backups have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, Table, select

from registry.store.backup.form import TableSum, encode

PORTION = 2_000


def rows_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield every row as a line, in the order of the key; the driver holds a portion at a time."""
    wanted = select(*table.columns).order_by(*table.primary_key.columns)
    with connection.execution_options(yield_per=PORTION).execute(wanted) as found:
        for row in found:
            yield encode(list(row))


def columns_of(table: Table) -> list[str]:
    """The columns of a table in the order they are written."""
    return [str(column.name) for column in table.columns]


def database_sums(connection: Connection, tables: Sequence[Table]) -> dict[str, TableSum]:
    """The count and the sum of every table as this connection sees them."""
    return {table.name: summed(rows_of(connection, table)) for table in tables}


def summed(lines: Iterable[bytes]) -> TableSum:
    """The sum of these lines."""
    found = TableSum()
    for line in lines:
        found.add(line)
    return found
