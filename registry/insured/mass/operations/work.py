"""Running a mass change and taking it back, a portion at a time: what was seen is changed, whatever changed is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, Integer, String, Table, select, update
from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.mass.tables import MassChange, MassChangeLine
from registry.insured.mass.workflow import LineState, MassState
from registry.insured.operations.attachment_rows import attachments_of, lock_people, record_rows, retract
from registry.insured.operations.tell_contacts import section_changed
from registry.insured.rules.attachment_state import OPEN_DATE, AttachmentState, moved
from registry.insured.rules.section_move import decide_move
from registry.store.probe import probe

PORTION = 5_000
SOURCE = "фонд"
CHANGED = "Прикрепление изменилось после просмотра."
CHANGED_SINCE = "После выполнения прикрепление изменилось."
_lines = cast(Table, MassChangeLine.__table__)
COLUMNS: tuple[tuple[str, Any], ...] = (
    ("line", Integer),
    ("status", String),
    ("note", String),
    ("closed_id", BigInteger),
    ("opened_id", BigInteger),
)
Note = tuple[int, str, str, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Told:
    """When rows of a mass change are written; no packet brought them."""

    now: datetime
    source: str = SOURCE
    packet_id: int | None = None


def run_portion(session: Session, change: MassChange, now: datetime) -> tuple[bool, list[Change]]:
    """Change the next lines that were ready, and say whether more are left.

    A line whose attachment is no longer the one that was seen is left out and told.
    """
    lines = _next(session, change, LineState.READY)
    if not lines:
        change.status, change.place = MassState.DONE.value, 0
        return False, []
    current = _current(session, lines)
    told = Told(now)
    retracted: list[AttachmentState] = []
    rows: list[tuple[AttachmentState, str]] = []
    places: dict[int, tuple[int | None, int]] = {}
    changes = []
    for line in lines:
        held = current.get(line.attachment_id or 0)
        if held is None or not held.is_open or not _as_seen(held, line.before):
            continue
        decision = decide_move(held, line.after, change.since)
        closed = len(rows) if decision.closed else None
        rows += [(row, str(line.line)) for row in decision.closed]
        if decision.opened is not None:
            places[line.line] = (closed, len(rows))
            rows.append((decision.opened, str(line.line)))
            changes.append(section_changed(decision.opened, f"{change.id}/{line.line}"))
        retracted += decision.retracted
    retract(session, retracted, told)
    ids = record_rows(session, rows, told)
    _note(session, change, [_ran(line, places.get(line.line), ids) for line in lines])
    change.done += len(places)
    change.left_out += len(lines) - len(places)
    change.place = lines[-1].line
    return True, changes


def undo_portion(session: Session, change: MassChange, now: datetime) -> tuple[bool, list[Change]]:
    """Let what stood before hold again for the next lines that were changed, as new rows; what changed since stays."""
    lines = _next(session, change, LineState.DONE)
    if not lines:
        change.status, change.place = MassState.UNDONE.value, 0
        return False, []
    current = _current(session, lines)
    told = Told(now)
    retracted: list[AttachmentState] = []
    rows: list[tuple[AttachmentState, str]] = []
    restored: set[int] = set()
    changes = []
    for line in lines:
        opened = current.get(line.opened_id or 0)
        if opened is None or not opened.is_open or not _as_seen(opened, line.after):
            continue
        former = current.get(line.closed_id) if line.closed_id else None
        if line.closed_id and former is None:
            continue
        begins = former.valid_from if former else opened.valid_from
        back = moved(opened, id=0, valid_from=begins, valid_to=OPEN_DATE, **line.before)
        retracted += [opened, *([former] if former else [])]
        rows.append((back, str(line.line)))
        changes.append(section_changed(back, f"{change.id}/{line.line}"))
        restored.add(line.line)
    retract(session, retracted, told)
    record_rows(session, rows, told)
    _note(session, change, [_undone(line, restored=line.line in restored) for line in lines])
    change.undone += len(restored)
    change.place = lines[-1].line
    return True, changes


def _next(session: Session, change: MassChange, state: LineState) -> Sequence[MassChangeLine]:
    query = (
        select(MassChangeLine)
        .where(
            MassChangeLine.change_id == change.id,
            MassChangeLine.status == state.value,
            MassChangeLine.line > change.place,
        )
        .order_by(MassChangeLine.line)
        .limit(PORTION)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def _current(session: Session, lines: Sequence[MassChangeLine]) -> dict[int, AttachmentState]:
    """The attachments of the people of these lines as known now, by id; the people are locked first."""
    people = {line.person_id for line in lines if line.person_id is not None}
    lock_people(session, people)
    return {row.id: row for rows in attachments_of(session, people).values() for row in rows}


def _as_seen(row: AttachmentState, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _note(session: Session, change: MassChange, notes: Sequence[Note]) -> None:
    """Write what became of these lines in one statement."""
    told = probe(session, COLUMNS, notes)
    values = {name: told.c[name] for name, _ in COLUMNS[1:]}
    mine = (_lines.c.change_id == change.id, _lines.c.line == told.c.line)
    session.connection().execute(update(_lines).where(*mine).values(values))


def _ran(line: MassChangeLine, place: tuple[int | None, int] | None, ids: Sequence[int]) -> Note:
    if place is None:
        return line.line, LineState.LEFT_OUT.value, CHANGED, None, None
    closed, opened = place
    return line.line, LineState.DONE.value, "", ids[closed] if closed is not None else None, ids[opened]


def _undone(line: MassChangeLine, *, restored: bool) -> Note:
    state = LineState.UNDONE if restored else LineState.KEPT
    return line.line, state.value, "" if restored else CHANGED_SINCE, line.closed_id, line.opened_id
