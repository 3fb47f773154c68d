"""Writing what was accepted, and taking it back: contacts by their own operation, the rest by the ledger of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.operations.keep_contacts import ACT as CONTACTS
from registry.insured.operations.keep_contacts import KINDS, ContactChange, keep_contacts
from registry.insured.operations.keep_contacts import Origin as ContactOrigin
from registry.insured.operations.people import (
    Act,
    FactChange,
    Origin,
    PeopleLedger,
    Told,
    change_facts,
    open_people,
)
from registry.insured.operations.people.undo import undo_act
from registry.insured.operations.people.writing import write_people
from registry.insured.tables import PersonHistory
from registry.store.probe import probe

ERROR_CORRECTED = "П17"
Place = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every operation of the buffer is given besides the session: the moment and the day of the fund."""

    now: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Undoing:
    """What one accepted change wrote: acts of the history of its person, and contacts with what stood before."""

    person_id: int
    history: Sequence[int]
    contacts: Mapping[str, str] = field(default_factory=dict)
    since: date = date.min
    record_number: str = ""


def write_facts(session: Session, changes: Sequence[FactChange], told: Told) -> list[Change]:
    """Write accepted values of any number of people and return what others are told of them."""
    contacts = [
        ContactChange(
            one.person_id, name, str(value or ""), one.since, one.record_number, one.organisation_code, one.operator
        )
        for one in changes
        for name, value in one.values.items()
        if name in KINDS
    ]
    facts = [
        replace(one, values=values)
        for one in changes
        if (values := {name: value for name, value in one.values.items() if name not in KINDS})
    ]
    caused = keep_contacts(session, contacts, _origin(told)) if contacts else []
    return [*caused, *(change_facts(session, facts, told) if facts else [])]


def history_of(session: Session, changes: Iterable[FactChange], told: Told) -> dict[Place, list[int]]:
    """Return the numbers of the history rows that writing these facts has left, by person and record."""
    asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted({each.person_id for each in changes})])
    query = (
        select(PersonHistory.id, PersonHistory.person_id, PersonHistory.record_number)
        .join(asked, asked.c.id == PersonHistory.person_id)
        .where(
            PersonHistory.recorded_at == told.now,
            PersonHistory.packet_id.is_not_distinct_from(told.packet_id),
            PersonHistory.act != CONTACTS,  # they are taken back by their values
        )
        .order_by(PersonHistory.id)
    )
    found: defaultdict[Place, list[int]] = defaultdict(list)
    for row in session.execute(query):
        found[row.person_id, row.record_number].append(row.id)
    return found


def undo_facts(session: Session, undoings: Sequence[Undoing], told: Told, login: str) -> tuple[set[int], list[Change]]:
    """Take back what was written, each person wholly or not at all.

    Returns the places of those taken back, and the changes; where a later act stands on one, nothing of it is touched.
    """
    done: set[int] = set()
    changes: list[Change] = []
    single = {place: one for place, one in enumerate(undoings) if len(one.history) <= 1}
    apart = [{place: one} for place, one in enumerate(undoings) if place not in single]
    for some in [single, *apart]:
        ledger = open_people(
            session, {one.person_id for one in some.values()}, Origin(told.now, told.source, told.packet_id)
        )
        undone = {place for place, one in some.items() if _undo(ledger, one, told, login)}
        if undone == some.keys() or some is single:
            done |= undone
            changes += write_people(ledger)
    contacts = [
        ContactChange(one.person_id, name, value, one.since, one.record_number, operator=login)
        for place, one in enumerate(undoings)
        if place in done
        for name, value in one.contacts.items()
    ]
    return done, [*(keep_contacts(session, contacts, _origin(told)) if contacts else []), *changes]


def _undo(ledger: PeopleLedger, one: Undoing, told: Told, login: str) -> bool:
    act = Act("undone", told.now.date(), ERROR_CORRECTED, "", one.record_number, login)
    return all(undo_act(ledger, ledger[one.person_id], number, act) for number in reversed(one.history))


def _origin(told: Told) -> ContactOrigin:
    return ContactOrigin(told.now, told.packet_id, told.source)
