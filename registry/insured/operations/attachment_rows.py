"""Reading and writing of attachment rows in bulk; nothing is overwritten, a row that no longer counts is retracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, insert, select, union_all, update
from sqlalchemy.orm import Session

from registry.insured.rules.attachment import AttachmentState
from registry.insured.tables import Attachment, Person
from registry.store.among import among_ids, ids_parameter
from registry.store.base import OPEN_MOMENT
from registry.store.bulk import reserve_ids
from registry.store.prepared import say_prepared
from registry.store.together import MANY_ROWS, ORDER, insert_after, rows_text

# the id comes first: a new row has none
STATE = AttachmentState._fields
PORTION = 5_000


# built once: making a statement costs more than running it for one record
_table = cast(Table, Attachment.__table__)
LEARNT = ("recorded_at", "retracted_at", "packet_id", "record_number", "source")
COLUMNS = (*(name for name in STATE if name != "id"), *LEARNT)
INSERT = insert(_table)


@lru_cache(maxsize=2)
def _lock(dialect: str) -> Any:
    locked = select(Person.id, Person.merged_into).where(among_ids(dialect, Person.id, "ids"))
    return locked.order_by(Person.id).with_for_update()


@lru_cache(maxsize=2)
def _known_now(dialect: str) -> Any:
    """Whose each row is now, and the row: a record joined to somebody leads to the survivor."""
    columns = [getattr(Attachment, name) for name in STATE]
    known = Attachment.retracted_at == OPEN_MOMENT
    own = select(Attachment.person_id, *columns).where(among_ids(dialect, Attachment.person_id, "ids"), known)
    joined = select(Person.merged_into, *columns).join(Person, Person.id == Attachment.person_id)
    return union_all(own, joined.where(among_ids(dialect, Person.merged_into, "ids"), known))


@lru_cache(maxsize=2)
def _retract(dialect: str) -> Any:
    return update(_table).where(among_ids(dialect, _table.c.id, "ids")).values(retracted_at=bindparam("now"))


@lru_cache(maxsize=1)
def _replace() -> Any:
    gone = _retract("postgresql").returning(_table.c.id).cte("gone")
    return insert_after(_table, COLUMNS, "rows", gone).returning(_table.c.id)


class Told(Protocol):
    """When and through which packet and source the hub learnt of rows: the work of a packet is told so."""

    @property
    def now(self) -> datetime:
        """The moment they were learnt."""

    @property
    def packet_id(self) -> int | None:
        """The packet that told."""

    @property
    def source(self) -> str:
        """The word for who told."""


def portions(values: Sequence[Any], size: int = PORTION) -> Iterable[Sequence[Any]]:
    """Cut a sequence into portions that fit one statement in both databases."""
    return (values[start : start + size] for start in range(0, len(values), size))


def lock_people(session: Session, person_ids: Iterable[int]) -> dict[int, int]:
    """Keep other packets from these people until the end of the transaction, in id order so that none dead-lock.

    Returns whom those lead to that were joined to another record, perhaps since they were looked for; such a survivor
    is kept as well.
    """
    leads: dict[int, int] = {}
    for some in portions(sorted(set(person_ids))):
        connection = session.connection()
        values = {"ids": ids_parameter(connection.dialect.name, some)}
        locked = say_prepared(connection, _lock(connection.dialect.name), values)
        leads |= {person_id: survivor_id for person_id, survivor_id in locked if survivor_id is not None}
    if leads:
        further = lock_people(session, leads.values())
        leads.update({one: further[survivor] for one, survivor in leads.items() if survivor in further})
    return leads


def attachments_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[AttachmentState]]:
    """Return the attachments of people as known now, oldest first.

    Those of a record joined to a person are the person's, but for the days the person has own ones of the sort.
    """
    found: defaultdict[int, list[AttachmentState]] = defaultdict(list)
    joined: list[tuple[int, AttachmentState]] = []
    for some in portions(sorted(set(person_ids))):
        connection = session.connection()
        values = {"ids": ids_parameter(connection.dialect.name, some)}
        for owner, *columns in say_prepared(connection, _known_now(connection.dialect.name), values):
            row = AttachmentState(*columns)
            if row.person_id == owner:
                found[owner].append(row)
            else:
                joined.append((owner, row))
    for owner, row in joined:
        if not any(row.area_type == one.area_type and _meet(row, one) for one in found[owner]):
            found[owner].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.valid_from, row.id))
    return found


def _meet(one: AttachmentState, other: AttachmentState) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to


def retract(session: Session, rows: Iterable[AttachmentState], told: Told) -> None:
    """Mark rows as known no longer; they stay readable as of earlier moments."""
    for some in portions([row.id for row in rows]):
        connection = session.connection()
        values = {"ids": ids_parameter(connection.dialect.name, some), "now": told.now}
        connection.execute(_retract(connection.dialect.name), values)


def replace_rows(
    session: Session, retracted: Sequence[AttachmentState], rows: Sequence[tuple[AttachmentState, str]], told: Told
) -> list[int]:
    """Retract rows and insert others in their place, with the ids of these in the same order; few in one round trip."""
    connection = session.connection()
    if not rows or connection.dialect.name != "postgresql" or len(rows) > MANY_ROWS:
        retract(session, retracted, told)
        return record_rows(session, rows, told)
    given = ((*row[1:], *_learnt(told, record_number), at) for at, (row, record_number) in enumerate(rows))
    values = {
        "ids": ids_parameter(connection.dialect.name, [row.id for row in retracted]),
        "now": told.now,
        "rows": rows_text((*COLUMNS, ORDER), given),
    }
    return sorted(row_id for (row_id,) in say_prepared(connection, _replace(), values))


def _learnt(told: Told, record_number: str) -> tuple[Any, ...]:
    return told.now, OPEN_MOMENT, told.packet_id, record_number[:36], told.source


def record_rows(session: Session, rows: Sequence[tuple[AttachmentState, str]], told: Told) -> list[int]:
    """Insert rows with the number of the record that caused them and return their ids in the same order."""
    if not rows:
        return []
    ids = list(reserve_ids(session, cast(Table, Attachment.__table__), len(rows)))
    values = [
        {
            **{name: getattr(row, name) for name in STATE},
            "id": row_id,
            **dict(zip(LEARNT, _learnt(told, number), strict=True)),
        }
        for row_id, (row, number) in zip(ids, rows, strict=True)
    ]
    session.connection().execute(INSERT, values)
    return ids
