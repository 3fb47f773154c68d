"""Reference books as checks see them: what they hold in memory, and whether a code was valid on a day.

A content never changes: a check in progress goes on with the contents it began with, whatever is loaded meanwhile.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from registry.core.checks.mkb import mkb_key

FOREVER = date(9999, 12, 31)
BEGINNING = date(1900, 1, 1)
DAY = timedelta(days=1)
#: What stands between the parts of a key of several columns.
JOINT = "|"


class CodeForm(StrEnum):
    """How two writings of one code are told to be the same."""

    TEXT = "text"
    NUMBER = "number"
    MKB = "mkb"


class Verdict(StrEnum):
    """What a book says about a value on a day."""

    VALID = "valid"
    ABSENT = "absent"
    CLOSED = "closed"


def same_form(form: CodeForm, value: object) -> str:
    """A code in the one writing that is compared: numbers without leading zeros, diagnoses with their dot."""
    text = str(value).strip()
    if form is CodeForm.MKB:
        return mkb_key(text)
    if form is CodeForm.NUMBER and text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    return text


@dataclass(frozen=True, slots=True)
class BookLine:
    """One row of a book and the days it is in force, the last of them included."""

    key: str
    since: date
    until: date
    values: Mapping[str, Any]

    def holds(self, on: date) -> bool:
        """True when the row is in force on a day."""
        return self.since <= on <= self.until


@dataclass(slots=True)
class BookContent:
    """One book as it was at one revision; ``sample`` marks teaching data, in which absence proves nothing.

    ``key_fields`` are the columns of the key. Sets of a column are made once for every stretch of days in which the
    book does not change.
    """

    code: str
    title: str
    edition: str
    revision: int
    lines: Mapping[str, tuple[BookLine, ...]]
    key_fields: tuple[str, ...] = ()
    form: CodeForm = CodeForm.TEXT
    sample: bool = False
    _edges: list[date] = field(default_factory=list)
    _sets: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the days on which something begins or ceases to be valid."""
        edges = {one.since for one in self} | {one.until + DAY for one in self if one.until < FOREVER}
        self._edges = sorted(edges)

    def __iter__(self) -> Iterator[BookLine]:
        for several in self.lines.values():
            yield from several

    def periods(self, key: object) -> tuple[BookLine, ...]:
        """Every row of a key, the earliest first."""
        return self.lines.get(same_form(self.form, key), ())

    def row(self, key: object, on: date) -> BookLine | None:
        """The row of a key on a day."""
        return next((one for one in self.periods(key) if one.holds(on)), None)

    def verdict(self, key: object, on: date) -> Verdict:
        """Whether the key was ever in the book, and on that day (reference books, 3)."""
        found = self.periods(key)
        if not found:
            return Verdict.ABSENT
        return Verdict.VALID if any(one.holds(on) for one in found) else Verdict.CLOSED

    def column_set(self, column: str, on: date) -> frozenset[str]:
        """The values of a column in force on a day; one set for all days between two changes of the book."""
        stretch = (column, bisect_right(self._edges, on))
        found = self._sets.get(stretch)
        if found is None:
            found = self._sets[stretch] = frozenset(self._column(column, on))
        return found

    def exists(self, column: str, value: object, on: date) -> bool:
        """True when a row in force on a day has this value in this column."""
        return self._form(column, value) in self.column_set(column, on)

    def _column(self, column: str, on: date) -> Iterator[str]:
        for one in self:
            told = one.values.get(column)
            if told is not None and one.holds(on):
                for value in told if isinstance(told, list) else (told,):
                    yield self._form(column, value)

    def _form(self, column: str, value: object) -> str:
        return same_form(self.form if column in self.key_fields else CodeForm.TEXT, value)


class Books(Mapping[str, BookContent]):
    """The loaded books among those asked for; ``asked`` tells which of the absent ones are missed."""

    def __init__(self, contents: Mapping[str, BookContent], asked: Iterable[str] = ()) -> None:
        self._contents = contents
        self.asked = frozenset(asked)

    def __getitem__(self, code: str) -> BookContent:
        return self._contents[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    @property
    def missing(self) -> frozenset[str]:
        """Those asked for that are not loaded: their checks sleep."""
        return self.asked - self._contents.keys()


NO_BOOKS = Books({})


def told_periods(lines: Iterable[BookLine]) -> str:
    """The days of the rows of a code in words: «действовал с 01.01.2011 по 31.12.2017»."""
    return "; ".join(f"действовал {_days(one)}" for one in lines)


def _days(one: BookLine) -> str:
    since = "" if one.since <= BEGINNING else f"с {one.since:%d.%m.%Y}"
    until = "" if one.until >= FOREVER else f"по {one.until:%d.%m.%Y}"
    return f"{since} {until}".strip() or "всегда"
