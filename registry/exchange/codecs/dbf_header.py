"""Header and field table of a DBF file, checked before one record is believed (files.md 2.5)."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf_values import BINARY

END_OF_FILE = 0x1A
_TABLE_END = 0x0D
#: First bytes of tables with the header of dBase III; they differ in the program, the memo file and marks of SQL.
_VERSIONS = frozenset(
    (0x03, 0x04, 0x05, 0x07, 0x30, 0x31, 0x32, 0x43, 0x63, 0x7B, 0x83, 0x87, 0x8B, 0x8E, 0xB3, 0xCB, 0xE5, 0xF5, 0xFB)
)
_OTHER_LAYOUTS = {0x02: "dBase II", 0x8C: "dBase 7"}
#: Written by dBase IV in the old layout, and by dBase 7 with a longer header and longer descriptions of columns.
_MAYBE_SEVENTH = 0x04
_VISUAL_FOXPRO = frozenset((0x30, 0x31, 0x32))
_TYPES = frozenset("CNFDL")
#: Pointers into a file of notes, which never comes with the table, and their widths.
_MEMO_TYPES = {"M": (4, 10), "G": (4, 10), "P": (4, 10), "B": (10,), "W": (4,)}
#: A hidden column of Visual FoxPro: which columns of the row hold nothing.
_NULL_FLAGS = "0"
_MAX_FIELDS = 255
_MAX_NUMERIC = 32
#: Visual FoxPro keeps 263 bytes for a database name after the table, others may pad by a byte.
_MAX_TABLE_PADDING = 264
_NAME = re.compile(r"[A-Z_][A-Z0-9_]{0,9}\Z")
_LANGUAGES = {0x65: "cp866", 0x26: "cp866", 0xC9: "cp1251", 0x57: "cp1251"}
_LANGUAGE_BYTES = {"cp866": 0x65, "cp1251": 0xC9}


@dataclass(frozen=True, slots=True)
class DbfField:
    """One column: upper-case name, type letter, width in bytes, digits after the point."""

    name: str
    type: str
    length: int
    decimals: int = 0

    @property
    def is_unread(self) -> bool:
        """Whether the column says nothing by itself: a pointer to a note kept elsewhere, or hidden marks."""
        return self.type not in _TYPES and (self.type, self.length) not in BINARY


@dataclass(frozen=True, slots=True)
class DbfHeader:
    """What the header of a file says after its checks; ``encoding`` is None when the language byte tells nothing."""

    fields: tuple[DbfField, ...]
    record_count: int
    record_length: int
    language: int

    @property
    def encoding(self) -> str | None:
        """The code page of the language byte (files.md 1.4)."""
        return _LANGUAGES.get(self.language)


def broken(
    text: str, place: str = "", *, code: FindingCode = FindingCode.FILE_UNREADABLE, value: str = ""
) -> Permanent:
    """The refusal of a whole DBF file."""
    return Permanent(code, f"Файл DBF не читается: {text}", place=place, value=value)


def read_exactly(stream: BinaryIO, size: int) -> bytes:
    """``size`` bytes, fewer only at the end of the stream, whatever portions the stream hands out."""
    portion = stream.read(size)
    if len(portion) in (0, size):
        return portion
    parts = [portion]
    missing = size - len(portion)
    while missing and (portion := stream.read(missing)):
        parts.append(portion)
        missing -= len(portion)
    return b"".join(parts)


def read_header(stream: BinaryIO) -> DbfHeader:
    """The checked header; the stream stands at the first record afterwards."""
    head = read_exactly(stream, 32)
    if not head:
        raise Permanent(FindingCode.FILE_EMPTY, "Файл пуст")
    if len(head) < 32:
        raise broken("заголовок оборван")
    version, record_count, header_length, record_length = struct.unpack_from("<BxxxLHH", head)
    _check_version(version, header_length)
    if head[15]:
        raise broken("файл зашифрован")
    if not 32 + 32 + 1 <= header_length <= 32 + 32 * _MAX_FIELDS + 1 + _MAX_TABLE_PADDING:
        raise broken("невозможная длина заголовка")
    table = read_exactly(stream, header_length - 32)
    if len(table) < header_length - 32:
        raise broken("описание полей оборвано")
    fields = _read_fields(table, version, record_length)
    return DbfHeader(fields, record_count, record_length, head[29])


def is_dbf(first: int) -> bool:
    """Whether a file that begins with this byte may be a table of dBase at all."""
    return first in _VERSIONS or first in _OTHER_LAYOUTS


def _check_version(version: int, header_length: int) -> None:
    """The program that wrote the table is one that lays it out as dBase III does."""
    other = _OTHER_LAYOUTS.get(version, "")
    if version == _MAYBE_SEVENTH and (header_length - 69) % 48 == 0 and (header_length - 33) % 32:
        other = "dBase 7"
    if other:
        raise broken(f"формат {other}, сохраните таблицу в формате dBase III, dBase IV или FoxPro", value=other)
    if version not in _VERSIONS:
        raise broken(f"неизвестная версия формата {version:02X}h, ожидается dBase III, dBase IV или FoxPro")


def _read_fields(table: bytes, version: int, record_length: int) -> tuple[DbfField, ...]:
    """The columns of the table, distinct and filling the record exactly."""
    count = _count_descriptors(table)
    descriptors = [table[position * 32 : position * 32 + 32] for position in range(count)]
    wide = tuple(_read_field(raw, position, wide=True) for position, raw in enumerate(descriptors, 1))
    narrow = tuple(_read_field(raw, position, wide=False) for position, raw in enumerate(descriptors, 1))
    names = [field.name for field in wide]
    for name in names:
        if names.count(name) > 1:
            raise broken("имя поля повторяется", name, code=FindingCode.DUPLICATE_COLUMN)
    # Some writers leave garbage in the decimals of C fields; the record length tells which reading is meant.
    for fields in (wide, narrow):
        if 1 + sum(field.length for field in fields) == record_length:
            is_visual = version in _VISUAL_FOXPRO
            for field in fields:
                if not _is_known_only_to_read(field, is_visual=is_visual):
                    _check_field(field)
            if is_visual:
                _check_displacements(descriptors, fields)
            return fields
    raise broken("длина записи не равна сумме длин полей")


def _count_descriptors(table: bytes) -> int:
    """How many descriptors stand before the terminator, which must follow them directly."""
    for count in range(min(len(table) // 32, _MAX_FIELDS) + 1):
        if table[count * 32 : count * 32 + 1] == bytes([_TABLE_END]):
            if count == 0:
                raise broken("нет ни одного поля")
            if len(table) - count * 32 - 1 > _MAX_TABLE_PADDING:
                raise broken("описание полей не соответствует длине заголовка")
            return count
    raise broken("описание полей не завершено")


def _read_field(raw: bytes, position: int, *, wide: bool) -> DbfField:
    """One descriptor; ``wide`` reads the decimals of a C field as the high byte of its length."""
    name = raw[:11].split(b"\0", 1)[0].rstrip(b" ").decode("latin-1").upper()
    if not _NAME.match(name):
        raise broken("недопустимое имя поля", f"поле {position}")
    type_, length, decimals = chr(raw[11]), raw[16], raw[17]
    if type_ == "C":
        length, decimals = (length + 256 * decimals, 0) if wide else (length, 0)
    return DbfField(name, type_, length, decimals)


def _is_known_only_to_read(field: DbfField, *, is_visual: bool) -> bool:
    """Whether a column is of a type that is met in tables of others and never written here."""
    if (field.type, field.length) in BINARY or field.type == _NULL_FLAGS:
        return is_visual and field.length > 0
    return field.length in _MEMO_TYPES.get(field.type, ())


def _check_field(field: DbfField) -> None:
    """The type is one that every program knows, the width is possible for it."""
    trouble = _trouble(field)
    if trouble:
        raise broken(trouble, field.name)


def _trouble(field: DbfField) -> str:
    if field.type in _MEMO_TYPES:
        return "невозможная длина поля примечаний"
    if field.type not in _TYPES:
        return "неизвестный тип поля"
    if field.length == 0:
        return "нулевая длина поля"
    if (field.type == "D" and field.length != 8) or (field.type == "L" and field.length != 1):
        return "длина поля не соответствует типу"
    if field.type in "NF" and (field.length > _MAX_NUMERIC or field.decimals >= field.length):
        return "невозможная длина числового поля"
    return ""


def impossible(field: DbfField) -> str:
    """Why no table can have such a column, in Russian; empty when one can."""
    if not _NAME.match(field.name):
        return "имя поля DBF – до 10 заглавных латинских букв, цифр и знаков подчёркивания, первой буква"
    return _trouble(field)


def _check_displacements(descriptors: Sequence[bytes], fields: Sequence[DbfField]) -> None:
    """Visual FoxPro writes where each field begins: there must be neither gaps nor overlaps."""
    offset = 1
    for raw, field in zip(descriptors, fields, strict=True):
        (displacement,) = struct.unpack_from("<L", raw, 12)
        if displacement not in (0, offset):
            raise broken("поля перекрываются", field.name)
        offset += field.length


def check_layout(fields: Sequence[DbfField]) -> None:
    """A layout to be written is one that the reader would accept; ValueError otherwise, for it is ours."""
    names = [field.name for field in fields]
    if not 0 < len(fields) <= _MAX_FIELDS or len(set(names)) != len(names):
        raise ValueError("a DBF layout has 1 to 255 fields with distinct names")
    if not all(_NAME.match(name) for name in names):
        raise ValueError("a DBF field name is upper case, at most 10 characters")
    if 1 + sum(field.length for field in fields) > 0xFFFF:
        raise ValueError("a DBF record is at most 65535 bytes long")
    try:
        for field in fields:
            _check_field(field)
    except Permanent as error:
        raise ValueError(f"DBF field {error.place} is impossible") from error


def pack_header(fields: Sequence[DbfField], *, record_count: int, encoding: str, today: date) -> bytes:
    """A dBase III header; widths over 254 stand in two bytes, length and decimals (files.md 2.3)."""
    lengths = 1 + sum(field.length for field in fields)
    language = _LANGUAGE_BYTES.get(encoding, 0)
    head = struct.pack(
        "<BBBBLHH17xBxx",
        *(0x03, today.year % 100, today.month, today.day, record_count),
        *(32 + 32 * len(fields) + 1, lengths, language),
    )
    return head + b"".join(_pack_field(field) for field in fields) + bytes([_TABLE_END])


def _pack_field(field: DbfField) -> bytes:
    high, low = (
        divmod(field.length, 256) if field.type == "C" and field.length > 254 else (field.decimals, field.length)
    )
    return struct.pack("<11sc4xBB14x", field.name.encode("ascii"), field.type.encode("ascii"), low, high)
