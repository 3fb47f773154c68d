"""The one table of all screens: columns, filters in the address, chips, keyset paging, kept columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request

from server.web.current import viewer

PAGE = 50
#: Parameters of the address that are no filters.
STEERING = frozenset({"after", "sort", "export", "print"})

Value = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: ``value`` is exported as it is and shown by the form ``kind`` of the cell macros.

    Kinds: text, number, size, duration, moment, day, id, code, wide, and ``status:<family>``.
    """

    key: str
    title: str
    value: Value
    kind: str = "text"
    link: Callable[[Any], str] | None = None
    below: Value | None = None
    sorts: bool = False
    shown: bool = True
    export: Value | None = None

    @property
    def is_right(self) -> bool:
        """Numbers stand at the right edge."""
        return self.kind in {"number", "size", "duration"}

    @property
    def family(self) -> str:
        """The family of statuses a status column shows."""
        return self.kind.partition(":")[2]

    def exported(self, row: Any) -> Any:
        """The value of a cell in a file."""
        return (self.export or self.value)(row)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One thing a table may be narrowed by: kind text, select or date; its value stands in the address."""

    name: str
    title: str
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    placeholder: str = ""
    wide: bool = False
    chip: bool = True

    def shown(self, value: str) -> str:
        """The value in words, for a chip and for the sheet of filters."""
        if self.kind == "select":
            return dict(self.options).get(value, value)
        if self.kind == "date" and len(value) == 10:
            return ".".join(reversed(value.split("-")))
        return value


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What an empty table says: why it is empty and what to do about it."""

    why: str
    what: str
    link: str = ""
    action: str = ""
    icon: str = "inbox"


@dataclass(kw_only=True)
class Table:
    """A table as one request asks for it; rows are filled in by ``serve``."""

    name: str
    title: str
    columns: Sequence[Column]
    empty: Empty
    filters: Sequence[Filter] = ()
    key: Callable[[Any], str] = field(default=lambda row: str(row.key))
    row_link: Callable[[Any], str] | None = None
    caption: str = ""
    exports: bool = True
    heading: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    has_more: bool = False
    note: str = ""

    @property
    def shown_columns(self) -> list[Column]:
        """The columns the person keeps, or the usual ones."""
        kept = viewer().preferences.get("columns", {}).get(self.name)
        if not kept:
            return [column for column in self.columns if column.shown]
        return [column for column in self.columns if column.key in kept] or list(self.columns)

    def value(self, name: str) -> str:
        """What the address says for a filter."""
        return request.args.get(name, self.defaults.get(name, "")).strip()

    @property
    def sort(self) -> str:
        """The column sorted by, with a minus when it is sorted downwards; empty for the usual order."""
        asked = request.args.get("sort", "")
        return asked if asked.lstrip("-") in {column.key for column in self.columns if column.sorts} else ""

    @property
    def after(self) -> str:
        """The key of the row the page continues behind."""
        return request.args.get("after", "")

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """Filters that are set: title, value in words, address without it."""
        found = []
        for one in self.filters:
            value = self.value(one.name)
            if value and one.chip and value != self.defaults.get(one.name):
                found.append((one.title, one.shown(value), self.address(**{one.name: None, "after": None})))
        return found

    @property
    def more(self) -> str:
        """The address of the next page; empty at the end."""
        return self.address(after=self.key(self.rows[-1])) if self.has_more and self.rows else ""

    @property
    def bare(self) -> str:
        """The address without any filter."""
        return request.path

    def address(self, **changes: str | None) -> str:
        """This table's address with some parameters changed; None takes one away."""
        parts = {name: value for name, value in request.args.items() if value and name not in {"export", "print"}}
        for name, value in changes.items():
            if value is None:
                parts.pop(name, None)
            else:
                parts[name] = value
        return f"{request.path}?{urlencode(parts)}" if parts else request.path

    def sorted_address(self, column: Column) -> str:
        """The address that sorts by a column, or the other way round when it already does."""
        return self.address(sort=column.key if self.sort == f"-{column.key}" else f"-{column.key}", after=None)

    @property
    def told_filters(self) -> list[tuple[str, str]]:
        """Every filter that is set, in words, for exports and prints."""
        return [(one.title, one.shown(self.value(one.name))) for one in self.filters if self.value(one.name)]
