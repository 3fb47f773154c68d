"""What an edition changes in its book: added, changed, closed and vanished rows (reference books, 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from registry.core.checks.books import FOREVER
from registry.reference.rules.reading import Line

DAY = timedelta(days=1)
#: An edition that loses more than one row in ten looks like a file that was cut off.
MOST_LOST = 0.10


@dataclass(frozen=True, slots=True)
class Held:
    """A row the book has now."""

    id: int
    line: Line
    gone: bool = False


@dataclass(slots=True)
class Changes:
    """What is to be done: rows that end being in the book, and rows that come; ``before`` is how many it had."""

    before: int = 0
    ended: list[int] = field(default_factory=list)
    added: list[Line] = field(default_factory=list)
    changed: list[tuple[Line, Line]] = field(default_factory=list)
    closed: list[tuple[Line, Line]] = field(default_factory=list)
    vanished: list[Line] = field(default_factory=list)
    moved: list[Line] = field(default_factory=list)
    shortened: list[Line] = field(default_factory=list)
    same: int = 0

    @property
    def numbers(self) -> dict[str, int]:
        """How many rows of each sort, for the preview and for the list of editions."""
        return {
            "added": len(self.added),
            "changed": len(self.changed) + len(self.moved),
            "closed": len(self.closed),
            "vanished": len(self.vanished),
            "same": self.same,
        }

    @property
    def coming(self) -> list[tuple[Line, bool]]:
        """Every row to be written, each with whether it was closed for want of it in the edition."""
        after = [one for pairs in (self.changed, self.closed) for _, one in pairs]
        return [*((one, False) for one in (*self.added, *after)), *((one, True) for one in self.shortened)]

    def doubts(self) -> list[str]:
        """Why somebody must confirm the edition."""
        lost = len(self.vanished)
        if self.before and lost > self.before * MOST_LOST:
            return [f"пропало строк: {lost} из {self.before}, похоже на неполный файл"]
        return []


def changes_of(held: Iterable[Held], lines: Sequence[Line], edition_date: date, *, forgets: bool = False) -> Changes:
    """What a newer edition does to the rows of its book.

    A row that is missing in it is closed on the day before its date, and earlier where the edition has another row of
    the key from then on; what was closed before stays as it is. An edition that takes the place of teaching data
    ``forgets`` what it lacks: such rows never counted.
    """
    changes = Changes()
    told = {(one.key, one.since): one for one in lines}
    starts: dict[str, list[date]] = {}
    for one in lines:
        starts.setdefault(one.key, []).append(one.since)
    for row in held:
        changes.before += 1
        new = told.pop((row.line.key, row.line.since), None)
        if new is None and forgets:
            changes.ended.append(row.id)
            changes.moved.append(row.line)
        elif new is None:
            _close(row, starts.get(row.line.key, []), edition_date, changes)
        elif (new.values, new.extra, new.until) == (row.line.values, row.line.extra, row.line.until):
            changes.same += 1
        else:
            changes.ended.append(row.id)
            is_closed = row.line.until == FOREVER and new.until != FOREVER and new.values == row.line.values
            (changes.closed if is_closed else changes.changed).append((row.line, new))
    changes.added += told.values()
    return changes


def _close(row: Held, starts: Sequence[date], edition_date: date, changes: Changes) -> None:
    line = row.line
    until = min((line.until, edition_date - DAY, *(one - DAY for one in starts if one <= line.until)))
    if until >= line.until:  # closed before, by itself or by an earlier edition
        changes.same += 1
        return
    changes.ended.append(row.id)
    (changes.moved if starts else changes.vanished).append(line)
    if until >= line.since:
        changes.shortened.append(replace(line, until=until))


def historical_changes(held: Iterable[Held], lines: Sequence[Line], next_date: date | None) -> Changes:
    """What an older edition adds: the days of its rows that no newer edition says anything about.

    Rows that the next newer edition does not have ended on the day before its date.
    """
    changes = Changes()
    known: dict[str, list[Line]] = {}
    for row in held:
        changes.before += 1
        known.setdefault(row.line.key, []).append(row.line)
    for line in lines:
        rows = known.get(line.key, [])
        later = [one.since - DAY for one in rows if one.since > line.since]
        last = next_date - DAY if next_date is not None else FOREVER
        until = min((line.until, last, *later))
        if until < line.since or any(one.since <= line.since <= one.until for one in rows):
            changes.same += 1
        else:
            changes.added.append(replace(line, until=until))
    return changes


def edition_key(text: str) -> tuple[Any, ...]:
    """By what editions are ordered: `3.108` is newer than `3.9`."""
    return tuple(
        (0, int(one), "") if one.isdigit() else (1, 0, one) for one in re.split(r"[.\s]+", text.strip()) if one
    )


def sample_of(pairs: Iterable[Any], most: int) -> list[Any]:
    """The first rows of a sort, for a preview."""
    return [one for _, one in zip(range(most), pairs, strict=False)]


def shown(line: Line, name_field: str) -> Mapping[str, str]:
    """A row in a preview: key, name, days."""
    return {
        "key": line.key,
        "name": str(line.values.get(name_field, "")),
        "since": line.since.isoformat(),
        "until": line.until.isoformat(),
    }
