"""The ledger: people read and locked at once, changed in memory by any number of acts, written at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, or_, select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.operations.people.aspects import ASPECTS, NAMES, Aspect
from registry.insured.rules.timelines import Act, Row, Timeline
from registry.insured.tables import Person
from registry.store.base import OPEN_MOMENT
from registry.store.bulk import reserve_ids
from registry.store.locks import lock_rows
from registry.store.probe import probe

PEOPLE: Any = Person.__table__
INSURED, ANNULLED, DEAD, SUSPENDED, FOREIGN = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Origin:
    """When the hub learns what is written, from which packet and from what sort of source."""

    now: datetime
    source: str
    packet_id: int | None = None

    @property
    def today(self) -> date:
        """The day of the writing."""
        return self.now.date()


@dataclass(slots=True)
class PersonState:
    """A person as known now: what the row of the person holds, and the timelines of everything dated."""

    id: int
    bdz_id: str
    enp: str = ""
    status: int = INSURED
    died_on: date | None = None
    death_source: str = ""
    merged_into: int | None = None
    recorded_at: datetime = OPEN_MOMENT
    is_new: bool = False
    is_touched: bool = False
    lines: dict[str, Timeline] = field(default_factory=dict)

    def line(self, aspect: Aspect, values: Mapping[str, Any] | None = None) -> Timeline:
        """The timeline of a sort of rows; where one sort has several, ``values`` tell which."""
        name = aspect.line_of(values or {**aspect.defaults})
        found = self.lines.get(name)
        if found is None:
            found = self.lines[name] = Timeline(aspect.defaults, aspect.carries)
        return found

    def of(self, aspect: Aspect) -> Iterator[Timeline]:
        """Every timeline of a sort of rows."""
        return (line for name, line in self.lines.items() if name.rstrip("0123456789") == aspect.name)

    @property
    def names(self) -> Row | None:
        """The latest names, sex and birth date."""
        return self.line(NAMES).last


@dataclass(slots=True)
class PeopleLedger:
    """People open for changes. ``changes`` gathers what others are told, ``acts`` what the history will hold.

    ``leads`` tells whose record stands for a record that was joined to it.
    """

    session: Session
    origin: Origin
    people: dict[int, PersonState]
    spare_ids: list[int] = field(default_factory=list)
    acts: dict[tuple[int, Act], list[str]] = field(default_factory=dict)
    history_ids: dict[tuple[int, Act], int] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    corrected: dict[int, tuple[int, Act]] = field(default_factory=dict)
    leads: dict[int, int] = field(default_factory=dict)

    def __getitem__(self, person_id: int) -> PersonState:
        return self.people[self.leads.get(person_id, person_id)]

    def note(self, person: PersonState, act: Act, aspect: str) -> None:
        """Remember that an act touched something of a person: there will be a history row of it."""
        person.is_touched = True
        aspects = self.acts.setdefault((person.id, act), [])
        if aspect not in aspects:
            aspects.append(aspect)

    def say(
        self, person: PersonState, act: Act, name: str, organisation: str = "", on: date | None = None, **facts: Any
    ) -> None:
        """Tell others of a fact; no personal data goes into ``facts``."""
        told = {**facts, "event": act.event, "reason": facts.get("reason") or act.reason}
        told = {key: value.isoformat() if isinstance(value, date) else value for key, value in told.items()}
        self.changes.append(Change(name, person.id, organisation, on or act.on, act.record_number, told))


def open_people(
    session: Session, person_ids: Iterable[int], origin: Origin, *, newcomers: int = 0, follow: bool = False
) -> PeopleLedger:
    """Lock these people and read everything known of them now; ids for as many newcomers are reserved.

    With ``follow`` whoever was joined to another record, perhaps since being looked for, stands for that record.
    """
    wanted = sorted(set(person_ids))
    spare = list(reserve_ids(session, PEOPLE, newcomers)) if newcomers else []
    ledger = PeopleLedger(session, origin, {}, spare)
    ids = wanted
    while ids:
        lock_rows(session, PEOPLE, ids)
        ledger.people.update(read_people(session, ids))
        survivors = {one.merged_into for one in ledger.people.values() if one.merged_into is not None}
        ids = sorted(survivors - ledger.people.keys()) if follow else []
    for one in wanted if follow else ():
        last = one
        while (survivor := ledger.people[last].merged_into) is not None:
            last = survivor
        if last != one:
            ledger.leads[one] = last
    return ledger


def read_people(session: Session, ids: Sequence[int]) -> dict[int, PersonState]:
    """Return what is known now of these people, without keeping anybody from them."""
    session.flush()
    found: dict[int, PersonState] = {}
    read = session.connection().execute
    wanted = probe(session, [("wanted_id", BigInteger)], [(one,) for one in ids])
    names = ("id", "bdz_id", "enp", "status", "died_on", "death_source", "merged_into", "recorded_at")
    people = select(*(PEOPLE.c[name] for name in names)).join(wanted, wanted.c.wanted_id == PEOPLE.c.id)
    for known in read(people).mappings():
        found[known["id"]] = PersonState(**known)
    for aspect in ASPECTS:
        table = aspect.table
        query = (
            select(table)
            .join(wanted, wanted.c.wanted_id == table.c.person_id)
            .where(or_(table.c.retracted_at == OPEN_MOMENT, table.c.retracted_by.is_not(None)))
            .order_by(table.c.person_id, table.c.valid_from, table.c.valid_to, table.c.id)
        )
        for row in read(query).mappings():
            _take(found[row["person_id"]], aspect, dict(row))
    return found


def _take(person: PersonState, aspect: Aspect, stored: Mapping[str, Any]) -> None:
    values = aspect.values_of(stored)
    row = Row(
        values,
        stored["valid_from"],
        stored["valid_to"],
        stored["id"],
        origin=(stored["packet_id"], stored["record_number"], stored["event"], stored["source"]),
        history_id=stored["history_id"],
        gone_by=stored["retracted_by"],
    )
    line = person.line(aspect, values)
    (line.rows if stored["retracted_at"] == OPEN_MOMENT else line.past).append(row)
