"""The form of a backup file: gzip around lines of JSON, a head, every table with its sum, a foot.

    {"format": "tfoms-hub-backup", "version": 1, "revision": …, "made_at": …, "database": …}
    {"table": "person", "columns": ["id", …]}
    [1, "630001", …]                                one line a row
    {"end": "person", "rows": 1, "sum": "…"}        a sum that does not depend on the order of the rows
    {"done": 52, "lines": …, "sha256": "…"}         of every line before

Values stand as JSON writes them: moments in UTC, bytes in base64, keys of documents sorted — so the same content has
the same sums whichever database it lay in.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

FORMAT, VERSION = "tfoms-hub-backup", 1
LONGEST_LINE = 64 * 1024 * 1024
SUM_BYTES = 16
MASK = (1 << (8 * SUM_BYTES)) - 1

encode = msgspec.json.Encoder(order="sorted").encode
decode = msgspec.json.Decoder().decode


class Damaged(Exception):
    """The file is no backup, or not whole, or was changed; the text says where."""


@dataclass(slots=True)
class TableSum:
    """How many rows a table has, and the sum of their contents."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count one row as it is written."""
        self.rows += 1
        digest = hashlib.blake2b(line, digest_size=SUM_BYTES).digest()
        self.total = (self.total + int.from_bytes(digest, "big")) & MASK

    @property
    def text(self) -> str:
        """The sum as it is written."""
        return f"{self.total:0{2 * SUM_BYTES}x}"


@dataclass(slots=True)
class Contents:
    """What a file says of itself: when and of what it was made, and the sum of every table."""

    revision: str
    made_at: datetime
    database: str
    tables: dict[str, TableSum] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one.rows for one in self.tables.values())


@dataclass(frozen=True, slots=True)
class TableBegins:
    """From here on rows of this table follow."""

    name: str
    columns: tuple[str, ...]


Step = Contents | TableBegins | bytes


def read_contents(path: Path) -> Contents:
    """Read a whole file, check every sum, keep nothing of it; ``Damaged`` when anything is not as it was written."""
    contents: Contents | None = None
    for step in steps(path):
        if isinstance(step, Contents):
            contents = step
    if contents is None:
        raise Damaged("в файле нет оглавления")
    return contents


def steps(path: Path) -> Iterator[Step]:
    """Yield the head, then every table and its rows, checking sums on the way; the last step is the head, complete."""
    try:
        with gzip.open(path, "rb") as stream:
            yield from _checked(stream)
    except (gzip.BadGzipFile, zlib.error, EOFError) as wrong:
        raise Damaged(f"архив повреждён или обрывается ({type(wrong).__name__})") from None


def _checked(stream: Any) -> Iterator[Step]:
    whole, lines = hashlib.sha256(), 0
    contents = _head(_line(stream))
    whole.update(encode(_head_values(contents)) + b"\n")
    yield contents
    table, found = "", TableSum()
    while True:
        line = _line(stream)
        lines += 1
        if line.startswith(b"["):
            if not table:
                raise Damaged(f"строка {lines}: запись вне таблицы")
            found.add(line)
            whole.update(line + b"\n")
            yield line
            continue
        told = _object(line, lines)
        if "done" in told:
            _check_foot(stream, told, lines - 1, whole.hexdigest(), len(contents.tables))
            yield contents
            return
        whole.update(line + b"\n")
        if "table" in told and not table:
            table, found = str(told["table"]), TableSum()
            yield TableBegins(table, tuple(map(str, told["columns"])))
        elif told.get("end") == table and table:
            if (told.get("rows"), told.get("sum")) != (found.rows, found.text):
                raise Damaged(f"таблица {table}: число строк или сумма не сходятся")
            contents.tables[table], table = found, ""
        else:
            raise Damaged(f"строка {lines}: нарушен порядок таблиц")


def _line(stream: Any) -> bytes:
    line: bytes = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise Damaged("файл обрывается" if len(line) < LONGEST_LINE else "строка длиннее допустимого")
    return line[:-1]


def _object(line: bytes, number: int) -> dict[str, Any]:
    try:
        told = decode(line)
    except msgspec.DecodeError:
        told = None
    if not isinstance(told, dict):
        raise Damaged(f"строка {number} не читается")
    return told


def _head(line: bytes) -> Contents:
    told = _object(line, 0)
    if told.get("format") != FORMAT:
        raise Damaged("это не резервная копия хаба")
    if told.get("version") != VERSION:
        raise Damaged(f"копия сделана в форме {told.get('version')}, этот выпуск читает форму {VERSION}")
    try:
        made_at = datetime.fromisoformat(str(told["made_at"]))
        return Contents(str(told["revision"]), made_at, str(told["database"]))
    except (KeyError, ValueError):
        raise Damaged("оглавление не читается") from None


def _head_values(contents: Contents) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "revision": contents.revision,
        "made_at": contents.made_at.isoformat(),
        "database": contents.database,
    }


def head_line(contents: Contents) -> bytes:
    """The first line of a file."""
    return encode(_head_values(contents))


def _check_foot(stream: Any, told: dict[str, Any], lines: int, digest: str, tables: int) -> None:
    if (told.get("done"), told.get("lines"), told.get("sha256")) != (tables, lines, digest):
        raise Damaged("сумма файла не сходится")
    if stream.read(1):
        raise Damaged("после конца копии есть ещё что-то")
