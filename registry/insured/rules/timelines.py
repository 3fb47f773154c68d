"""Timelines: the dated rows of one sort about one person, and what an act does to them (registry model, 1.7 and 5.3).

Nothing is overwritten: a row that changes stops counting and a new one takes its place. An act dated earlier than the
latest one is inserted, and later rows are derived again from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

DAY = timedelta(days=1)
OPEN_DATE = date(9999, 12, 31)
POINTER = "policy_id"
Origins = tuple[int | None, str, str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """One accepted statement about a person: since when it is true, its event (П01…П17) and reason (R001), who says it.

    ``name`` is what the history calls it; all rows written under one act share one history row.
    """

    name: str
    on: date
    event: str = ""
    reason: str = ""
    record_number: str = ""
    operator: str = ""
    organisation_code: str = ""


@dataclass(slots=True, eq=False)
class Row:
    """A dated row in memory: ``id`` 0 is not stored yet, ``act`` wrote it, ``replaces`` is the row it continues.

    ``origin`` is where its values came from, an act or what is stored of one (packet, record, event, source): a row
    that only ends keeps it. Of a row that stopped counting ``gone_by`` says which act of the history took it away.
    A ``ground`` is what was known before the first row was written: it is written as if it had been there.
    """

    values: dict[str, Any]
    since: date
    until: date = OPEN_DATE
    id: int = 0
    act: Act | None = None
    origin: Act | Origins | None = None
    replaces: Row | None = None
    history_id: int | None = None
    gone_by: int | None = None
    ground: bool = False

    @property
    def is_open(self) -> bool:
        """True while no end is known."""
        return self.until == OPEN_DATE

    def holds(self, day: date) -> bool:
        """True when the row was true on the day."""
        return self.since <= day <= self.until


@dataclass(slots=True)
class Timeline:
    """Rows known now, oldest first, and those that stopped counting since they were read.

    ``carries`` marks a sort whose rows are whole pictures: a value an inserted act changes goes on into later rows
    until one of them had changed it anew.
    """

    defaults: Mapping[str, Any]
    carries: bool = False
    rows: list[Row] = field(default_factory=list)
    gone: list[tuple[Row, Act]] = field(default_factory=list)
    past: list[Row] = field(default_factory=list)

    def at(self, day: date) -> Row | None:
        """The row that holds on a day, the latest begun of several."""
        return next((row for row in reversed(self.rows) if row.holds(day)), None)

    def after(self, day: date) -> Row | None:
        """The first row that begins after a day."""
        return next((row for row in self.rows if row.since > day), None)

    @property
    def last(self) -> Row | None:
        """The latest row."""
        return self.rows[-1] if self.rows else None

    @property
    def written(self) -> Iterator[Row]:
        """Rows that are not stored yet."""
        return (row for row in self.rows if not row.id)

    @property
    def grounds(self) -> Iterator[Row]:
        """Rows that are to be written as if they had been there before the acts, whether an act took them away."""
        return (row for row in (*self.rows, *(row for row, _ in self.gone)) if row.ground and not row.id)

    def found(self, values: Mapping[str, Any], since: date) -> Row:
        """Begin with what was known before any row was written."""
        row = Row({**self.defaults, **values}, since, origin=(None, "", "", ""), ground=True)
        self.rows.append(row)
        return row

    def add(self, values: Mapping[str, Any], since: date, act: Act, until: date = OPEN_DATE) -> Row:
        """Add a row beside the others."""
        row = Row({**self.defaults, **values}, since, until, act=act, origin=act)
        self.rows.append(row)
        self._sort()
        return row

    def replace(self, row: Row, act: Act, **changes: Any) -> Row:
        """Let a copy with other dates or values take the place of a row."""
        values = {**row.values, **changes.get("values", {})}
        copy = Row(
            values,
            changes.get("since", row.since),
            changes.get("until", row.until),
            act=act,
            origin=row.origin,
            replaces=row,
        )
        self.drop(row, act)
        self.rows.append(copy)
        self._sort()
        return copy

    def drop(self, row: Row, act: Act) -> None:
        """Let a row stop counting; one that was never stored leaves no trace."""
        self.rows.remove(row)
        if row.id or row.ground:
            self.gone.append((row, act))

    def restore(self, row: Row, act: Act) -> Row:
        """Let a row that stopped counting count again."""
        copy = Row(dict(row.values), row.since, row.until, act=act, origin=row.origin, replaces=row)
        self.rows.append(copy)
        self._sort()
        return copy

    def _sort(self) -> None:
        self.rows.sort(key=lambda row: (row.since, row.until))


def put(line: Timeline, told: Mapping[str, Any], since: date, act: Act) -> Row | None:
    """Let told values hold since a day until the next known row; ``None`` when they hold already.

    The row before ends on the eve; what is not told is taken from it. Later rows are derived again.
    """
    held = line.at(since)
    later = line.after(since)
    ground = held or later
    base = {**line.defaults, **(ground.values if ground else {})}
    delta = {name: value for name, value in told.items() if base.get(name) != value}
    if held is not None and not delta:
        return None
    until = later.since - DAY if later else OPEN_DATE
    if held is not None:
        _end_before(line, held, since, act)
    row = line.add({**base, **told}, since, act, until)
    if line.carries and held is not None:
        _carry(line, row, base, delta, act)
    return _merged(line, row, act)


def correct(line: Timeline, row: Row, told: Mapping[str, Any], act: Act) -> Row | None:
    """Let the right values stand in the place of wrong ones for the same days (П14–П17); ``None`` when they are."""
    delta = {name: value for name, value in told.items() if row.values.get(name) != value}
    if not delta:
        return None
    base = row.values
    fixed = line.replace(row, act, values=dict(told))
    fixed.origin = act
    if line.carries:
        _carry(line, fixed, base, delta, act)
    return fixed


def begin(line: Timeline, values: Mapping[str, Any], since: date, act: Act, end_reason: str) -> Row:
    """Begin a row that ends the one it meets with a reason.

    It lasts until the next known row begins: an event that came late goes into the middle of the history.
    """
    held, later = line.at(since), line.after(since)
    if held is not None:
        _end_before(line, held, since, act, end_reason)
    return line.add(values, since, act, later.since - DAY if later else OPEN_DATE)


def end(line: Timeline, row: Row, on: date, act: Act, **values: Any) -> Row | None:
    """End a row on a day; one that would begin later stops counting."""
    if row.since > on:
        line.drop(row, act)
        return None
    return line.replace(row, act, until=on, values=values)


def undo(lines: Sequence[Timeline], history_id: int, act: Act) -> bool:
    """Take back everything one act of the history wrote, exactly; False when a later act stands on it.

    A later act that was taken back itself stands on nothing: what it had replaced holds again, as it was written.
    """
    standing = [_standing(line, history_id) for line in lines]
    if any(rows is None or _is_taken(line, rows, history_id) for line, rows in zip(lines, standing, strict=True)):
        return False
    for line, rows in zip(lines, standing, strict=True):
        for row in rows or ():
            line.drop(row, act)
        for row in [row for row in line.past if row.gone_by == history_id]:
            line.restore(row, act)
    return True


def _standing(line: Timeline, history_id: int) -> list[Row] | None:
    """The rows that hold by an act, written by it or restored since; ``None`` when one was replaced by a later act."""
    if any(row.history_id == history_id for row, _ in line.gone):
        return None
    found = [row for row in line.rows if row.history_id == history_id]
    for gone in line.past:
        if gone.history_id == history_id and gone.gone_by not in (None, history_id):
            again = next((row for row in line.rows if row not in found and _same_fact(row, gone)), None)
            if again is None:
                return None
            found.append(again)
    return found


def _is_taken(line: Timeline, goes: Sequence[Row], history_id: int) -> bool:
    """True when the days of a row the act took away are those of a later row by now, or it holds again already."""
    later = [row for row in line.rows if row not in goes and (row.history_id or 0) > history_id]
    back = [row for row in line.past if row.gone_by == history_id]
    return any(one.since <= row.until and row.since <= one.until for one in later for row in back)


def _same_fact(one: Row, other: Row) -> bool:
    """True for rows that say the same of the same days; a policy may have been written anew under another number."""
    values, others = ({name: row.values[name] for name in row.values if name != POINTER} for row in (one, other))
    return (one.since, one.until, values) == (other.since, other.until, others)


def _end_before(line: Timeline, held: Row, since: date, act: Act, reason: str = "") -> Row | None:
    values = {"end_reason": reason} if reason and "end_reason" in held.values else {}
    if held.since >= since:
        line.drop(held, act)
        return None
    return line.replace(held, act, until=since - DAY, values=values)


def _carry(line: Timeline, row: Row, base: Mapping[str, Any], delta: Mapping[str, Any], act: Act) -> None:
    pending = dict(delta)
    for later in [one for one in line.rows if one.since > row.since]:
        pending = {name: value for name, value in pending.items() if later.values.get(name) == base.get(name)}
        if not pending:
            return
        line.replace(later, act, values=pending)


def _merged(line: Timeline, row: Row, act: Act) -> Row:
    """A later row that says the same is no row of its own."""
    follower = line.after(row.since)
    if follower is None or follower.since != row.until + DAY or follower.values != row.values:
        return row
    line.drop(follower, act)
    row.until = follower.until
    return row
