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

    Kinds: text, number, size, duration, moment, day, id, code, wide, file, message, flag, and ``status:<family>``.
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
    """One thing a table may be narrowed by: kind text, select, choices or date; its value stands in the address.

    ``choices`` takes several of its options at once, repeated in the address. ``searches`` tells the values people are
    searched by: such a search needs a purpose, and the audit keeps that it was by this filter, never the value.
    """

    name: str
    title: str
    kind: str = "text"
    options: Sequence[tuple[str, str]] = ()
    placeholder: str = ""
    wide: bool = False
    chip: bool = True
    searches: Callable[[str], bool] | None = None

    def shown(self, value: str) -> str:
        """The value in words, for a chip and for the sheet of filters."""
        if self.kind in {"select", "choices"}:
            return dict(self.options).get(value, value)
        if self.kind == "date" and len(value) == 10:
            return ".".join(reversed(value.split("-")))
        return value


@dataclass(frozen=True, kw_only=True)
class Bulk:
    """What may be done with chosen rows at once, or, with ``scope``, with all rows of this choice of filters.

    ``asks`` is the title of a line of text that goes along, such as the reason of a refusal.
    """

    title: str
    address: str
    icon: str
    scope: str = ""
    asks: str = ""


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
    bulk: Sequence[Bulk] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)
    has_more: bool = False
    note: str = ""
    searched: Sequence[str] | None = None

    @property
    def searched_by(self) -> Sequence[str]:
        """What people are searched by, empty when they are not; ``searched`` says so where the view knows better."""
        if self.searched is not None:
            return self.searched
        return [one.name for one in self.filters if one.searches is not None and one.searches(self.value(one.name))]

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

    def values(self, name: str) -> list[str]:
        """What the address says for a filter of several choices."""
        return list(dict.fromkeys(filter(None, (one.strip() for one in request.args.getlist(name)))))

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
            if one.kind == "choices":
                kept = self.values(one.name)
                found += [(one.title, one.shown(each), self._without(one.name, each)) for each in kept]
                continue
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
        kept = [
            (name, value)
            for name, value in request.args.items(multi=True)
            if value and name not in {"export", "print"} and name not in changes
        ]
        kept += [(name, value) for name, value in changes.items() if value is not None]
        return f"{request.path}?{urlencode(kept)}" if kept else request.path

    def _without(self, name: str, value: str) -> str:
        """The address without one of several choices."""
        rest = [(name, each) for each in self.values(name) if each != value]
        address = self.address(**{name: None, "after": None})
        return f"{address}{'&' if '?' in address else '?'}{urlencode(rest)}" if rest else address

    def sorted_address(self, column: Column) -> str:
        """The address that sorts by a column, or the other way round when it already does."""
        return self.address(sort=column.key if self.sort == f"-{column.key}" else f"-{column.key}", after=None)

    @property
    def told_filters(self) -> list[tuple[str, str]]:
        """Every filter that is set, in words, for prints."""
        return [(one.title, shown) for one, shown in self._set_filters()]

    @property
    def kept_filters(self) -> dict[str, str]:
        """Every filter that is set, as the audit keeps it: what people were searched by is left out."""
        return {one.title: "указано" if one.searches is not None else shown for one, shown in self._set_filters()}

    def _set_filters(self) -> list[tuple[Filter, str]]:
        told = []
        for one in self.filters:
            values = self.values(one.name) if one.kind == "choices" else [self.value(one.name)]
            if shown := ", ".join(one.shown(value) for value in values if value):
                told.append((one, shown))
        return told
