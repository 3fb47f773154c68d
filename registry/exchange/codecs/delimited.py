"""Reader and writer of the quoted semicolon form of attachment files (files.md 3.2)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.code_pages import (
    LACKING,
    CodePage,
    encode_nearest,
    is_surely_other,
    other_page,
    single_byte_encoding,
)
from registry.exchange.codecs.delimited_line import CONTROLS, LineParser
from registry.exchange.codecs.problems import FileWarning, RowProblem

_PORTION = 256 * 1024
_MAX_LINE = 64 * 1024
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_8 = "utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EXPECTED_FORM = "значения в двойных кавычках через точку с запятой"

_LINE_FEED = "строка завершена одним переводом строки без возврата каретки"
_EMPTY_ROW = "пустая строка"


@dataclass(slots=True)
class DelimitedRow:
    """One row with its number from 1; an absent value is None. A row with problems is not to be relied on."""

    number: int
    values: list[str | None]
    problems: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


class DelimitedReader:
    """Reads rows from a binary stream in portions; each tolerance of files.md 3.2 is a warning, or with ``strict``
    a problem of the row (of the whole file for the encoding). ``warnings`` is complete when the iteration is over.

    ``encoding`` given by the sender's setting is not doubted; ``heading`` is the word that tells a header row.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        encoding: str | None = None,
        strict: bool = False,
        max_rows: int = 4_999,
        heading: str = "Действие",
    ) -> None:
        self._stream = stream
        self._strict = strict
        self._max_rows = max_rows
        self._heading = heading.casefold()
        self._decided = _UTF_8 if encoding and codecs.lookup(encoding).name == _UTF_8 else ""
        self._page = CodePage(single_byte_encoding(encoding) if encoding and not self._decided else "cp1251")
        if encoding and not self._decided:
            self._decided = self._page.name
        self._line_feeds = False
        self.row_count = 0
        self.warnings: list[FileWarning] = []

    @property
    def encoding(self) -> str:
        """The encoding found so far; windows-1251 until a letter tells otherwise."""
        return self._decided or self._page.name

    def __iter__(self) -> Iterator[DelimitedRow]:
        """Every row in order; Permanent when there are none, more than allowed, or the encoding cannot be right."""
        first = True
        for line, ended in self._lines():
            text = self._text(line)
            if first:
                first = False
                if self._is_heading(text):
                    continue
            self.row_count += 1
            if self.row_count > self._max_rows:
                raise Permanent(FindingCode.TOO_MANY_ROWS, "Слишком много строк", expected=f"не более {self._max_rows}")
            yield self._row(text, ended, "" if self._decided == _UTF_8 else other_page(line, self._page.name))
        if not self.row_count:
            raise Permanent(FindingCode.FILE_EMPTY, "В файле нет ни одной строки")

    def _lines(self) -> Iterator[tuple[bytes, bytes]]:
        """Lines without their ends, and the ends; one line end after the last row is tolerated."""
        rest = self._first_portion()
        while True:
            *lines, rest = rest.split(b"\n")
            for line in lines:
                yield (line[:-1], b"\r\n") if line.endswith(b"\r") else (line, b"\n")
            if len(rest) > _MAX_LINE:
                raise Permanent(
                    FindingCode.FILE_UNREADABLE, "Слишком длинная строка", place=f"строка {self.row_count + 1}"
                )
            portion = self._stream.read(_PORTION)
            if not portion:
                break
            if not self._decided:
                self._decide(portion, final=False)
            rest += portion
        if rest:
            yield rest, b""
        elif self.row_count:
            self._warn("Файл завершается переводом строки")
            if self._strict:
                yield b"", b""

    def _first_portion(self) -> bytes:
        """The beginning of the file without its mark; marks of encodings other than UTF-8 are refused."""
        portion = self._stream.read(_PORTION)
        if portion.startswith(WIDE_MARKS):
            raise self._wrong_encoding()
        if portion.startswith(codecs.BOM_UTF8):
            portion = portion[len(codecs.BOM_UTF8) :]
            self._accept_utf_8()
        elif not self._decided:
            self._decide(portion, final=len(portion) < _PORTION)
        return portion

    def _decide(self, portion: bytes, *, final: bool) -> None:
        """Decides on the encoding by the first portion that has a letter beyond ASCII."""
        if portion.isascii():
            return
        try:
            text = codecs.getincrementaldecoder(_UTF_8)().decode(portion, final)
        except UnicodeDecodeError:
            self._decided = self._page.name
            if is_surely_other(portion, "cp1251", "cp866"):
                raise self._wrong_encoding() from None
        else:
            if any("\u0400" <= character <= "\u04ff" for character in text):
                self._accept_utf_8()
            else:
                self._decided = self._page.name

    def _accept_utf_8(self) -> None:
        if self._strict:
            raise self._wrong_encoding()
        self._decided = _UTF_8
        self.warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, "Файл в кодировке UTF-8 вместо windows-1251"))

    @staticmethod
    def _wrong_encoding() -> Permanent:
        return Permanent(FindingCode.ENCODING_WRONG, "Файл не в кодировке windows-1251", expected="windows-1251")

    def _warn(self, text: str) -> None:
        self.warnings.append(FileWarning(FindingCode.FILE_TOLERATED, text))

    def _text(self, line: bytes) -> str:
        if self._decided == _UTF_8:
            return line.decode(_UTF_8, "replace")
        return self._page.decode(line)

    def _is_heading(self, text: str) -> bool:
        """Whether the first row names columns; it is left out then, unless ``strict`` makes it a row like others."""
        parser = LineParser(text)
        parser.parse()
        if self._strict or not any(self._heading in (value or "").casefold() for value in parser.values):
            return False
        self._warn("Первая строка содержит названия столбцов")
        return True

    def _row(self, text: str, ended: bytes, other: str) -> DelimitedRow:
        """One row; the departures from the form stand in its problems and warnings, each text once.

        ``other`` is the code page it is written in when it cannot be in that of the file.
        """
        row = DelimitedRow(self.row_count, [])
        if not text:
            row.problems.append(self._problem(0, _EMPTY_ROW))
            return row
        parser = LineParser(text)
        parser.parse()
        row.values = parser.values
        if ended == b"\n":
            self._line_feed(parser)
        if other:
            parser.problems.insert(0, (0, f"строка в кодировке {other}, а файл – в {self.encoding}"))
        elif LACKING in text:
            parser.problems.append((0, f"символ вне кодировки {self.encoding}"))
        if self._strict:
            parser.problems.extend(parser.tolerated)
            parser.tolerated.clear()
        row.problems.extend(self._problem(column, reason) for column, reason in parser.problems)
        reasons = {reason: column for column, reason in reversed(parser.tolerated)}
        row.warnings.extend(
            RowProblem(str(column or ""), "", _EXPECTED_FORM, FindingCode.FILE_TOLERATED, reason)
            for reason, column in reasons.items()
        )
        return row

    def _line_feed(self, parser: LineParser) -> None:
        """A line feed alone ends this row: one warning for the file, or a problem of each such row."""
        if self._strict:
            parser.problems.append((0, _LINE_FEED))
        elif not self._line_feeds:
            self._line_feeds = True
            self._warn("Строки разделены одним переводом строки без возврата каретки")

    @staticmethod
    def _problem(column: int, reason: str) -> RowProblem:
        return RowProblem(str(column or ""), "", _EXPECTED_FORM, FindingCode.ROW_CHARACTERS, reason)


def write_rows(
    stream: BinaryIO, rows: Iterable[Sequence[str | None]], *, encoding: str = "cp1251", for_people: bool = False
) -> int:
    """Writes rows in the form of files.md 3.2 and returns their number: CR LF between rows, none at the end.

    ``for_people`` disarms values that a spreadsheet would take for formulas; wire files are never touched so.
    """
    count = 0
    for row in rows:
        line = ";".join(_quoted(value, for_people=for_people) for value in row)
        stream.write(encode_nearest(f"\r\n{line}" if count else line, encoding))
        count += 1
    return count


def _quoted(value: str | None, *, for_people: bool) -> str:
    """A present value in quotes, an absent one as nothing; line ends cannot stand in a value and become spaces."""
    if not value:
        return ""
    prefix = "'" if for_people and value.startswith(_FORMULA_STARTS) else ""
    inner = "".join(" " if character in CONTROLS else character for character in value).replace('"', '""')
    return f'"{prefix}{inner}"'
