"""Keeping rows by their sender and its own number: a repetition changes nothing, other content is a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import select

from registry.core.changes import Change
from registry.core.outcomes import Item
from registry.core.plain import plain_values
from registry.core.work import Work
from registry.exchange.tables import Packet
from registry.store.locks import advisory_lock
from registry.support.plans.tables import Reported

R = TypeVar("R", bound=Reported)
PORTION = 2_000


@dataclass(slots=True)
class Telling(Generic[R]):
    """One record against the row it is about: the one with the same number of the same sender, if there is one."""

    item: Item
    sender_id: int
    rid: int
    words: dict[str, Any]
    row: R | None

    @property
    def record(self) -> Any:
        """The record as read."""
        return self.item.record

    @property
    def person_id(self) -> int:
        """The person found; kinds without a person do not ask."""
        return int(self.item.identification.person_id)

    @property
    def repeats(self) -> bool:
        """True when the row says exactly this already."""
        return self.row is not None and self.row.told == self.words


def lock_plans(work: Work) -> None:
    """Keep other packets about plans waiting: two senders may tell of one person at one moment."""
    advisory_lock(work.session, "plans")


def tellings(work: Work, model: type[R]) -> list[Telling[R]]:
    """Return the open records of a packet with the rows they are about."""
    sender_id = work.session.get_one(Packet, work.packet_id).organisation_id
    items = [item for item in work.items if item.is_open]
    numbers = [int(item.record.number or 0) for item in items]
    rows: dict[int, R] = {}
    for some in portions(numbers):
        found = work.session.scalars(select(model).where(model.sender_id == sender_id, model.rid.in_(some)))
        rows.update({row.rid: row for row in found if row.rid is not None})
    return [
        Telling(item, sender_id, rid, words_of(item), rows.get(rid)) for item, rid in zip(items, numbers, strict=True)
    ]


def portions(values: Collection[int]) -> Iterator[list[int]]:
    """Yield values in lists that fit into one statement."""
    listed = sorted(set(values))
    for start in range(0, len(listed), PORTION):
        yield listed[start : start + PORTION]


def words_of(item: Item) -> dict[str, Any]:
    """Return all that a sender said in one record but its number."""
    return {name: value for name, value in plain_values(item.record).items() if name != "number"}


def keep(work: Work, telling: Telling[R], model: type[R], columns: dict[str, Any]) -> R:
    """Write the row of a record, with a change that tells which fields are not as they were."""
    row, words = telling.row, telling.words
    before: dict[str, Any] = {}
    if row is None:
        row = model()
        row.sender_id, row.rid, row.recorded_at = telling.sender_id, telling.rid, work.now
    else:
        before = row.told
    name = telling.item.kind.name
    differing = sorted(key for key in before.keys() | words.keys() if before.get(key) != words.get(key))
    row.told, row.packet_id, row.changed_at = words, work.packet_id, work.now
    for column, value in columns.items():
        setattr(row, column, value)
    work.session.add(row)
    found = telling.item.identification
    telling.item.changes.append(
        Change(
            f"{name}_changed" if before else f"{name}_added",
            found.person_id if found is not None else None,
            str(columns.get("clinic_code") or ""),
            record_number=str(telling.rid),
            facts={"fields": differing} if before else {},
        )
    )
    return row
