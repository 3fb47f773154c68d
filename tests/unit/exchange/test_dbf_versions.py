"""Tables of every program that lays them out as dBase III does: versions, columns of notes and of machine bytes."""

from __future__ import annotations

import gc
import io
import struct
from collections.abc import Sequence
from pathlib import Path

import dbf
import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf import DbfField, DbfReader
from registry.exchange.codecs.dbf_writer import DbfWriter

SURNAME, NOTE, SEX = DbfField("FAM", "C", 20), DbfField("PRIM", "M", 10), DbfField("W", "N", 1)
FOXPRO_2, DBASE_4, VISUAL = 0xF5, 0x8B, 0x30
#: dBase III, IV, V, 7 in the old layout, Visual Objects, FoxPro, SQL tables and the programs around Clipper.
VERSIONS = [
    *(0x03, 0x04, 0x05, 0x07, 0x30, 0x31, 0x32, 0x43, 0x63, 0x7B),
    *(0x83, 0x87, 0x8B, 0x8E, 0xB3, 0xCB, 0xE5, 0xF5, 0xFB),
]


def table(version: int, fields: Sequence[DbfField], rows: Sequence[bytes], *, tail: int = 0) -> bytes:
    """A table as another program writes it: ``tail`` zero bytes stand behind the descriptions of columns."""
    length = 1 + sum(one.length for one in fields)
    head = struct.pack(
        "<BBBBLHH17xBxx", version, 126, 11, 29, len(rows), 32 + 32 * len(fields) + 1 + tail, length, 0x65
    )
    told = b"".join(
        struct.pack("<11sc4xBB14x", one.name.encode(), one.type.encode(), one.length, one.decimals) for one in fields
    )
    return head + told + b"\r" + bytes(tail) + b"".join(b" " + row for row in rows) + b"\x1a"


def read(raw: bytes) -> tuple[DbfReader, list[dict[str, str]]]:
    reader = DbfReader(io.BytesIO(raw))
    return reader, [row.values for row in reader]


def refusal(raw: bytes) -> Permanent:
    with pytest.raises(Permanent) as caught:
        read(raw)
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_of_the_old_layout_is_read(version: int) -> None:
    raw = table(version, (SURNAME, SEX), ["Щукина".encode("cp866").ljust(20) + b"2"])
    reader, rows = read(raw)
    assert rows == [{"FAM": "Щукина", "W": "2"}]
    assert reader.warnings == []


# The independent writer leaves the file it made open; that is its own affair.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("program", ["db3", "fp", "vfp"])
def test_tables_of_an_independent_writer_with_notes_are_read_without_them(tmp_path: Path, program: str) -> None:
    path = tmp_path / "request.dbf"
    made = dbf.Table(str(path), "FAM C(20); PRIM M; W N(1,0)", codepage="cp866", dbf_type=program)
    with made.open(dbf.READ_WRITE):
        made.append(("Ёжиков", "сноска", 1))
        made.append(("Щукин", "", 2))
    del made
    gc.collect()
    reader, rows = read(path.read_bytes())
    assert [(row["FAM"], row["W"]) for row in rows] == [("Ёжиков", "1"), ("Щукин", "2")]
    assert [one.name for one in reader.unread] == ["PRIM"]


@pytest.mark.parametrize(("version", "width"), [(0x83, 10), (DBASE_4, 10), (FOXPRO_2, 10), (VISUAL, 4)])
def test_columns_of_notes_are_passed_over_with_a_word(version: int, width: int) -> None:
    note = DbfField("PRIM", "M", width)
    raw = table(version, (SURNAME, note, SEX), ["Щукина".encode("cp866").ljust(20) + b"\x98" * width + b"2"])
    reader, rows = read(raw)
    assert rows == [{"FAM": "Щукина", "W": "2"}]
    assert [(one.name, reader.place_of(one.name)) for one in reader.unread] == [("PRIM", None)]
    (warned,) = reader.warnings
    assert (warned.code, "PRIM" in warned.text) == (FindingCode.FILE_TOLERATED, True)


def test_columns_of_machine_bytes_of_visual_foxpro_are_told_as_text() -> None:
    fields = (
        DbfField("ID", "I", 4),
        DbfField("DR", "T", 8),
        DbfField("SUM", "Y", 8, 4),
        DbfField("RATE", "B", 8, 2),
        DbfField("FAM", "C", 10),
        DbfField("_NullFlags", "0", 1),
    )
    full = struct.pack("<iiiqd", 32, 2_444_240, 3_600_000, -125_000, 0.5) + "Яшин".encode("cp866").ljust(10) + b"\1"
    none = struct.pack("<iiiqd", 0, 0, 0, 0, 7.0) + b" " * 10 + b"\0"
    reader, rows = read(table(VISUAL, fields, [full, none], tail=263))
    assert rows[0] == {"ID": "32", "DR": "19800101", "SUM": "-12.5000", "RATE": "0.5", "FAM": "Яшин"}
    assert rows[1] == {"ID": "0", "DR": "", "SUM": "0", "RATE": "7", "FAM": ""}
    assert [one.name for one in reader.unread] == ["_NULLFLAGS"]


@pytest.mark.parametrize(("version", "told"), [(0x02, "dBase II"), (0x8C, "dBase 7"), (0x99, "99h")])
def test_a_version_of_another_layout_is_named(version: int, told: str) -> None:
    assert told in refusal(table(version, (SURNAME,), [b" " * 20])).text


def test_a_table_of_dbase_7_is_named_though_its_version_is_that_of_dbase_4() -> None:
    described = b"FAM".ljust(32, b"\0") + b"C" + bytes([20]) + bytes(14)
    head = struct.pack("<BBBBLHH20x", 0x04, 126, 11, 29, 1, 69 + len(described), 21) + b"DB866RU0".ljust(36, b"\0")
    assert "dBase 7" in refusal(head + described + b"\r" + b" " * 21).text


@pytest.mark.parametrize("field", [DbfField("PRIM", "M", 20), DbfField("X", "I", 4), DbfField("X", "?", 4)])
def test_a_column_no_program_would_describe_so_refuses_the_file(field: DbfField) -> None:
    assert refusal(table(0x03, (SURNAME, field), [b" " * (20 + field.length)])).place == field.name


def test_columns_that_only_others_write_are_never_written() -> None:
    for field in (NOTE, DbfField("ID", "I", 4)):
        with pytest.raises(ValueError, match="DBF"):
            DbfWriter(io.BytesIO(), (SURNAME, field))
