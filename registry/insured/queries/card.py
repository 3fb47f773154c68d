"""The card of one person: every fact with its source, the state on a day, the timeline of changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.queries.insured_days import insured_by, insured_days
from registry.insured.tables import (
    Address,
    Application,
    Attachment,
    Contact,
    DeathFact,
    IdentityDocument,
    Insurance,
    Person,
    PersonEnp,
    PersonHistory,
    PersonStatus,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE, OPEN_MOMENT

DatedRow: TypeAlias = PersonVersion | IdentityDocument | Snils | Policy | Insurance | Attachment
AnyRow: TypeAlias = DatedRow | PersonStatus | PersonEnp | DeathFact | Address | Application | Contact
T = TypeVar(
    "T",
    PersonVersion,
    IdentityDocument,
    Snils,
    Policy,
    Insurance,
    Attachment,
    PersonStatus,
    PersonEnp,
    DeathFact,
    Address,
    Application,
    Contact,
)


INSURED = 1
LATEST = OPEN_MOMENT - timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Card:
    """A person with every dated row, the newest first; retracted rows are among them. ``acts`` are history rows."""

    person: Person
    versions: list[PersonVersion]
    documents: list[IdentityDocument]
    snils: list[Snils]
    policies: list[Policy]
    insurance: list[Insurance]
    attachments: list[Attachment]
    merged_from: list[Person]
    statuses: list[PersonStatus]
    enps: list[PersonEnp]
    deaths: list[DeathFact]
    addresses: list[Address]
    applications: list[Application]
    contacts: list[Contact]
    acts: list[PersonHistory]

    @property
    def rows(self) -> list[AnyRow]:
        """Every dated row of the card."""
        return [
            *self.versions,
            *self.documents,
            *self.snils,
            *self.policies,
            *self.insurance,
            *self.attachments,
            *self.statuses,
            *self.enps,
            *self.deaths,
            *self.addresses,
            *self.applications,
            *self.contacts,
        ]


@dataclass(frozen=True, slots=True)
class StateOnDay:
    """What was true on a day, by what was known at a moment (now, unless told).

    ``last_day`` is that of the insurance, or of the last one that ended.
    """

    day: date
    version: PersonVersion | None
    document: IdentityDocument | None
    snils: Snils | None
    policy: Policy | None
    insurance: Insurance | None
    attachments: list[Attachment]
    last_insurance: Insurance | None
    next_insurance: Insurance | None
    last_day: date | None
    dead: bool
    status: int
    enp: str
    died_on: date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One step of the timeline: on a day something began or ended, and where the hub knows it from."""

    on: date
    noun: str
    act: str
    row: DatedRow
    before: DatedRow | None = None

    @property
    def recorded_at(self) -> datetime:
        """When the hub learnt it."""
        return self.row.recorded_at


def card(session: Session, person_id: int) -> Card | None:
    """The whole card; rows of people joined into this one stay with their own records."""
    person = session.get(Person, person_id)
    if person is None:
        return None
    return Card(
        person,
        _rows(session, PersonVersion, person_id),
        _rows(session, IdentityDocument, person_id),
        _rows(session, Snils, person_id),
        _rows(session, Policy, person_id),
        _rows(session, Insurance, person_id),
        _rows(session, Attachment, person_id),
        list(session.scalars(select(Person).where(Person.merged_into == person_id).order_by(Person.id))),
        _rows(session, PersonStatus, person_id),
        _rows(session, PersonEnp, person_id),
        _rows(session, DeathFact, person_id),
        _rows(session, Address, person_id),
        _rows(session, Application, person_id),
        _rows(session, Contact, person_id),
        list(
            session.scalars(
                select(PersonHistory).where(PersonHistory.person_id == person_id).order_by(PersonHistory.id.desc())
            )
        ),
    )


def as_known(found: Card, moment: datetime) -> Card:
    """The card with only the rows that were known at a moment."""

    def kept(rows: list[T]) -> list[T]:
        return [row for row in rows if row.recorded_at <= moment < row.retracted_at]

    return replace(
        found,
        versions=kept(found.versions),
        documents=kept(found.documents),
        snils=kept(found.snils),
        policies=kept(found.policies),
        insurance=kept(found.insurance),
        attachments=kept(found.attachments),
        statuses=kept(found.statuses),
        enps=kept(found.enps),
        deaths=kept(found.deaths),
        addresses=kept(found.addresses),
        applications=kept(found.applications),
        contacts=kept(found.contacts),
        acts=[act for act in found.acts if act.recorded_at <= moment],
    )


