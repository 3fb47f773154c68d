"""Reading and writing of attachment rows in bulk; nothing is overwritten, a row that no longer counts is retracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from registry.insured.rules.attachment import AttachmentState
from registry.insured.tables import Attachment, Person
from registry.store.base import OPEN_MOMENT
from registry.store.bulk import reserve_ids

STATE = tuple(AttachmentState.__slots__)
PORTION = 5_000


# built once: making a statement costs more than running it for one record
_table = cast(Table, Attachment.__table__)
LOCK = select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))).order_by(Person.id).with_for_update()
KNOWN_NOW = (
    select(*(getattr(Attachment, name) for name in STATE))
    .where(Attachment.person_id.in_(bindparam("ids", expanding=True)), Attachment.retracted_at == OPEN_MOMENT)
    .order_by(Attachment.person_id, Attachment.valid_from, Attachment.id)
)
RETRACT = update(_table).where(_table.c.id.in_(bindparam("ids", expanding=True))).values(retracted_at=bindparam("now"))
INSERT = insert(_table)


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


def lock_people(session: Session, person_ids: Iterable[int]) -> None:
    """Keep other packets from these people until the end of the transaction, in id order so that none dead-lock."""
    for some in portions(sorted(set(person_ids))):
        session.connection().execute(LOCK, {"ids": some})


def attachments_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[AttachmentState]]:
    """Return the attachments of people as known now, oldest first."""
    found: defaultdict[int, list[AttachmentState]] = defaultdict(list)
    for some in portions(sorted(set(person_ids))):
        for row in session.connection().execute(KNOWN_NOW, {"ids": some}):
            found[row.person_id].append(AttachmentState(*row))
    return found


def retract(session: Session, rows: Iterable[AttachmentState], told: Told) -> None:
    """Mark rows as known no longer; they stay readable as of earlier moments."""
    for some in portions([row.id for row in rows]):
        session.connection().execute(RETRACT, {"ids": some, "now": told.now})


def record_rows(session: Session, rows: Sequence[tuple[AttachmentState, str]], told: Told) -> list[int]:
    """Insert rows with the number of the record that caused them and return their ids in the same order."""
    if not rows:
        return []
    ids = list(reserve_ids(session, cast(Table, Attachment.__table__), len(rows)))
    values = [
        {
            **{name: getattr(row, name) for name in STATE},
            "id": row_id,
            "recorded_at": told.now,
            "retracted_at": OPEN_MOMENT,
            "packet_id": told.packet_id,
            "record_number": number[:36],
            "source": told.source,
        }
        for row_id, (row, number) in zip(ids, rows, strict=True)
    ]
    session.connection().execute(INSERT, values)
    return ids
