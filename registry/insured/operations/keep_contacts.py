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
from registry.insured.tables import Contact, Person, PersonHistory
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from registry.store.bulk import insert_rows, reserve_ids
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
    "event",
    "history_id",
)
ACT, ASPECT, EVENT = "contacts", "contact", "П04"
LONGEST = 250
_contacts = cast(Table, Contact.__table__)
_people = cast(Table, Person.__table__)
_history = cast(Table, PersonHistory.__table__)


@dataclass(frozen=True, slots=True)
class ContactChange:
    """A new value of one kind of contact of a person since a day; an empty value takes it away."""

    person_id: int
    kind: str
    value: str
    since: date
    record_number: str = ""
    organisation_code: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where contacts come from and when they were learnt."""

    now: datetime
    packet_id: int | None = None
    source: str = ""


def keep_contacts(session: Session, changes: Sequence[ContactChange], origin: Origin) -> list[Change]:
    """Write contacts: the last of a person and kind wins, a value known on its day already changes nothing.

    A value ends the one it follows the day before, and holds until the next one known: messages may come late. Every
    record that changes something of a person leaves a row of its history.
    """
    wanted = {(one.person_id, one.kind): one for one in changes}
    known = _known(session, {one.person_id for one in wanted.values()})
    written = [one for key, one in wanted.items() if _held_on(known[key], one.since) != one.value[:LONGEST]]
    acts = _write_acts(session, written, origin)
    cut: list[tuple[Contact, int]] = []
    rows: list[tuple[Any, ...]] = []
    for one in written:
        held, act = known[one.person_id, one.kind], acts[one.person_id, one.record_number]
        covering = _covering(held, one.since)
        following = min((row.valid_from for row in held if row.valid_from > one.since), default=None)
        if covering is not None:
            cut.append((covering, act))
            if covering.valid_from < one.since:
                rows.append(_ended(covering, one.since - DAY, origin, act))
        if one.value:
            rows.append(_row(one, following - DAY if following else OPEN_DATE, origin, act))
    if cut:
        gone = probe(session, [("id", BigInteger), ("act", BigInteger)], [(row.id, act) for row, act in cut])
        taken = {"retracted_at": origin.now, "retracted_by": gone.c.act}
        session.connection().execute(update(_contacts).where(_contacts.c.id == gone.c.id).values(taken))
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


def _covering(held: Sequence[Contact], on: date) -> Contact | None:
    return next((row for row in held if row.valid_from <= on <= row.valid_to), None)


def _held_on(held: Sequence[Contact], on: date) -> str:
    covering = _covering(held, on)
    return covering.value if covering else ""


def _write_acts(session: Session, written: Sequence[ContactChange], origin: Origin) -> dict[tuple[int, str], int]:
    """A row of the history for everything one record changes of a person; returns the numbers."""
    acts = {(one.person_id, one.record_number): one for one in written}
    ids = reserve_ids(session, _history, len(acts))
    rows = [
        {
            "id": act_id,
            "person_id": one.person_id,
            "recorded_at": origin.now,
            "on": one.since,
            "act": ACT,
            "aspects": ASPECT,
            "event": EVENT,
            "reason": "",
            "source": origin.source,
            "organisation_code": one.organisation_code[:6],
            "operator": one.operator[:100],
            "packet_id": origin.packet_id,
            "record_number": one.record_number[:36],
        }
        for act_id, one in zip(ids, acts.values(), strict=True)
    ]
    if rows:
        insert_rows(session, _history, tuple(rows[0]), [tuple(row.values()) for row in rows])
    return dict(zip(acts, ids, strict=True))


def _ended(known: Contact, until: date, origin: Origin, act: int) -> tuple[Any, ...]:
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
        known.event,
        act,
    )


def _row(one: ContactChange, until: date, origin: Origin, act: int) -> tuple[Any, ...]:
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
        EVENT,
        act,
    )


def _change(one: ContactChange) -> Change:
    return Change("contact_changed", one.person_id, "", one.since, one.record_number, {"kind": one.kind})
