"""Keeping how people are reached: the former telephone stays, with the days it was true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, String, Table, select, update
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.tables import Contact, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows
from registry.store.probe import probe

KINDS = ("phone", "work_phone", "email", "representative")
DAY = timedelta(days=1)
COLUMNS = (
    "person_id",
    "kind",
    "value",
    "valid_from",
    "valid_to",
    "recorded_at",
    "packet_id",
    "record_number",
    "source",
)
LONGEST = 250
_contacts = cast(Table, Contact.__table__)
_people = cast(Table, Person.__table__)


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A new value of one kind of contact of a person since a day; an empty value takes it away."""

    person_id: int
    kind: str
    value: str
    since: date
    record_number: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where contacts come from and when they were learnt."""

    now: datetime
    packet_id: int | None = None
    source: str = ""


def keep_contacts(session: Session, changes: Sequence[ContactChange], origin: Origin) -> list[Change]:
    """Write contacts: the last of a person and kind wins, a value known on its day already changes nothing.

    A value ends the one it follows the day before, and holds until the next one known: messages may come late.
    """
    wanted = {(one.person_id, one.kind): one for one in changes}
    known = _known(session, {one.person_id for one in wanted.values()})
    written: list[ContactChange] = []
    cut: list[Contact] = []
    rows: list[tuple[Any, ...]] = []
    for key, one in wanted.items():
        held = known[key]
        covering = next((row for row in held if row.valid_from <= one.since <= row.valid_to), None)
        if (covering.value if covering else "") == one.value[:LONGEST]:
            continue
        written.append(one)
        following = min((row.valid_from for row in held if row.valid_from > one.since), default=None)
        if covering is not None:
            cut.append(covering)
            if covering.valid_from < one.since:
                rows.append(_ended(covering, one.since - DAY, origin))
        if one.value:
            rows.append(_row(one, following - DAY if following else OPEN_DATE, origin))
    if cut:
        gone = probe(session, [("id", BigInteger)], [(row.id,) for row in cut])
        retract = update(_contacts).where(_contacts.c.id == gone.c.id).values(retracted_at=origin.now)
        session.connection().execute(retract)
    insert_rows(session, _contacts, COLUMNS, rows)
    latest = [one for one in written if all(row.valid_from <= one.since for row in known[one.person_id, one.kind])]
    phones = [(one.person_id, one.value[:40]) for one in latest if one.kind == "phone"]
    if phones:
        told = probe(session, [("one", BigInteger), ("number", String)], phones)
        set_phone = update(_people).where(_people.c.id == told.c.one).values(phone=told.c.number)
        session.connection().execute(set_phone)
    return [_change(one) for one in written]


def _known(session: Session, person_ids: Iterable[int]) -> defaultdict[tuple[int, str], list[Contact]]:
    asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(person_ids)])
    query = (
        select(Contact)
        .join(asked, asked.c.id == Contact.person_id)
        .where(Contact.retracted_at == OPEN_MOMENT)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[tuple[int, str], list[Contact]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.person_id, row.kind].append(row)
    return found


def _ended(known: Contact, until: date, origin: Origin) -> tuple[Any, ...]:
    return (
        known.person_id,
        known.kind,
        known.value,
        known.valid_from,
        until,
        origin.now,
        known.packet_id,
        known.record_number,
        known.source,
    )


def _row(one: ContactChange, until: date, origin: Origin) -> tuple[Any, ...]:
    return (
        one.person_id,
        one.kind,
        one.value[:LONGEST],
        one.since,
        until,
        origin.now,
        origin.packet_id,
        one.record_number[:36],
        origin.source,
    )


def _change(one: ContactChange) -> Change:
    return Change("contact_changed", one.person_id, "", one.since, one.record_number, {"kind": one.kind})
