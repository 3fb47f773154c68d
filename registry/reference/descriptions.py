"""Descriptions of books as data: how each is recognised, which columns are its key, its name and its days."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from registry.core.checks.books import CodeForm

SEPARATOR = ";"
#: Names of the columns of days in the books of ФФОМС, of Минздрав and in our own template; a book may name its own.
FROM_FIELDS = ("DATEBEG", "DBEGIN", "DATE_BEG", "DATE_BEGIN")
TO_FIELDS = ("DATEEND", "DEND", "DATE_END")
#: What our own template calls the key and the name of a book whose key is one column.
TEMPLATE_KEY, TEMPLATE_NAME = "code", "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """One book: what it is called in files, what identifies a row, which columns are known."""

    code: str
    title: str
    type: str = ""
    source: str = "ffoms"
    key_fields: tuple[str, ...] = ()
    name_field: str = ""
    from_fields: tuple[str, ...] = FROM_FIELDS
    to_fields: tuple[str, ...] = TO_FIELDS
    attributes: tuple[str, ...] = ()
    form: CodeForm = CodeForm.TEXT
    listed_edition: str = ""
    listed_on: date | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are kept as values of a row."""
        return tuple(dict.fromkeys((*self.key_fields, *filter(None, (self.name_field,)), *self.attributes)))


def description_of(row: dict[str, str]) -> Description:
    """The description a line of the list or a row of the table tells; empty columns of days mean the usual ones."""
    told = {name: (row.get(name) or "").strip() for name in NAMES}
    return Description(
        code=told["code"],
        title=told["title"] or told["code"],
        type=told["type"],
        source=told["source"] or "ffoms",
        key_fields=parts(told["key_fields"]),
        name_field=told["name_field"],
        from_fields=parts(told["from_fields"]) or FROM_FIELDS,
        to_fields=parts(told["to_fields"]) or TO_FIELDS,
        attributes=parts(told["attributes"]),
        form=CodeForm(told["form"] or "text"),
        listed_edition=told["listed_edition"],
        listed_on=date.fromisoformat(told["listed_on"]) if told["listed_on"] else None,
    )


NAMES = (
    "code",
    "title",
    "type",
    "source",
    "key_fields",
    "name_field",
    "from_fields",
    "to_fields",
    "attributes",
    "form",
    "listed_edition",
    "listed_on",
)


def parts(text: str) -> tuple[str, ...]:
    """The names in one line."""
    return tuple(filter(None, (one.strip() for one in text.split(SEPARATOR))))


@cache
def packaged() -> tuple[Description, ...]:
    """The descriptions that ship, in the order of the list."""
    return read_descriptions(files("registry.reference.books").joinpath("books.csv").read_text(encoding="utf-8"))


def read_descriptions(text: str) -> tuple[Description, ...]:
    """The descriptions of a list with tabulators; ``ValueError`` for a line that describes no book."""
    found = tuple(description_of(row) for row in csv.DictReader(text.splitlines(), delimiter="\t"))
    nameless = [number for number, one in enumerate(found, 2) if not one.code]
    if nameless:
        raise ValueError(f"строка {nameless[0]}: нет кода справочника")
    return found
