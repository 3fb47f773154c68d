"""Strict streaming reader (and, imported here, writer) of DBF files without memo (files.md 1.4, 2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.code_pages import guess_cyrillic, single_byte_encoding
from registry.exchange.codecs.dbf_header import END_OF_FILE, DbfField, DbfHeader, read_exactly, read_header
from registry.exchange.codecs.dbf_values import CHECKED
from registry.exchange.codecs.dbf_writer import DbfWriter, echoing_fields
from registry.exchange.codecs.problems import FileWarning, RowProblem

__all__ = ["DbfField", "DbfReader", "DbfRow", "DbfWriter", "echoing_fields"]

_PORTION = 256 * 1024
_LIVE, _DELETED = b" \0", b"*"
_LACKING = "\ufffd"


@dataclass(slots=True, eq=False)
class DbfRow:
    """One record with its number from 1 (deleted ones counted); a deleted record has no values."""

    number: int
    deleted: bool
    raw: bytes
    values: dict[str, str]
    problems: list[RowProblem]
    _places: Mapping[str, slice]

    def field_bytes(self, name: str) -> bytes:
        """The stored bytes of a field, padding included: what an answer echoes (files.md 2.3)."""
        return self.raw[self._places[name]]


class DbfReader:
    """Reads a DBF from a binary stream in portions; refuses a broken whole, tells troubles of rows with the rows.

    ``encoding`` given by the sender's setting wins over the language byte; a silent byte is replaced by letter
    frequencies in the name columns. ``warnings`` is complete when the iteration is over.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        encoding: str | None = None,
        name_columns: Sequence[str] = ("FAM", "IM", "OT"),
        max_rows: int = 1_000_000,
    ) -> None:
        self._stream = stream
        self._max_rows = max_rows
        self._header: DbfHeader = read_header(stream)
        self.fields: tuple[DbfField, ...] = self._header.fields
        self.record_count = 0
        self.warnings: list[FileWarning] = []
        self._places: dict[str, slice] = {}
        offset = 1
        for field in self.fields:
            self._places[field.name] = slice(offset, offset + field.length)
            offset += field.length
        self._plan = [(field.name, self._places[field.name], CHECKED.get(field.type)) for field in self.fields]
        length = self._header.record_length
        self._portion_size = max(1, _PORTION // length) * length
        self._portion = read_exactly(stream, self._portion_size)
        override = single_byte_encoding(encoding) if encoding else None
        self.encoding: str = override or self._header.encoding or self._guess_encoding(name_columns)

    def _guess_encoding(self, name_columns: Sequence[str]) -> str:
        """The code page by the letters of the name columns in the first portion; cp866 when they tell nothing."""
        places = [self._places[name] for name in name_columns if name in self._places]
        length = self._header.record_length
        sample = b"".join(
            self._portion[start + place.start : min(start + place.stop, start + length)]
            for start in range(0, len(self._portion), length)
            for place in places
        )
        guessed = guess_cyrillic(sample) or "cp866"
        text = f"Кодовая страница не указана в файле, принята {guessed}"
        self.warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, text))
        return guessed

    def __iter__(self) -> Iterator[DbfRow]:
        """Every record in order; Permanent when there are none or more than allowed."""
        length = self._header.record_length
        more = bool(self._portion)
        while more:
            portion = self._portion
            for start in range(0, len(portion), length):
                raw = portion[start : start + length]
                if self._is_end(raw):
                    more = False
                    break
                self.record_count += 1
                if self.record_count > self._max_rows:
                    raise Permanent(
                        FindingCode.TOO_MANY_ROWS, "Слишком много строк", expected=f"не более {self._max_rows}"
                    )
                yield self._row(raw)
            if more:
                self._portion = read_exactly(self._stream, self._portion_size)
                more = bool(self._portion)
        self._portion = b""
        self._finish()

    def _is_end(self, raw: bytes) -> bool:
        """Whether the records are over: at the end mark, or at a tail beyond the promised count that is no record."""
        flag = raw[:1]
        whole = len(raw) == self._header.record_length
        promised = self.record_count < self._header.record_count
        if flag[0] == END_OF_FILE:
            return not (promised and whole)
        if promised or (whole and flag in b" *"):
            return False
        self.warnings.append(FileWarning(FindingCode.FILE_TOLERATED, "После последней записи есть лишние байты"))
        return True

    def _finish(self) -> None:
        if not self.record_count:
            raise Permanent(FindingCode.FILE_EMPTY, "В файле нет ни одной записи")
        if self.record_count != self._header.record_count:
            text = f"Число записей в заголовке {self._header.record_count}, прочитано {self.record_count}"
            self.warnings.append(FileWarning(FindingCode.RECORD_COUNT_DIFFERS, text))

    def _row(self, raw: bytes) -> DbfRow:
        """One record; what is wrong with it stands in its problems."""
        number = self.record_count
        flag = raw[:1]
        problems: list[RowProblem] = []
        if len(raw) < self._header.record_length:
            text = "Последняя запись оборвана"
            self.warnings.append(FileWarning(FindingCode.FILE_TOLERATED, text, f"запись {number}"))
            problems.append(RowProblem("", "", "полная запись", FindingCode.FILE_UNREADABLE, text))
            raw = raw.ljust(self._header.record_length, b" ")
        elif flag == _DELETED:
            return DbfRow(number, True, raw, {}, [], self._places)
        elif flag not in _LIVE:
            text = "Недопустимый признак удаления записи"
            problems.append(RowProblem("", "", "пробел или *", FindingCode.FILE_UNREADABLE, text))
        return DbfRow(number, False, raw, self._values(raw, problems), problems, self._places)

    def _values(self, raw: bytes, problems: list[RowProblem]) -> dict[str, str]:
        """Texts of all fields, stripped right; every code page here has one byte per character."""
        text = raw.decode(self.encoding, "replace")
        if "\0" in text:
            text = text.replace("\0", " ")
        values: dict[str, str] = {}
        for name, place, checked in self._plan:
            if checked is None:
                values[name] = text[place].rstrip(" ")
                continue
            check, expected, code = checked
            value = check(text[place])
            if value is None:
                value = text[place].strip(" ")
                problems.append(RowProblem(name, value, expected, code, f"{name}: недопустимое значение"))
            values[name] = value
        if _LACKING in text:
            problems.extend(self._lacking(values))
        return values

    def _lacking(self, values: Mapping[str, str]) -> Iterator[RowProblem]:
        """A problem for each field with a byte that the code page does not know."""
        for name, value in values.items():
            if _LACKING in value:
                text = f"{name}: символ вне кодовой страницы {self.encoding}"
                yield RowProblem(name, value, self.encoding, FindingCode.ROW_CHARACTERS, text)
