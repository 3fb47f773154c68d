"""Proposing changes of people: what may apply at once is written, the rest waits in the buffer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import BigInteger, String, Table, select, update
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.plain import plain
from registry.insured.buffer.fields import title_of
from registry.insured.buffer.operations.write_facts import Circumstances, write_facts
from registry.insured.buffer.queries.known import known_people
from registry.insured.buffer.queries.rules import rules_on
from registry.insured.buffer.rules import UNKNOWN, KnownPerson, Parted, Proposal, Proposer, part
from registry.insured.buffer.tables import BufferedChange, BufferStep
from registry.insured.buffer.workflow import OPEN, BufferState
from registry.insured.operations.attachment_rows import lock_people, portions
from registry.insured.operations.people import FactChange, Told
from registry.store.bulk import insert_rows, reserve_ids
from registry.store.probe import probe

_changes = cast(Table, BufferedChange.__table__)
_steps = cast(Table, BufferStep.__table__)
COLUMNS = (
    "id",
    "person_id",
    "created_at",
    "sender_kind",
    "sender_code",
    "organisation_id",
    "source",
    "packet_id",
    "record_number",
    "since",
    "event",
    "insurer_code",
    "doubt",
    "known",
    "proposed",
    "reasons",
)
RECEIVED, DATA_CHANGED = "receive", "П04"


@dataclass(slots=True)
class Proposed:
    """What became of a proposal: values written, values that wait, the row they wait in, findings, changes caused."""

    proposal: Proposal
    person_id: int
    applied: dict[str, Any] = field(default_factory=dict)
    waiting: dict[str, Any] = field(default_factory=dict)
    buffer_id: int | None = None
    findings: list[Finding] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


def propose_changes(
    session: Session, proposals: Sequence[Proposal], proposer: Proposer, circumstances: Circumstances
) -> list[Proposed]:
    """Apply and buffer a batch of proposals; answers stand in the order of the proposals.

    A packet that is processed again finds what it buffered before and adds nothing. Proposals about a joined record
    speak of the survivor.
    """
    if not proposals:
        return []
    leads = lock_people(session, (one.person_id for one in proposals))
    answers = [Proposed(one, leads.get(one.person_id, one.person_id)) for one in proposals]
    people = {one.person_id for one in answers}
    known = known_people(session, people, circumstances.today)
    rules = rules_on(session, circumstances.today)
    parted = [part(one.proposal, known.get(one.person_id, UNKNOWN), proposer, rules) for one in answers]
    _apply(session, answers, parted, proposer, circumstances)
    _buffer(session, answers, parted, proposer, circumstances, known)
    mark_stale(session, {one.person_id: set(one.applied) for one in answers if one.applied})
    return answers


def _apply(
    session: Session,
    answers: Sequence[Proposed],
    parted: Sequence[Parted],
    proposer: Proposer,
    circumstances: Circumstances,
) -> None:
    facts = []
    by_record: dict[tuple[int | None, str], Proposed] = {}
    for one, parts in zip(answers, parted, strict=True):
        if not parts.at_once:
            continue
        told = one.proposal
        one.applied = parts.at_once
        facts.append(
            FactChange(
                one.person_id,
                parts.at_once,
                told.since,
                told.record_number,
                told.event or DATA_CHANGED,
                told.reason,
                told.operator,
                organisation_code=code_of(proposer),
                correction=told.correction,
            )
        )
        by_record[one.person_id, told.record_number] = one
    if not facts:
        return
    told_by = Told(circumstances.now, proposer.source or proposer.kind, proposer.packet_id)
    for change in write_facts(session, facts, told_by):
        owner = by_record.get((change.person_id, change.record_number)) or by_record[next(iter(by_record))]
        owner.changes.append(change)


def code_of(proposer: Proposer) -> str:
    """The code that names the proposer; of several the least."""
    return min(proposer.codes, default="")


def _buffer(
    session: Session,
    answers: Sequence[Proposed],
    parted: Sequence[Parted],
    proposer: Proposer,
    circumstances: Circumstances,
    known: dict[int, KnownPerson],
) -> None:
    """Insert a row for every proposal with something that waits; one of a packet that came before is found again."""
    before = _before(session, answers, proposer)
    new: dict[tuple[int, str], tuple[Proposed, Parted]] = {}
    for one, parts in zip(answers, parted, strict=True):
        if not parts.waiting:
            continue
        key = (one.person_id, one.proposal.record_number[:36])
        one.waiting, one.buffer_id = parts.waiting, before.get(key)
        if one.buffer_id is None:
            earlier = new.setdefault(key, (one, parts))
            if earlier[0] is not one:
                earlier[1].waiting.update(parts.waiting)
                earlier[1].reasons.update(parts.reasons)
    ids = reserve_ids(session, _changes, len(new))
    rows = []
    for row_id, (one, parts) in zip(ids, new.values(), strict=True):
        one.buffer_id = row_id
        rows.append(_row(row_id, one, parts, proposer, circumstances, known[one.person_id]))
    insert_rows(session, _changes, COLUMNS, rows)
    state = BufferState.WAITING.value
    steps = [(row_id, circumstances.now, RECEIVED, state, state) for row_id in ids]
    insert_rows(session, _steps, ("change_id", "at", "event", "before", "after"), steps)
    for one in answers:
        if one.waiting:
            kept = new.get((one.person_id, one.proposal.record_number[:36]))
            one.buffer_id = one.buffer_id or (kept[0].buffer_id if kept else None)
            _tell(one)


def _before(session: Session, answers: Iterable[Proposed], proposer: Proposer) -> dict[tuple[int, str], int]:
    if proposer.packet_id is None:
        return {}
    asked = probe(
        session,
        [("person_id", BigInteger), ("number", String)],
        {(one.person_id, one.proposal.record_number[:36]) for one in answers},
    )
    query = (
        select(BufferedChange.person_id, BufferedChange.record_number, BufferedChange.id)
        .join(
            asked,
            (asked.c.person_id == BufferedChange.person_id) & (asked.c.number == BufferedChange.record_number),
        )
        .where(BufferedChange.packet_id == proposer.packet_id)
    )
    return {(row.person_id, row.record_number): row.id for row in session.execute(query)}


def _row(
    row_id: int,
    one: Proposed,
    parts: Parted,
    proposer: Proposer,
    circumstances: Circumstances,
    known: KnownPerson,
) -> tuple[Any, ...]:
    told = one.proposal
    return (
        row_id,
        one.person_id,
        circumstances.now,
        proposer.kind,
        code_of(proposer),
        proposer.organisation_id,
        proposer.source,
        proposer.packet_id,
        told.record_number[:36],
        told.since,
        told.event,
        known.insurer,
        told.doubt[:250],
        {name: known_plain(known, name) for name in parts.waiting},
        {name: plain(value) for name, value in parts.waiting.items()},
        dict(parts.reasons),
    )


def known_plain(known: KnownPerson, name: str) -> dict[str, Any]:
    """What is known of a field as a row keeps it: the value, since when, when it was learnt, where from."""
    fact = known.facts.get(name)
    if fact is None or known.value(name) is None:
        return {"value": None}
    return {
        "value": plain(fact.value),
        "since": plain(fact.since),
        "recorded_at": fact.recorded_at.isoformat() if fact.recorded_at else None,
        "source": fact.source,
        "packet_id": fact.packet_id,
    }


def _tell(one: Proposed) -> None:
    titles = ", ".join(title_of(name).lower() for name in one.waiting)
    one.findings.append(finding(F.CHANGE_IN_BUFFER, titles, field=next(iter(one.waiting))))
    facts = {"buffer_id": one.buffer_id, "fields": sorted(one.waiting)}
    one.changes.append(
        Change("change_buffered", one.person_id, "", one.proposal.since, one.proposal.record_number, facts)
    )


def mark_stale(session: Session, written: dict[int, set[str]], *, but: Iterable[int] = ()) -> None:
    """Mark waiting changes of the fields that have just been written: they were proposed before."""
    if not written:
        return
    asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(written)])
    query = (
        select(BufferedChange.id, BufferedChange.person_id, BufferedChange.proposed)
        .join(asked, asked.c.id == BufferedChange.person_id)
        .where(BufferedChange.status.in_([one.value for one in OPEN]), BufferedChange.stale.is_(False))
    )
    spared = set(but)
    late = [
        row.id
        for row in session.execute(query)
        if row.id not in spared and written[row.person_id] & row.proposed.keys()
    ]
    for some in portions(late):
        session.execute(update(BufferedChange).where(BufferedChange.id.in_(some)).values(stale=True))
