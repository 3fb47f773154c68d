"""From the texts of a file to typed rows of a book, with everything that is wrong with them (reference books, 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from registry.core.checks.books import BEGINNING, FOREVER, JOINT, same_form
from registry.core.errors import Permanent
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.reference.descriptions import TEMPLATE_KEY, TEMPLATE_NAME, Description
from registry.reference.raw import RawBook

RUSSIAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?")
LONGEST_KEY, LONGEST_SEARCH = 200, 300
LACKING = "\ufffd"
#: More unreadable values than one in so many, and the encoding was taken for another one.
SANE = 100
TOLD = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its key in the compared writing, its days, what it says, and what no description knows."""

    key: str
    since: date
    until: date
    values: Mapping[str, Any]
    extra: Mapping[str, Any]
    place: str = ""

    @property
    def search(self) -> str:
        """What people look for: key and texts in lower case."""
        texts = (one for one in self.values.values() if isinstance(one, str))
        return " ".join(dict.fromkeys((self.key, *texts))).casefold()[:LONGEST_SEARCH]


@dataclass(slots=True)
class Read:
    """The rows of an edition, and what control says about them; with an error it cannot be put into use."""

    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        """True when something in the file is an error."""
        return any(one.is_error for one in self.findings)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column of the file is which: names of books differ in case between editions."""

    keys: tuple[str, ...]
    since: str | None
    until: str | None
    values: Mapping[str, str]
    extra: tuple[str, ...]


def read_rows(raw: RawBook, description: Description) -> Read:
    """Every row of a file by the description of its book; a file without the columns of the key is refused."""
    columns = _columns(raw, description)
    read = Read()
    read.findings += [finding(F.FILE_TOLERATED, text) for text in raw.warnings]
    if columns.extra:
        kept = f"{', '.join(columns.extra)} – сохранены без разбора"
        read.findings.append(finding(F.BOOK_COLUMN_UNKNOWN, kept))
    if not raw.rows:
        read.findings.append(finding(F.FILE_EMPTY))
    _check_letters(raw.rows, read)
    for number, row in enumerate(raw.rows, 1):
        line = _line(row, number, columns, description, read)
        if line is not None:
            read.lines.append(line)
    _check_periods(read)
    read.findings.sort(key=lambda one: not one.is_error)
    del read.findings[TOLD:]
    return read


def _columns(raw: RawBook, description: Description) -> _Columns:
    if not description.key_fields:
        raise Permanent(
            F.STRUCTURE_WRONG,
            f"Справочник {description.code} не описан: не известны колонки ключа",
            expected="описание справочника",
        )
    there = {name.casefold(): name for name in reversed(raw.columns)}
    keys = [there.get(name.casefold()) for name in description.key_fields]
    if keys == [None]:
        keys = [there.get(TEMPLATE_KEY)]
    absent = [name for name, found in zip(description.key_fields, keys, strict=True) if found is None]
    if absent:
        names = ", ".join(absent)
        text = f"В файле справочника {description.code} нет колонок ключа: {names}"
        raise Permanent(F.COLUMN_ABSENT, text, place=names, expected=names)
    since, until = _first(there, description.from_fields), _first(there, description.to_fields)
    values = {found: name for name in description.columns if (found := there.get(name.casefold())) is not None}
    for template, name in ((TEMPLATE_KEY, description.key_fields[0]), (TEMPLATE_NAME, description.name_field)):
        if name and name not in values.values() and template in there:
            values[there[template]] = name
    taken = {*values, since, until}
    extra = tuple(name for name in raw.columns if name not in taken)
    return _Columns(tuple(filter(None, keys)), since, until, values, extra)


def _first(there: Mapping[str, str], names: Sequence[str]) -> str | None:
    return next((there[name.casefold()] for name in names if name.casefold() in there), None)


def _line(row: dict[str, Any], number: int, columns: _Columns, description: Description, read: Read) -> Line | None:
    place = f"строка {number}"
    key = JOINT.join(same_form(description.form, row.get(name) or "") for name in columns.keys)
    if not key.strip(JOINT) or any(not row.get(name) for name in columns.keys):
        read.findings.append(_placed(finding(F.VALUE_ABSENT, f"ключ, {place}", field="key"), place))
        return None
    if len(key) > LONGEST_KEY:
        read.findings.append(_placed(finding(F.VALUE_TOO_LONG, f"ключ, {place}", value=key), place))
        return None
    since = _day(row, columns.since, BEGINNING, place, read)
    until = _day(row, columns.until, FOREVER, place, read)
    if since is None or until is None:
        return None
    if until < since:
        text = f"код {key}: начало {since:%d.%m.%Y} позже конца {until:%d.%m.%Y}"
        read.findings.append(_placed(finding(F.DATE_ORDER, text, value=key), place))
        return None
    values = {name: row[found] for found, name in columns.values.items() if row.get(found)}
    extra = {name: row[name] for name in columns.extra if row.get(name)}
    return Line(key, since, until, values, extra, place)


def day_of(text: str) -> date | None:
    """The day of a text, as dd.mm.yyyy or as ISO; nothing for a text that is none."""
    if found := RUSSIAN.fullmatch(text.strip()):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    elif found := ISO.fullmatch(text.strip()):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _day(row: dict[str, Any], column: str | None, otherwise: date, place: str, read: Read) -> date | None:
    text = str(row.get(column) or "").strip() if column else ""
    if not text:
        return otherwise
    found = day_of(text)
    if found is None:
        told = finding(F.DATE_WRONG, f"{column}, {place}", value=text, expected="дд.мм.гггг")
        read.findings.append(_placed(told, place))
    return found


def _check_letters(rows: Sequence[dict[str, Any]], read: Read) -> None:
    """Where many values hold signs no encoding has, the file was read in a wrong one."""
    texts = [one for row in rows for one in row.values() if isinstance(one, str) and one]
    broken = sum(LACKING in one for one in texts)
    if broken * SANE > len(texts):
        read.findings.append(finding(F.ENCODING_WRONG, f"нечитаемых значений {broken} из {len(texts)}"))


def _check_periods(read: Read) -> None:
    """A key has one row from one day; where its periods overlap, the later row wins and the earlier ends before it."""
    by_key: dict[str, list[Line]] = {}
    for line in read.lines:
        by_key.setdefault(line.key, []).append(line)
    kept = [one for lines in by_key.values() for one in (_settled(lines, read) if len(lines) > 1 else lines)]
    read.lines[:] = kept


def _settled(lines: list[Line], read: Read) -> Iterator[Line]:
    latest: dict[date, Line] = {}
    for one in lines:  # in the order of the file
        before = latest.get(one.since)
        if before is not None:
            text = f"код {one.key} с {one.since:%d.%m.%Y}: {before.place} и {one.place}"
            read.findings.append(_placed(finding(F.BOOK_ROW_REPEATED, text, value=one.key), one.place))
        latest[one.since] = one
    ordered = sorted(latest.values(), key=lambda one: one.since)
    for earlier, later in pairwise(ordered):
        yield _ended_before(earlier, later, read)
    yield ordered[-1]


def _ended_before(earlier: Line, later: Line, read: Read) -> Line:
    if earlier.until < later.since:
        return earlier
    text = f"код {earlier.key}, с {later.since:%d.%m.%Y} действует {later.place}"
    read.findings.append(_placed(finding(F.BOOK_PERIODS_OVERLAP, text, value=earlier.key), later.place))
    eve = date.fromordinal(later.since.toordinal() - 1)
    return Line(earlier.key, earlier.since, eve, earlier.values, earlier.extra, earlier.place)


def _placed(one: Finding, place: str) -> Finding:
    return Finding(one.code, one.text, one.field, one.value, one.expected, one.level, place)
