"""Layouts: how rows of a delimited or DBF file carry the fields of a kind. Layouts are data; names are checked here."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

from registry.core.errors import ReferenceBroken
from registry.core.fields import FieldSpec, Record
from registry.core.finding_texts import finding
from registry.core.forms import TEXT, Form, form_named
from registry.core.kinds import MessageKind
from registry.core.spellings import Reading, placed, read_text, written

MOST_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class LayoutRow:
    """One row of a layout as it is kept: which column carries which field in which form."""

    layout: str
    position: int
    column: str
    field: str
    form: str
    must: bool = False
    type: str = "C"
    length: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One column with its pointers resolved; a column without fields is kept for its place only."""

    position: int
    name: str
    specs: tuple[FieldSpec[Any], ...]
    form: Form
    must: bool
    type: str
    length: int


@dataclass(frozen=True)
class Layout:
    """The columns of one form of a file of one kind, in order."""

    kind: MessageKind
    name: str
    columns: tuple[Column, ...]

    @cached_property
    def needed(self) -> tuple[Column, ...]:
        """The columns that every row must fill."""
        return tuple(column for column in self.columns if column.must)

    @property
    def paths(self) -> dict[str, str]:
        """The column of every field, for findings."""
        return {spec.name: column.name for column in self.columns for spec in column.specs}

    def read_values(self, values: Sequence[str | None]) -> Reading:
        """Read a row of values in the order of the columns; missing trailing values are absent."""
        reading = Reading({}, kind=self.kind)
        for column, value in zip(self.columns, values, strict=False):
            if column.specs and value:
                read_text(reading, column.specs, column.form, value, column.name)
        return self._demanded(reading)

    def read_named(self, values: Mapping[str, str]) -> Reading:
        """Read a row of values by the names of the columns; unknown columns are ignored."""
        reading = Reading({}, kind=self.kind)
        told = reading.values
        for column, name, text_field, known in self._known:
            value = values.get(name)
            if not value:
                continue
            if text_field:
                if text := value.strip():
                    told.setdefault(text_field, text)
                continue
            if value not in known:
                self._learn(column, value, known)
            found = known[value]
            if found.__class__ is dict:
                for field, part in found.items():
                    told.setdefault(field, part)
            else:
                reading.findings.append(found)
        return self._demanded(reading)

    @cached_property
    def _known(self) -> list[tuple[Column, str, str, dict[str, Any]]]:
        """Columns that carry something, with what their texts were read as: few texts stand in many rows.

        A plain text is its only field as it stands; of such a column the field is told, else an empty name.
        """
        return [
            (column, column.name, column.specs[0].name if column.form is TEXT else "", {})
            for column in self.columns
            if column.specs
        ]

    def _learn(self, column: Column, value: str, known: dict[str, Any]) -> None:
        """Remember the values of a text, or the finding that says why it has none."""
        if len(known) >= MOST_KNOWN:
            known.clear()
        once = Reading({})
        read_text(once, column.specs, column.form, value, column.name)
        known[value] = once.findings[0] if once.findings else once.values

    def write_values(self, record: Record) -> list[str | None]:
        """Return the row of a record, ``None`` for absent values."""
        return [written(record, column.specs, column.form) or None if column.specs else None for column in self.columns]

    def _demanded(self, reading: Reading) -> Reading:
        told = reading.values
        for column in self.needed:
            if column.specs[0].name not in told and not any(spec.name in told for spec in column.specs):
                spec = column.specs[0]
                if not any(one.field == spec.name for one in reading.findings):
                    absent = finding(spec.absent, spec.title, field=spec.name)
                    reading.findings.append(placed(absent, column.name))
        return reading


def layout_of(kind: MessageKind, rows: Iterable[LayoutRow], coded: Mapping[str, Form]) -> Layout:
    """Return the layout these rows describe; a name that points nowhere raises ``ReferenceBroken``."""
    columns = []
    ordered = sorted(rows, key=lambda row: row.position)
    if not ordered:
        raise ReferenceBroken(f"a layout of {kind.name} has no columns")
    for row in ordered:
        names = [name for name in row.field.split("+") if name]
        unknown = [name for name in names if name not in kind.record.fields]
        if unknown:
            raise ReferenceBroken(f"{row.layout}, column {row.position}: {kind.name} has no field «{unknown[0]}»")
        form = form_named(row.form or "text", coded)
        if names and form.parts != len(names):
            raise ReferenceBroken(f"{row.layout}, column {row.position}: {form.name} carries {form.parts} fields")
        specs = tuple(kind.record.fields[name] for name in names)
        columns.append(Column(row.position, row.column, specs, form, row.must, row.type, row.length))
    return Layout(kind, ordered[0].layout, tuple(columns))


def packaged_rows(package: str, name: str) -> list[LayoutRow]:
    """Return the layout rows that ship beside a spelling (`layout;n;column;field;form;must;type;length`)."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    return [
        LayoutRow(
            row["layout"],
            int(row["n"]),
            row["column"],
            row["field"],
            row["form"] or "text",
            row["must"] == "1",
            row["type"] or "C",
            int(row["length"] or 0),
        )
        for row in csv.DictReader(text.splitlines(), delimiter=";")
    ]
