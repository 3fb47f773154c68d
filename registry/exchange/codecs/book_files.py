"""Files of reference books: packets of ФФОМС, XML of Минздрав by OID, CSV by template, and ZIP around any of them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lxml import etree

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.spellings import local_name
from registry.exchange.codecs.archive import ArchiveLimits, read_members
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.codecs.xml import XmlLimits, parse_document
from registry.reference.raw import RawBook
from registry.reference.rules.reading import day_of

ZIP = b"PK\x03\x04"
LIMITS = XmlLimits(max_bytes=512 * 1024**2)
MEMBERS = ArchiveLimits(max_members=100, max_total=1024**3)
#: `V002.csv`, `V002_3.0_20180330.csv`; whatever else stands behind the code is no edition.
NAME = re.compile(r"(?P<code>[A-Za-z]\d{3})(?:_(?P<edition>\d+(?:\.\d+)+)(?:_(?P<day>\d{8}))?)?", re.ASCII)
OID = re.compile(r"\d+(?:\.\d+){5,}", re.ASCII)
#: A first line of our template may tell what the file is: `# V002;3.0;30.03.2018`.
HEADING = "#"
SEPARATORS = ";\t,"
LIST_COLUMNS = ("book", "name", "version", "date")


@dataclass(frozen=True, slots=True)
class BookFile:
    """One book in a file: the bytes it was read from, under its name."""

    name: str
    content: bytes
    raw: RawBook


def read_book_files(content: bytes, name: str) -> Iterator[BookFile]:
    """Every book of a file; an archive holds one or several, each read as if it had come alone."""
    if not content.startswith(ZIP):
        yield BookFile(name, content, read_book(content, name))
        return
    for member in read_members(io.BytesIO(content), allowed=MEMBERS):
        packed = member.read()
        yield BookFile(member.name, packed, read_book(packed, member.name))


def read_book(content: bytes, name: str) -> RawBook:
    """The book of one file that is no archive."""
    if not content.strip():
        raise Permanent(F.FILE_EMPTY, f"Файл {name} пуст")
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        return _read_xml(content, name)
    return _read_csv(content, name)


def _read_xml(content: bytes, name: str) -> RawBook:
    warnings: list[FileWarning] = []
    root = parse_document(content, limits=LIMITS, warnings=warnings)
    rows = [_row(one) for one in root.iter() if local_name(one).casefold() in ("zap", "entry")]
    columns = dict.fromkeys(column for row in rows for column in row)
    head = next((one for one in root.iter() if local_name(one).casefold() in ("zglv", "book", "passport")), None)
    told = (
        {local_name(one).casefold(): (one.text or "").strip() for one in head if not len(one)}
        if head is not None
        else {}
    )
    named = _named(name)
    oid = next((told[one] for one in ("oid", "identifier") if OID.fullmatch(told.get(one, ""))), "")
    found = OID.search(name)
    return RawBook(
        rows=rows,
        columns=tuple(columns),
        type=told.get("type", ""),
        oid=oid or (found[0] if found else ""),
        code=named.get("code", ""),
        edition=told.get("version", "") or named.get("edition", ""),
        edition_date=day_of(told.get("date", "") or told.get("publishdate", "")) or _day(named.get("day", "")),
        warnings=tuple(one.text for one in warnings),
    )


def _row(element: etree._Element) -> dict[str, Any]:
    """The texts of a row by name; a repeated element becomes a list, a nested one has its path as its name."""
    row: dict[str, Any] = {}
    for name, text in _texts(element, ""):
        if name in row:
            row[name] = [*(row[name] if isinstance(row[name], list) else [row[name]]), text]
        else:
            row[name] = text
    return row


def _texts(element: etree._Element, path: str) -> Iterator[tuple[str, str]]:
    for child in element:
        name = f"{path}{local_name(child)}"
        if len(child):
            yield from _texts(child, f"{name}/")
        elif text := " ".join((child.text or "").split()):
            yield name, text


def _read_csv(content: bytes, name: str) -> RawBook:
    text, warnings = _decoded(content)
    named = _named(name)
    lines = text.splitlines()
    if lines and lines[0].startswith(HEADING):
        told = [one.strip() for one in lines.pop(0).lstrip(HEADING).split(";")] + [""] * 3
        named = {"code": told[0] or named.get("code", ""), "edition": told[1], "day": told[2]}
    if not lines:
        raise Permanent(F.FILE_EMPTY, f"Файл {name} пуст")
    separator = max(SEPARATORS, key=lines[0].count)
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)
    columns = [one.strip() for one in next(reader)]
    _check_columns(columns)
    rows = [
        {column: " ".join(value.split()) for column, value in zip(columns, values, strict=False) if value.strip()}
        for values in reader
        if any(value.strip() for value in values)
    ]
    return RawBook(
        rows=rows,
        columns=columns,
        code=named.get("code", ""),
        edition=named.get("edition", ""),
        edition_date=_day(named.get("day", "")),
        warnings=warnings,
    )


def _check_columns(columns: list[str]) -> None:
    bare = [one.casefold() for one in columns]
    twice = next((one for one in columns if bare.count(one.casefold()) > 1), None)
    if twice is not None:
        raise Permanent(F.DUPLICATE_COLUMN, f"Колонка «{twice}» повторяется", place=twice)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace"), ("кодировка не UTF-8, файл прочитан в windows-1251",)


def _named(name: str) -> dict[str, str]:
    """What the name of a file tells: the code of the book, and its edition with the day where they stand there."""
    found = NAME.match(name.rpartition("/")[2])
    return {key: value or "" for key, value in found.groupdict().items()} if found else {}


def _day(text: str) -> date | None:
    if len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return day_of(text)


def is_edition_list(raw: RawBook) -> bool:
    """True for the list of all federal books with their editions."""
    return set(LIST_COLUMNS) <= {one.casefold() for one in raw.columns}
