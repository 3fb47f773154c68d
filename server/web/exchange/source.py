"""Stored bytes shown safely: text in its encoding with numbered lines, tables of a DBF, bytes of anything else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from registry.core.errors import Permanent
from registry.exchange.codecs.code_pages import guess_cyrillic
from registry.exchange.codecs.dbf_header import DbfHeader, read_header

HEAD = 64 * 1024
LONGEST_LINE = 400
MOST_ROWS = 200
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_.-]{2,20})["']""")
BETWEEN_TAGS = re.compile(r"(?<=>)(?=<)")
ZIP, DBF_BEGINNINGS = b"PK\x03\x04", (0x03, 0x30, 0x31, 0x43, 0x63, 0x83, 0xF5)

Part = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Line:
    """One line in parts, some of which are marked; the number is empty for what was broken for reading."""

    number: str
    parts: list[Part]

    @property
    def is_marked(self) -> bool:
        """True when a value of a finding stands in the line."""
        return any(marked for _, marked in self.parts)


@dataclass(slots=True)
class Preview:
    """The beginning of stored bytes in the form people can read."""

    form: str
    encoding: str = ""
    lines: list[Line] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    members: list[tuple[str, int]] = field(default_factory=list)
    broken_lines: bool = False


def preview(head: bytes, *, whole: bytes | None, values: Sequence[str]) -> Preview:
    """The readable form of the first bytes; ``whole`` are all of them where they are few enough to look inside."""
    if head[:4] == ZIP:
        shown = _hex(head[:4096])
        shown.members = _members(whole)
        return shown
    if head[:1] and head[0] in DBF_BEGINNINGS and (table := _dbf(head)):
        return table
    if b"\0" in head[:1024] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _hex(head[:4096])
    return _text(head, values)


def _text(head: bytes, values: Sequence[str]) -> Preview:
    encoding = encoding_of(head)
    text = head.decode(encoding, errors="replace").lstrip("\ufeff")
    shown = Preview("text", encoding)
    pattern = _pattern(values)
    for number, line in enumerate(text.splitlines(), start=1):
        pieces = BETWEEN_TAGS.split(line) if len(line) > LONGEST_LINE else [line]
        shown.broken_lines = shown.broken_lines or len(pieces) > 1
        for place, piece in enumerate(pieces):
            shown.lines.append(Line(str(number) if place == 0 else "", _parts(piece, pattern)))
    return shown


def encoding_of(head: bytes) -> str:
    """The encoding the bytes declare, else the one they can be read in."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if declared := DECLARED.match(head.removeprefix(b"\xef\xbb\xbf")):
        name = declared.group(1).decode("ascii")
        try:
            "".encode(name)
        except LookupError:
            return "utf-8"
        return name.lower()
    try:
        # The head may end inside a character of several bytes.
        head.rsplit(b"\n", 1)[0].decode("utf-8") if len(head) >= HEAD else head.decode("utf-8")
    except UnicodeDecodeError:
        return guess_cyrillic(head) or "cp1251"
    return "utf-8"


def _pattern(values: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({value for value in values if len(value) > 1}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in wanted)) if wanted else None


def _parts(line: str, pattern: re.Pattern[str] | None) -> list[Part]:
    if pattern is None:
        return [(line, False)]
    parts: list[Part] = []
    at = 0
    for found in pattern.finditer(line):
        parts += [(line[at : found.start()], False), (found.group(), True)]
        at = found.end()
    parts.append((line[at:], False))
    return [part for part in parts if part[0]]


def _hex(head: bytes) -> Preview:
    shown = Preview("hex")
    for at in range(0, len(head), 16):
        row = head[at : at + 16]
        signs = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        shown.lines.append(Line(f"{at:06x}", [(f"{row.hex(' '):<48} {signs}", False)]))
    return shown


def _dbf(head: bytes) -> Preview | None:
    stream = io.BytesIO(head)
    try:
        header: DbfHeader = read_header(stream)
    except (Permanent, ValueError):
        return None
    body = head[stream.tell() :]
    length = header.record_length
    encoding = header.encoding or guess_cyrillic(body) or "cp866"
    shown = Preview("table", encoding, columns=[one.name for one in header.fields])
    for start in range(0, min(len(body) - length + 1, MOST_ROWS * length), length):
        record = body[start : start + length]
        if record[:1] == b"\x1a":
            break
        shown.rows.append(_cells(record, header, encoding))
    return shown


def _cells(record: bytes, header: DbfHeader, encoding: str) -> list[str]:
    cells, at = [], 1
    for one in header.fields:
        cells.append(record[at : at + one.length].decode(encoding, errors="replace").strip())
        at += one.length
    return cells


def _members(whole: bytes | None) -> list[tuple[str, int]]:
    if whole is None:
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return [(one.filename, one.file_size) for one in archive.infolist()[:100]]
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []
