"""Deciding buffered changes: one at a time or many at once, exactly one decision each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.core.plain import plain
from registry.core.workflow import Refusal, Transition
from registry.insured.buffer.fields import title_of, typed
from registry.insured.buffer.operations.propose_changes import mark_stale
from registry.insured.buffer.operations.write_facts import Circumstances, Undoing, history_of, undo_facts, write_facts
from registry.insured.buffer.queries.known import known_people
from registry.insured.buffer.rules import GROUPS, UNKNOWN, KnownPerson, in_force
from registry.insured.buffer.tables import BufferedChange, BufferStep
from registry.insured.buffer.workflow import EVENT_TITLES, OPERATOR, WORKFLOW, WRITTEN, BufferEvent, BufferFacts
from registry.insured.operations.attachment_rows import lock_people, portions
from registry.insured.operations.people import FactChange, Told
from registry.store.engine import start_writing

DECIDING = frozenset((BufferEvent.ACCEPT, BufferEvent.CORRECT, BufferEvent.REJECT))
WRITING = frozenset((BufferEvent.ACCEPT, BufferEvent.CORRECT))
DATA_CHANGED, FUND = "П04", "фонд"
CONTACTS = frozenset(GROUPS["contacts"])
STOOD_ON = "Отменить нельзя: после решения о лице записаны новые сведения."


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody wants to do with buffered changes.

    ``values`` are those of an accepting with corrections; ``despite`` accepts a stale change knowingly; with
    ``two_persons`` the first decision is a proposal to the second person.
    """

    event: BufferEvent
    login: str
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    despite: bool = False
    two_persons: bool = False
    roles: Collection[str] = (OPERATOR,)


@dataclass(slots=True)
class Decided:
    """What became of a decision: the rows moved, why others were not, and the changes caused."""

    moved: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


@dataclass(slots=True)
class _Move:
    row: BufferedChange
    transition: Transition
    person_id: int
    values: dict[str, Any] = field(default_factory=dict)


def decide(session: Session, ids: Iterable[int], decision: Decision, circumstances: Circumstances) -> Decided:
    """Move buffered changes on; whoever comes second finds them moved already and is told so.

    Rows are locked in id order before they are looked at, then their people, so that two decisions and a packet about
    the same person come one after the other.
    """
    decided = Decided()
    start_writing(session.connection())
    rows = _locked(session, ids)
    leads = lock_people(session, (row.person_id for row in rows))
    people = {row.id: leads.get(row.person_id, row.person_id) for row in rows}
    known = known_people(session, people.values(), circumstances.today)
    moves = []
    for row in rows:
        move = _move(row, people[row.id], known.get(people[row.id], UNKNOWN), decision)
        if isinstance(move, Refusal):
            decided.refused[row.id] = move.text
        else:
            moves.append(move)
    moves = _without_conflicts(moves, decided)
    decided.refused.update(dict.fromkeys(set(ids) - {row.id for row in rows}, "Записи нет."))
    moves, refused, decided.changes = _undo(session, moves, decision, circumstances)
    decided.refused.update(refused)
    decided.changes += _write(session, moves, decision, circumstances)
    for move in moves:
        decided.changes.append(_step(session, move, decision, circumstances))
        decided.moved.append(move.row.id)
    session.flush()
    return decided


def _without_conflicts(moves: Sequence[_Move], decided: Decided) -> list[_Move]:
    """Of several accepted at once that say different things of one field none is written: they are looked at singly."""
    said: dict[tuple[int, str], set[str]] = {}
    for move in moves:
        for name, value in move.values.items():
            said.setdefault((move.person_id, name), set()).add(str(value))
    kept = []
    for move in moves:
        fields = [title_of(name) for name in move.values if len(said[move.person_id, name]) > 1]
        if fields:
            decided.refused[move.row.id] = f"Выбраны два предложения с разными значениями: {', '.join(fields)}."
        else:
            kept.append(move)
    return kept


def overtaken_fields(row: BufferedChange, known: KnownPerson) -> tuple[str, ...]:
    """Titles of the accepted fields that hold something else by now."""
    values = typed(row.accepted)
    return tuple(title_of(name) for name, value in values.items() if not in_force(name, known, value))


def facts_of(row: BufferedChange, known: KnownPerson, decision: Decision) -> BufferFacts:
    """What the guards of the workflow look at."""
    written = row.status in WRITTEN
    return BufferFacts(
        login=decision.login,
        first_login=row.first_login,
        two_persons=decision.two_persons,
        reason=decision.reason,
        stale=row.stale,
        despite=decision.despite,
        overtaken=overtaken_fields(row, known) if written else (),
    )


def _locked(session: Session, ids: Iterable[int]) -> list[BufferedChange]:
    found: list[BufferedChange] = []
    for some in portions(sorted(set(ids))):
        query = select(BufferedChange).where(BufferedChange.id.in_(some)).order_by(BufferedChange.id)
        found += session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return found


def _move(row: BufferedChange, person_id: int, known: KnownPerson, decision: Decision) -> _Move | Refusal:
    event = decision.event
    if event in DECIDING and decision.two_persons and not row.first_login:
        event = BufferEvent.PROPOSE
    found = WORKFLOW.move(row.status, event, decision.roles, facts_of(row, known, decision))
    if isinstance(found, Refusal):
        return found
    move = _Move(row, found, person_id)
    if event in WRITING:
        proposed = row.accepted if row.accepted and not decision.values else row.proposed
        move.values = {**typed(proposed), **decision.values}
    return move


def _write(session: Session, moves: Sequence[_Move], decision: Decision, circumstances: Circumstances) -> list[Change]:
    """Write the facts of all moves; those of one packet and source are told by it, whoever accepts them."""
    changes: list[Change] = []
    for source, packet_id, some in _by_origin(moves):
        told = Told(circumstances.now, source, packet_id)
        facts = [_fact(move, decision) for move in some]
        changes += write_facts(session, facts, told)
        numbers = history_of(session, facts, told)
        for move in some:
            move.row.written = {"history": numbers.get((move.person_id, move.row.record_number), [])}
    touched: dict[int, set[str]] = {}
    for move in moves:
        touched.setdefault(move.person_id, set()).update(move.values)
    mark_stale(session, {one: names for one, names in touched.items() if names}, but=[move.row.id for move in moves])
    return changes


def _by_origin(moves: Iterable[_Move]) -> Iterator[tuple[str, int | None, list[_Move]]]:
    """Yield the moves that write, by source and packet."""
    found: dict[tuple[str, int | None], list[_Move]] = {}
    for move in moves:
        if move.values:
            found.setdefault((move.row.source or move.row.sender_kind, move.row.packet_id), []).append(move)
    for (source, packet_id), some in found.items():
        yield source, packet_id, some


def _fact(move: _Move, decision: Decision) -> FactChange:
    row = move.row
    return FactChange(
        move.person_id,
        move.values,
        row.since,
        row.record_number,
        row.event or DATA_CHANGED,
        operator=decision.login,
        organisation_code=row.sender_code,
        name="agreed",
    )


def _undo(
    session: Session, moves: Sequence[_Move], decision: Decision, circumstances: Circumstances
) -> tuple[list[_Move], dict[int, str], list[Change]]:
    """Take back what accepted rows wrote; returns those that could be, why others could not, and the changes."""
    undone = [move for move in moves if move.transition.event == BufferEvent.UNDO and move.row.status in WRITTEN]
    if not undone:
        return list(moves), {}, []
    undoings = [
        Undoing(
            move.person_id,
            move.row.written.get("history", []),
            {name: str(move.row.known[name]["value"] or "") for name in move.row.accepted if name in CONTACTS},
            move.row.since,
            move.row.record_number,
        )
        for move in undone
    ]
    done, changes = undo_facts(session, undoings, Told(circumstances.now, FUND), decision.login)
    refused = {move.row.id: STOOD_ON for place, move in enumerate(undone) if place not in done}
    return [move for move in moves if move.row.id not in refused], refused, changes


def _step(session: Session, move: _Move, decision: Decision, circumstances: Circumstances) -> Change:
    row, transition = move.row, move.transition
    before = row.status
    event = BufferEvent(transition.event)
    row.status = transition.after
    row.reason = decision.reason.strip()[:1000]
    if event is BufferEvent.PROPOSE:
        row.first_login = decision.login
        row.accepted = {name: plain(value) for name, value in decision.values.items()}
        note = f"{EVENT_TITLES[decision.event]}. {row.reason}".strip(". ")
    else:
        note = row.reason
        if event in WRITING:
            row.accepted = {name: plain(value) for name, value in move.values.items()}
        elif event in (BufferEvent.UNDO, BufferEvent.RETURN):
            row.accepted, row.written, row.first_login, row.stale = {}, {}, "", False
        row.decided_at = None if event in (BufferEvent.UNDO, BufferEvent.RETURN) else circumstances.now
        row.decided_by = "" if row.decided_at is None else decision.login
    session.add(
        BufferStep(
            change_id=row.id,
            at=circumstances.now,
            event=transition.event,
            before=before,
            after=row.status,
            login=decision.login,
            note=note,
        )
    )
    facts = {
        "buffer_id": row.id,
        "packet_id": row.packet_id,
        "organisation_id": row.organisation_id,
        "event": transition.event,
        "status": row.status,
        "reason": row.reason,
        "fields": sorted(row.proposed),
        "at": circumstances.now.isoformat(),
    }
    return Change("buffer_moved", move.person_id, row.sender_code, row.since, row.record_number, facts)
