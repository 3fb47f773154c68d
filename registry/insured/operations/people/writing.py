"""Writing what a ledger gathered: history rows, rows that stop counting, new rows, the people, their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Date, SmallInteger, String, update

from registry.core.changes import Change
from registry.insured.keys import ensure_key_secret, refresh_keys
from registry.insured.operations.people.aspects import ASPECTS, INSURANCE, POLICY, Aspect
from registry.insured.operations.people.ledger import PEOPLE, PeopleLedger, PersonState
from registry.insured.rules.timelines import Act, Row
from registry.insured.tables import PersonHistory
from registry.store.base import OPEN_MOMENT
from registry.store.bulk import insert_rows, reserve_ids
from registry.store.probe import probe

HISTORY: Any = PersonHistory.__table__
HISTORY_COLUMNS = (
    "id",
    "person_id",
    "recorded_at",
    "on",
    "act",
    "aspects",
    "event",
    "reason",
    "source",
    "organisation_code",
    "operator",
    "packet_id",
    "record_number",
)
NEW_COLUMNS = ("id", "bdz_id", "enp", "status", "died_on", "death_source", "recorded_at")
KNOWN_BEFORE = "load"
ORIGIN_COLUMNS = (
    "id",
    "person_id",
    "valid_from",
    "valid_to",
    "recorded_at",
    "retracted_at",
    "packet_id",
    "record_number",
    "event",
    "source",
    "history_id",
)


def write_people(ledger: PeopleLedger) -> list[Change]:
    """Write everything the acts changed and return what others are told; afterwards the ledger is used up."""
    touched = [person for person in ledger.people.values() if person.is_touched]
    if not touched:
        return []
    _write_newcomers(ledger, [person for person in touched if person.is_new])
    _write_history(ledger)
    policies: dict[int, int] = {}
    for aspect in ASPECTS:
        _ground(ledger, aspect, touched)
        if aspect is INSURANCE:
            _repoint(ledger, touched, policies)
        _retract(ledger, aspect, touched)
        _insert(ledger, aspect, touched, policies)
    _write_people(ledger, [person for person in touched if not person.is_new])
    _tell(ledger)
    refresh_keys(ledger.session, [person.id for person in touched], ensure_key_secret(ledger.session))
    return ledger.changes


def _write_newcomers(ledger: PeopleLedger, people: Sequence[PersonState]) -> None:
    rows = [
        (one.id, one.bdz_id, one.enp, one.status, one.died_on, one.death_source, ledger.origin.now) for one in people
    ]
    insert_rows(ledger.session, PEOPLE, NEW_COLUMNS, rows)


def _write_history(ledger: PeopleLedger) -> None:
    ids = reserve_ids(ledger.session, HISTORY, len(ledger.acts))
    ledger.history_ids.update(zip(ledger.acts, ids, strict=True))
    origin = ledger.origin
    rows = [
        (
            ledger.history_ids[person_id, act],
            person_id,
            origin.now,
            act.on,
            act.name,
            ",".join(aspects)[:200],
            act.event,
            act.reason,
            origin.source,
            act.organisation_code,
            act.operator[:100],
            origin.packet_id,
            act.record_number[:36],
        )
        for (person_id, act), aspects in ledger.acts.items()
    ]
    insert_rows(ledger.session, HISTORY, HISTORY_COLUMNS, rows)
    if ledger.corrected:
        wrong = probe(
            ledger.session,
            [("history_id", BigInteger), ("by", BigInteger)],
            [(one, ledger.history_ids[key]) for one, key in ledger.corrected.items()],
        )
        ledger.session.connection().execute(
            update(HISTORY).where(HISTORY.c.id == wrong.c.history_id).values(corrected_by=wrong.c.by)
        )


def _tell(ledger: PeopleLedger) -> None:
    """Say of every act which history row it became."""
    registered: set[int] = set()
    for (person_id, act), aspects in ledger.acts.items():
        person = ledger.people[person_id]
        first = person.is_new and person_id not in registered
        registered.add(person_id)
        name = "person_registered" if first else "person_changed"
        ledger.say(
            person,
            act,
            name,
            act.organisation_code,
            done=act.name,
            aspects=aspects,
            history_id=history_of(ledger, person, act),
        )


def history_of(ledger: PeopleLedger, person: PersonState, act: Act) -> int | None:
    """The number of the history row of an act about a person; ``None`` when it changed nothing."""
    return ledger.history_ids.get((person.id, act))


def _ground(ledger: PeopleLedger, aspect: Aspect, people: Sequence[PersonState]) -> None:
    """Write what was known before the first row as known since the person is: nobody told it now, it is no news."""
    known = [(person, row) for person in people for line in person.of(aspect) for row in line.grounds]
    rows = []
    for row_id, (person, row) in zip(reserve_ids(ledger.session, aspect.table, len(known)), known, strict=True):
        row.id = row_id
        origin = (person.recorded_at, OPEN_MOMENT, None, "", "", KNOWN_BEFORE, None)
        values = (row.values[name] for name in aspect.columns)
        rows.append((row_id, person.id, row.since, row.until, *origin, *values))
    if rows:
        insert_rows(ledger.session, aspect.table, (*ORIGIN_COLUMNS, *aspect.columns), rows)


def _repoint(ledger: PeopleLedger, people: Sequence[PersonState], policies: Mapping[int, int]) -> None:
    """Let insurance be by the row that stands for its policy now: what was told of the policy counts for it."""
    for person in people:
        acts = {row.id: row.act for line in person.of(POLICY) for row in line.rows}
        for line in person.of(INSURANCE):
            for row in [row for row in line.rows if row.id and row.values["policy_id"] in policies]:
                act = acts.get(policies[row.values["policy_id"]])
                if act is not None:
                    line.replace(row, act)
                    ledger.note(person, act, INSURANCE.name)


def _retract(ledger: PeopleLedger, aspect: Aspect, people: Sequence[PersonState]) -> None:
    gone = [
        (row.id, ledger.history_ids[person.id, act])
        for person in people
        for line in person.of(aspect)
        for row, act in line.gone
    ]
    if not gone:
        return
    table = aspect.table
    wrong = probe(ledger.session, [("row_id", BigInteger), ("by", BigInteger)], gone)
    ledger.session.connection().execute(
        update(table)
        .where(table.c.id == wrong.c.row_id)
        .values(retracted_at=ledger.origin.now, retracted_by=wrong.c.by)
    )


def _insert(ledger: PeopleLedger, aspect: Aspect, people: Sequence[PersonState], policies: dict[int, int]) -> None:
    """Insert new rows; ``policies`` learns which stored row stands for a policy now, and tells it to the insurance."""
    new = [(person, row) for person in people for line in person.of(aspect) for row in line.written]
    ids = reserve_ids(ledger.session, aspect.table, len(new))
    rows = []
    for row_id, (person, row) in zip(ids, new, strict=True):
        row.id = row_id
        if aspect is POLICY:
            before = row.replaces
            while before is not None:
                policies[before.id] = row_id
                before = before.replaces
        if aspect is INSURANCE:
            row.values["policy_id"] = _policy_id(row.values["policy_id"], policies)
        rows.append((*_origin(ledger, person, row), *(row.values[name] for name in aspect.columns)))
    insert_rows(ledger.session, aspect.table, (*ORIGIN_COLUMNS, *aspect.columns), rows)


def _policy_id(policy: Row | int, policies: dict[int, int]) -> int:
    stored = policy if isinstance(policy, int) else policy.id
    return policies.get(stored, stored)


def _origin(ledger: PeopleLedger, person: PersonState, row: Row) -> tuple[Any, ...]:
    now, told = ledger.origin, row.origin
    act: Act = row.act  # type: ignore[assignment]  # a row that is not stored was written by an act
    if not isinstance(told, tuple):
        told = (now.packet_id, (told or act).record_number[:36], (told or act).event, now.source)
    history_id = ledger.history_ids[person.id, act]
    return (row.id, person.id, row.since, row.until, now.now, OPEN_MOMENT, *told, history_id)


def _write_people(ledger: PeopleLedger, people: Sequence[PersonState]) -> None:
    """Let the rows of people hold what is true now."""
    if not people:
        return
    columns: list[tuple[str, Any]] = [
        ("one_id", BigInteger),
        ("enp", String),
        ("status", SmallInteger),
        ("died_on", Date),
        ("death_source", String),
        ("merged_into", BigInteger),
    ]
    rows = [(one.id, one.enp, one.status, one.died_on, one.death_source, one.merged_into) for one in people]
    told = probe(ledger.session, columns, rows)
    values = {name: told.c[name] for name, _ in columns[1:]}
    ledger.session.connection().execute(update(PEOPLE).where(PEOPLE.c.id == told.c.one_id).values(values))
