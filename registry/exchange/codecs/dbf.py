"""Strict streaming reader (and, imported here, writer) of DBF files without memo (files.md 1.4, 2.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import BinaryIO

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.code_pages import (
    LACKING,
    CodePage,
    guess_cyrillic,
    is_surely_other,
    other_page,
    single_byte_encoding,
)
from registry.exchange.codecs.dbf_header import END_OF_FILE, DbfField, DbfHeader, read_exactly, read_header
from registry.exchange.codecs.dbf_values import BINARY, CHECKED
from registry.exchange.codecs.dbf_writer import DbfWriter, echoing_fields
from registry.exchange.codecs.problems import FileWarning, RowProblem

__all__ = ["DbfField", "DbfReader", "DbfRow", "DbfWriter", "echoing_fields"]

_PORTION = 256 * 1024
_LIVE, _DELETED = b" \0", b"*"


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

    ``encoding`` given by the sender's setting wins over the language byte; a silent byte, and one that cannot be true,
    is replaced by letter frequencies in the name columns. ``warnings`` is complete when the iteration is over.
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
        self._first_record = stream.tell() if stream.seekable() else 0
        self.fields: tuple[DbfField, ...] = tuple(one for one in self._header.fields if not one.is_unread)
        self.unread: tuple[DbfField, ...] = tuple(one for one in self._header.fields if one.is_unread)
        self.record_length = self._header.record_length
        self.promised = self._header.record_count
        self.record_count = 0
        self.warnings: list[FileWarning] = self._of_columns()
        self._places: dict[str, slice] = {}
        offset = 1
        for field in self._header.fields:
            if not field.is_unread:
                self._places[field.name] = slice(offset, offset + field.length)
            offset += field.length
        self._types = {field.name: field.type for field in self.fields}
        self._binary = [(one.name, BINARY[one.type, one.length].read) for one in self.fields if _is_binary(one)]
        is_all_text = not (self._binary or self.unread)
        self._texts = None if is_all_text else [self._places[one.name] for one in self.fields if one.type == "C"]
        length = self._header.record_length
        self._portion_size = max(1, _PORTION // length) * length
        self._portion = read_exactly(stream, self._portion_size)
        self.encoding: str = self._choose_encoding(encoding, name_columns)
        self._page = CodePage(self.encoding)
        self._plan = [
            (one.name, self._places[one.name], CHECKED[one.type][0] if one.type in CHECKED else None)
            for one in self.fields
        ]

    def _of_columns(self) -> list[FileWarning]:
        """A word about columns that point into a file of notes: such a file never comes, nothing is read of them."""
        names = ", ".join(one.name for one in self.unread)
        text = f"Поля примечаний не читаются и в ответе не повторяются: {names}"
        return [FileWarning(FindingCode.FILE_TOLERATED, text)] if names else []

    def _choose_encoding(self, override: str | None, name_columns: Sequence[str]) -> str:
        """The sender's setting, else the language byte, else the letters of the names, else cp866 (files.md 1.4)."""
        if override:
            return single_byte_encoding(override)
        sample = self._name_sample(name_columns)
        said, seen = self._header.encoding, guess_cyrillic(sample)
        if said is None:
            text = f"Кодовая страница не указана в файле, принята {seen or 'cp866'}"
            self.warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, text))
        elif seen not in (None, said) and is_surely_other(sample, said, seen):
            text = f"Указана кодовая страница {said}, но имена написаны в {seen}: прочитано в {seen}"
            self.warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, text))
            return seen
        elif seen not in (said, None):
            text = f"Указана кодовая страница {said}, а буквы похожи на {seen}"
            self.warnings.append(FileWarning(FindingCode.ENCODING_GUESSED, text))
        return said or seen or "cp866"

    def _name_sample(self, name_columns: Sequence[str]) -> bytes:
        """The stored bytes of the name columns in the first portion."""
        places = [self._places[name] for name in name_columns if name in self._places]
        length = self._header.record_length
        return b"".join(
            self._portion[start + place.start : min(start + place.stop, start + length)]
            for start in range(0, len(self._portion), length)
            for place in places
        )

    def skip(self, rows: int) -> None:
        """Go on behind the first ``rows`` records without reading them; the stream must be seekable."""
        if not rows:
            return
        self.record_count = rows
        self._stream.seek(self._first_record + rows * self._header.record_length)
        self._portion = read_exactly(self._stream, self._portion_size)

    def reaches(self, number: int) -> bool:
        """Whether a record has this number, told without reading those before it; the stream must be seekable."""
        here = self._stream.tell()
        self._stream.seek(self._first_record + (number - 1) * self.record_length)
        raw = read_exactly(self._stream, self.record_length)
        self._stream.seek(here)
        return len(raw) == self.record_length and raw[:1] in (b" ", _DELETED)

    def __iter__(self) -> Iterator[DbfRow]:
        """Every record in order; Permanent when there are none or more than allowed."""
        return map(self._row, self.raw_rows(), count(self.record_count + 1))

    def place_of(self, name: str) -> slice | None:
        """Where a column stands in the bytes of a record."""
        return self._places.get(name)

    def raw_rows(self) -> Iterator[bytes]:
        """The stored bytes of every record, deletion mark first; the last one may be cut."""
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
                yield raw
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

    def _row(self, raw: bytes, number: int) -> DbfRow:
        """One record; what is wrong with it stands in its problems."""
        flag = raw[:1]
        problems: list[RowProblem] = []
        if len(raw) < self._header.record_length:
            text = "Последняя запись оборвана"
            self.warnings.append(FileWarning(FindingCode.FILE_TOLERATED, text, f"запись {number}"))
            raw = raw.ljust(self._header.record_length, b" ")
            problem = RowProblem("", "", "полная запись", text=text)
            # What else is wrong with it comes from its being cut.
            return DbfRow(number, False, raw, self._values(raw, []), [problem], self._places)
        if flag == _DELETED:
            return DbfRow(number, True, raw, {}, [], self._places)
        if flag not in _LIVE:
            problems.append(RowProblem("", "", "пробел или *", text="Недопустимый признак удаления записи"))
        return DbfRow(number, False, raw, self._values(raw, problems), problems, self._places)

    def _values(self, raw: bytes, problems: list[RowProblem]) -> dict[str, str]:
        """Texts of all fields, stripped right; every code page here has one byte per character."""
        other = self._other_page(raw)
        if other:
            text = f"Запись написана в {other}, а файл – в {self.encoding}"
            problems.append(RowProblem("", "", self.encoding, FindingCode.ROW_CHARACTERS, text))
        whole = raw
        if b"\0" in raw:
            raw = raw.replace(b"\0", b" ")
        written = self._page.decode(raw)
        values: dict[str, str] = {}
        for name, place, check in self._plan:
            text = written[place].rstrip(" ")
            if check is None or not text:
                values[name] = text
            else:
                value = check(text)
                if value is None:
                    _, expected, code = CHECKED[self._types[name]]
                    value = text.strip(" ")
                    problems.append(RowProblem(name, value, expected, code, f"{name}: недопустимое значение"))
                values[name] = value
        for name, read in self._binary:
            values[name] = read(whole[self._places[name]])
        if not other and self._page.lacks_some(raw):
            problems.extend(self._lacking(values))
        return values

    def _other_page(self, raw: bytes) -> str:
        """The code page a record is in when it cannot be in that of the file: files are glued together of several."""
        texts = raw if self._texts is None else b"".join(raw[place] for place in self._texts)
        return other_page(texts, self.encoding)

    def _lacking(self, values: Mapping[str, str]) -> Iterator[RowProblem]:
        """A problem for each field with a byte that the code page does not know."""
        for name, value in values.items():
            if LACKING in value:
                text = f"{name}: символ вне кодовой страницы {self.encoding}"
                yield RowProblem(name, value, self.encoding, FindingCode.ROW_CHARACTERS, text)


def _is_binary(field: DbfField) -> bool:
    return (field.type, field.length) in BINARY
