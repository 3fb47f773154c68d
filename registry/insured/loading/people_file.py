"""A people CSV cut into blocks of whole people, so that another process can take a block apart."""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, Self

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.insured.loading.lines import COLUMNS, Rows

BLOCK = 384 * 1024
FIRST_SLOTS = 1 << 14
BOM = b"\xef\xbb\xbf"
_FIRST_CELL = re.compile(rb"^[^;\r\n]+", re.MULTILINE)


@dataclass(slots=True)
class Block:
    """Bytes of whole lines about whole people; ``come_back`` are the lines of people told of before."""

    first_line: int
    body: bytes
    header: Sequence[str]
    lines: int = 0
    people: int = 0
    come_back: dict[int, str] = field(default_factory=dict)

    def rows(self) -> Rows:
        """Rows with their line numbers, values in the order of ``COLUMNS``, without those who come back."""
        told = _rows(self.body, self.first_line)
        if self.come_back:
            told = ((number, row) for number, row in told if number not in self.come_back)
        if self.header == COLUMNS:
            return list(told)
        pick, width = itemgetter(*map(self.header.index, COLUMNS)), len(self.header)
        return [(number, list(pick(row)) if len(row) == width else row[: len(COLUMNS) - 1]) for number, row in told]


class PeopleFile:
    """An open people CSV that knows how far it has been read, and whom it has told of."""

    def __init__(self, path: Path) -> None:
        self.total_bytes = path.stat().st_size
        self.done_bytes = 0
        self._raw: BinaryIO = path.open("rb")
        self._seen = _Seen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()

    def blocks(self, size: int = BLOCK) -> Iterator[Block]:
        """Everything after the header, all neighbouring lines of a person in one block."""
        head = self._raw.readline().removeprefix(BOM).decode(errors="replace")
        header = [name.strip().lower() for name in next(csv.reader([head], delimiter=";"), [])]
        missing = [name for name in COLUMNS if name not in header]
        if missing:
            names = ", ".join(missing)
            raise Permanent(
                FindingCode.COLUMN_ABSENT, f"В файле людей нет обязательных столбцов: {names}", expected=names
            )
        key_place, line, carried = header.index("person_key"), 2, b""
        while read := self._raw.read(size):
            self.done_bytes = self._raw.tell()
            carried += read
            end = _last_person(carried, key_place) if self.done_bytes < self.total_bytes else len(carried)
            if end:
                block = Block(line, carried[:end], header)
                self._count(block, key_place)
                yield block
                line, carried = line + _line_ends(block.body), carried[end:]

    def _count(self, block: Block, key_place: int) -> None:
        """Count lines and people of a block; the lines of people who come back later in the file are marked."""
        keys = _plain_keys(block.body, key_place)
        if keys is None:
            keys = [key for _, key in _numbered_keys(block, key_place)]
        block.lines = len(keys)
        back, current = set(), None
        for place, (key, _) in enumerate(groupby(keys)):
            if key != current:
                if self._seen.add(hash(key)):
                    current = key
                    block.people += 1
                else:
                    back.add(place)
        if back:
            groups = enumerate(groupby(_numbered_keys(block, key_place), itemgetter(1)))
            for _, (key, lines) in (group for group in groups if group[0] in back):
                block.come_back |= {number: key.decode(errors="replace") for number, _ in lines}


class _Seen:
    """Hashes met so far, eight bytes each: a set of a million numbers would take six times as much."""

    def __init__(self) -> None:
        self._slots = array("Q", bytes(8 * FIRST_SLOTS))
        self._count = 0

    def add(self, mark: int) -> bool:
        """Remember a hash; False when it was there."""
        if 2 * self._count >= len(self._slots):
            known, self._slots = self._slots, array("Q", bytes(16 * len(self._slots)))
            for old in filter(None, known):
                self._slots[self._slot(old)] = old
        mark = mark & 0xFFFF_FFFF_FFFF_FFFF or 1
        slot = self._slot(mark)
        if self._slots[slot]:
            return False
        self._slots[slot] = mark
        self._count += 1
        return True

    def _slot(self, mark: int) -> int:
        slots, last = self._slots, len(self._slots) - 1
        slot = mark & last
        while slots[slot] not in (0, mark):
            slot = (slot + 1) & last
        return slot


def _rows(body: bytes, first_line: int) -> Iterable[tuple[int, list[str]]]:
    """Rows that are not empty with the numbers of their last lines."""
    reader = csv.reader(io.StringIO(body.decode(errors="replace"), newline=""), delimiter=";")
    before = first_line - 1
    try:
        for row in reader:
            if row:
                yield before + reader.line_num, row
    except csv.Error as error:
        where = f"строка {before + reader.line_num}"
        text = f"Файл людей не читается: {where}: кавычки не закрыты или значение слишком длинное"
        raise Permanent(FindingCode.FILE_UNREADABLE, text, place=where) from error


def _numbered_keys(block: Block, key_place: int) -> Iterator[tuple[int, bytes]]:
    """Line numbers and person keys of all rows, as the reader of CSV sees them."""
    for number, row in _rows(block.body, block.first_line):
        yield number, row[key_place].strip().encode() if len(row) > key_place else b""


def _plain_keys(body: bytes, key_place: int) -> list[bytes] | None:
    """Person keys of all rows that are not empty, or None when it takes a reader of CSV to tell."""
    if key_place or b'"' in body or body.startswith(b";") or b"\n;" in body:
        return None
    if body.count(b"\r") != body.count(b"\r\n"):
        return None
    keys: list[bytes] = _FIRST_CELL.findall(body)
    plain = b"".join(keys)
    return None if b" " in plain or not plain.isascii() or not plain.decode().isprintable() else keys


def _last_person(body: bytes, key_place: int) -> int:
    """Where the last person of the whole lines begins, who may go on behind them; 0 when there is nobody else."""
    body = body[: body.rfind(b"\n") + 1]
    if key_place or b'"' in body:
        return _last_person_of_rows(body, key_place)
    start, last = len(body), None
    while start > 0:
        begin = body.rfind(b"\n", 0, start - 1) + 1
        whole = body[begin:start].rstrip(b"\r\n")
        key = whole.partition(b";")[0].strip()
        if whole and last is not None and key != last:
            return start
        start, last = begin, key if whole else last
    return 0


def _last_person_of_rows(body: bytes, key_place: int) -> int:
    lines = io.StringIO(body.decode("latin-1"), newline="").readlines()
    reader = csv.reader(lines, delimiter=";")
    begins = before = 0
    last: str | None = None
    try:
        for row in reader:
            key = row[key_place].strip() if len(row) > key_place else ""
            if row and key != last:
                begins, last = before, key
            before = reader.line_num
    except csv.Error:
        return len(body)  # whoever reads the block tells the line
    return sum(map(len, lines[:begins]))


def _line_ends(body: bytes) -> int:
    return body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n")
