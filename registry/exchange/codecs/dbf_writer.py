"""Writer of dBase III files, used for answers that echo the stored bytes of a request (files.md 2.3, 2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import BinaryIO, Self

from registry.exchange.codecs.code_pages import CodePage, single_byte_encoding
from registry.exchange.codecs.dbf_header import END_OF_FILE, DbfField, check_layout, pack_header
from registry.exchange.codecs.dbf_values import CHECKED

Place = tuple[DbfField, str, int, bytes]  # a column with its name, width, and blanks of that width
SHORT, MOST_REMEMBERED = 10, 10_000


def echoing_fields(request: Sequence[DbfField], answer: Sequence[DbfField]) -> tuple[DbfField, ...]:
    """The answer's layout with type and width of the request's columns of the same name, so that an echo fits."""
    requested = {field.name: field for field in request}
    return tuple(requested.get(field.name, field) for field in answer)


class DbfWriter:
    """Writes a dBase III file to a seekable stream; the record count of the header is set by ``close``.

    Bytes are copied as they are and padded; text is encoded with nearest characters and, for C fields, cut at the
    width. A value that cannot stand in its field otherwise is a ValueError: it is our own mistake.
    """

    def __init__(
        self, stream: BinaryIO, fields: Sequence[DbfField], encoding: str = "cp866", *, today: date | None = None
    ) -> None:
        check_layout(fields)
        self._stream = stream
        self._fields = tuple(fields)
        self._encoding = single_byte_encoding(encoding)
        self._page = CodePage(self._encoding)
        self._today = today or date.today()  # noqa: DTZ011 - the header holds the writer's local day, as dBase does
        self._start = stream.tell()
        self._parts: list[bytes] = []
        self._tails: dict[int, Sequence[Place]] = {}
        self._closed = False
        self.record_count = 0
        self._names = frozenset(field.name for field in fields)
        self._written: dict[tuple[str, str | bytes], bytes] = {}
        self._plan: list[Place] = [(field, field.name, field.length, b" " * field.length) for field in fields]
        stream.write(self._header())

    def _header(self) -> bytes:
        return pack_header(self._fields, record_count=self.record_count, encoding=self._encoding, today=self._today)

    def write_row(self, values: Mapping[str, str | bytes]) -> None:
        """One live record; columns absent in ``values`` stay blank, an unknown column is a ValueError."""
        if not values.keys() <= self._names:
            raise ValueError("a value is given for a column that the layout lacks")
        parts = [b" "]
        for field, name, length, blank in self._plan:
            value = values.get(name)
            if not value:
                parts.append(blank)
            elif value.__class__ is bytes and len(value) == length:
                parts.append(value)
            else:
                parts.append(self._padded(field, value))
        self._append(b"".join(parts))

    def write_echo(self, echo: bytes, values: Mapping[str, str | bytes]) -> None:
        """One live record whose first columns are these bytes as they are; ``values`` fill the columns behind them."""
        parts = [b" ", echo]
        for field, name, length, blank in self._behind(1 + len(echo)):
            value = values.get(name)
            if not value:
                parts.append(blank)
            elif value.__class__ is bytes and len(value) == length:
                parts.append(value)
            elif field.type == "N" and value.__class__ is str and value.isdecimal() and value.isascii():
                parts.append(self._number(field, value))
            else:
                parts.append(self._remembered(field, value) if len(value) <= SHORT else self._padded(field, value))
        self._append(b"".join(parts))

    def _number(self, field: DbfField, digits: str) -> bytes:
        if len(digits) > field.length:
            raise ValueError(f"value is wider than field {field.name}")
        return digits.rjust(field.length).encode("ascii")

    def _remembered(self, field: DbfField, value: str | bytes) -> bytes:
        """The bytes of a short value: codes and dates come again and again."""
        place = (field.name, value)
        found = self._written.get(place)
        if found is None:
            if len(self._written) >= MOST_REMEMBERED:
                self._written.clear()
            found = self._written[place] = self._padded(field, value)
        return found

    def _behind(self, place: int) -> Sequence[Place]:
        """The columns from a place in the record on."""
        if place not in self._tails:
            offset, number = 1, 0
            while number < len(self._plan) and offset < place:
                offset += self._plan[number][2]
                number += 1
            if offset != place:
                raise ValueError("an echo ends where a column does")
            self._tails[place] = self._plan[number:]
        return self._tails[place]

    def _append(self, record: bytes) -> None:
        self._parts.append(record)
        self.record_count += 1
        if len(self._parts) >= 1000:
            self._flush()

    def _padded(self, field: DbfField, value: str | bytes) -> bytes:
        """The bytes of one field at its full width."""
        if isinstance(value, bytes):
            raw = value if value[field.length :].strip(b" \0") else value[: field.length]
        elif field.type == "C":
            raw = self._page.encode(value)[: field.length]
        else:
            check, expected, _ = CHECKED[field.type]
            if check(value) is None or (field.type == "D" and value.strip() and len(value) != 8):
                raise ValueError(f"field {field.name} needs {expected}")
            raw = value.encode("ascii")
        if len(raw) > field.length:
            raise ValueError(f"value is wider than field {field.name}")
        return raw.rjust(field.length) if field.type in "NF" else raw.ljust(field.length)

    def _flush(self) -> None:
        self._stream.write(b"".join(self._parts))
        self._parts.clear()

    def close(self) -> None:
        """Ends the file and sets the record count; the stream stays open and stands at its end."""
        if self._closed:
            return
        self._closed = True
        self._parts.append(bytes([END_OF_FILE]))
        self._flush()
        end = self._stream.tell()
        self._stream.seek(self._start)
        self._stream.write(self._header())
        self._stream.seek(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