def state_on(found: Card, day: date, known_at: datetime | None = None, fund_okato: str = "") -> StateOnDay:
    """The state on a day, by what was known at a moment; the day of death still counts (clause 4)."""
    whole, found = found, as_known(found, known_at or LATEST)
    insurance = insured_days(found.insurance, whole.policies)
    held = insured_by(insurance, day, fund_okato)
    ended = [one for one in insurance if one.last_day < day and one.row.valid_from <= day]
    last = max(ended, key=lambda one: (one.last_day, one.row.valid_from), default=None)
    best = held.row if held is not None else None
    died_on = _died_on(whole, found)
    policies = [row for row in found.policies if row.valid_from <= day <= row.valid_to]
    named = [row for row in policies if best is not None and row.id == best.policy_id]
    enp = _on(found.enps, day) or _earliest(found.enps)
    status = _on(found.statuses, day) or _earliest(found.statuses)
    return StateOnDay(
        day,
        _on(found.versions, day) or _earliest(found.versions),
        _on(found.documents, day),
        _on(found.snils, day),
        next(iter(named or policies), None),
        best,
        sorted((row for row in found.attachments if _holds(row, day)), key=lambda row: row.area_type),
        last.row if last is not None else None,
        min((row for row in found.insurance if row.valid_from > day), key=lambda row: row.valid_from, default=None),
        next((one.last_day for one in (held, last) if one is not None), None),
        died_on is not None and died_on < day,
        status.status if status is not None else _first_status(whole),
        enp.number if enp is not None else _first_enp(whole),
        died_on,
    )


def _died_on(whole: Card, known: Card) -> date | None:
    """The registered death as known; one that was loaded has no row until something more is told of it."""
    if whole.deaths:
        return next((row.valid_from for row in known.deaths if row.registered), None)
    return whole.person.died_on


def _first_status(whole: Card) -> int:
    """Of whom no status is known: what the person has now, unless a history of it has begun."""
    return INSURED if whole.statuses else whole.person.status


def _first_enp(whole: Card) -> str:
    return "" if whole.enps else whole.person.enp


def timeline(found: Card) -> list[Fact]:
    """Beginnings and ends of every fact that is not retracted, the newest first."""
    facts = [
        *_began(found.versions, "person"),
        *_began(found.documents, "document"),
        *_began(found.snils, "snils"),
        *_began(found.policies, "policy"),
        *_began(found.insurance, "insurance"),
        *_ended(found.insurance, "insurance"),
    ]
    for area_type in sorted({row.area_type for row in found.attachments}):
        rows = [row for row in found.attachments if row.area_type == area_type]
        facts += [*_began(rows, "attachment"), *_ended(rows, "attachment")]
    return sorted(
        facts, key=lambda fact: (fact.on, fact.act == "began", fact.row.recorded_at, fact.row.id), reverse=True
    )


def _rows(session: Session, table: type[T], person_id: int) -> list[T]:
    query = select(table).where(table.person_id == person_id)
    return list(session.scalars(query.order_by(table.valid_from.desc(), table.recorded_at.desc(), table.id.desc())))


def _known(row: AnyRow) -> bool:
    return row.retracted_at == OPEN_MOMENT


def _holds(row: AnyRow, day: date) -> bool:
    return row.valid_from <= day <= row.valid_to


def _on(rows: Sequence[T], day: date) -> T | None:
    return next((row for row in rows if _holds(row, day)), None)


def _earliest(rows: Sequence[T]) -> T | None:
    return rows[-1] if rows else None


def _began(rows: Iterable[DatedRow], noun: str) -> list[Fact]:
    known = sorted((row for row in rows if _known(row)), key=lambda row: (row.valid_from, row.id))
    befores: list[DatedRow | None] = [None, *known]
    return [Fact(row.valid_from, noun, "began", row, before) for row, before in zip(known, befores, strict=False)]


def _ended(rows: Iterable[DatedRow], noun: str) -> list[Fact]:
    """Ends that no later beginning of the same noun explains."""
    known = sorted((row for row in rows if _known(row)), key=lambda row: (row.valid_from, row.id))
    followed = {earlier.id for earlier, later in pairwise(known) if (later.valid_from - earlier.valid_to).days <= 1}
    return [
        Fact(row.valid_to, noun, "ended", row) for row in known if row.valid_to != OPEN_DATE and row.id not in followed
    ]
