"""The statements of stage 1: journal line, ledger, packet and bytes in one round trip on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import CTE, Connection, Table, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from registry.exchange.tables import Content, JournalEntry, Packet, PacketKey
from registry.store.together import defaults_of

UNIQUE = ("organisation_id", "dialect", "scope", "sender_packet_id")
LINES, PACKETS, LEDGER, CONTENT = (cast(Table, model.__table__) for model in (JournalEntry, Packet, PacketKey, Content))
Names = tuple[str, ...]


def marked(**groups: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of ``store_statement``: values of each group under the group's name."""
    return {f"{group}_{name}": value for group, values in groups.items() for name, value in values.items()}


@lru_cache(maxsize=32)
def store_statement(line: Names, stored: Names, ledger: Names, kept: Names) -> Any:
    """The statement that stores a packet and returns its id and whether it was stored.

    Nothing is stored but the line when the ledger holds the packet's id already.
    """
    values = {**_given(LINES, "line", line), **defaults_of(LINES, line)}
    lines = insert(LINES).values(values).returning(LINES.c.id).cte("line")
    parent, number = lines, lines.c.id
    if ledger:
        entered = _from(LEDGER, "ledger", ledger, lines, packet_id=lines.c.id)
        parent = _once(entered).returning(LEDGER.c.packet_id).cte("entered")
        number = parent.c.packet_id
    packets = _from(PACKETS, "stored", stored, parent, id=number).returning(PACKETS.c.id).cte("stored")
    more = [_from(CONTENT, "kept", kept, packets, packet_id=packets.c.id).cte("kept")] if kept else []
    count = select(func.count()).select_from(packets).scalar_subquery()
    return select(lines.c.id, count).add_cte(*more)


def store_one_by_one(
    connection: Connection,
    line: Mapping[str, Any],
    stored: Mapping[str, Any],
    ledger: Mapping[str, Any],
    kept: Mapping[str, Any],
) -> tuple[int, bool]:
    """What ``store_statement`` does, statement by statement, where the database has no such statement."""
    number: int = connection.execute(insert(LINES).returning(LINES.c.id), line).scalar_one()
    if ledger:
        entered = _once(sqlite_insert(LEDGER)).returning(LEDGER.c.id)
        if connection.execute(entered, {**ledger, "packet_id": number}).scalar() is None:
            return number, False
    connection.execute(insert(PACKETS), {**stored, "id": number})
    if kept:
        connection.execute(insert(CONTENT), {**kept, "packet_id": number})
    return number, True


def _given(table: Table, group: str, names: Sequence[str]) -> dict[str, Any]:
    return {name: bindparam(f"{group}_{name}", type_=table.c[name].type) for name in names}


def _from(table: Table, group: str, names: Names, parent: CTE, **taken: Any) -> Any:
    """Insert one row for the row of the parent, if it has one: the values given, and those taken from it."""
    values = {**_given(table, group, names), **taken}
    return postgresql_insert(table).from_select(list(values), select(*values.values()).select_from(parent))


def _once(statement: Any) -> Any:
    return statement.on_conflict_do_nothing(index_elements=list(UNIQUE))
