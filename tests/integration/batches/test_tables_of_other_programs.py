"""Tables as other programs leave them: versions, columns of notes, deleted and promised rows, no tables at all."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest

from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.options import set_option
from registry.exchange.tables import Packet
from server.bootstrap import Hub
from tests.integration.batches.handing_in import REGIONAL, insured, regional_row, sent, told, use, worked_off


@pytest.fixture(autouse=True)
def _regional(hub: Hub) -> None:
    use(hub, "identification", "request", "docs")


def written(path: Path, number_of_rows: int, *, encoding: str = "cp866") -> bytes:
    people = insured()
    with path.open("w+b") as stream, DbfWriter(stream, REGIONAL, encoding) as writer:
        for number in range(number_of_rows):
            writer.write_row(regional_row(number, people[number % len(people)]))
    return path.read_bytes()


def with_columns(raw: bytes, version: int, more: list[tuple[DbfField, bytes]]) -> bytes:
    """The same table as another program writes it: with columns of its own behind those of every row."""
    count = int.from_bytes(raw[4:8], "little")
    length, record = struct.unpack("<HH", raw[8:12])
    fields = b"".join(
        struct.pack("<11sc4xBB14x", one.name.encode(), one.type.encode(), one.length, 0) for one, _ in more
    )
    tail = b"".join(value for _, value in more)
    rows = (raw[length + number * record :][:record] + tail for number in range(count))
    sizes = struct.pack("<HH", length + len(fields), record + len(tail))
    head = bytes([version]) + raw[1:8] + sizes + raw[12 : length - 1]
    return head + fields + b"\r" + b"".join(rows) + b"\x1a"


def status(hub: Hub, packet_id: int) -> str:
    with hub.sessions() as session:
        return session.get_one(Packet, packet_id).status


@pytest.mark.parametrize(
    ("version", "more"),
    [
        (0xF5, [(DbfField("PRIM", "M", 10), b"       123")]),
        (0x8B, [(DbfField("PRIM", "M", 10), bytes(10))]),
        (0x30, [(DbfField("NOMER", "I", 4), struct.pack("<i", -42)), (DbfField("_NullFlags", "0", 1), b"\0")]),
    ],
)
def test_a_table_of_another_program_is_answered_without_its_notes(
    hub: Hub, tmp_path: Path, version: int, more: list[tuple[DbfField, bytes]]
) -> None:
    path = tmp_path / "63_01032026_1.dbf"
    path.write_bytes(with_columns(written(path, 2), version, more))
    packet_id = sent(hub, path).packet_id or 0
    answer = DbfReader(io.BytesIO(worked_off(hub, packet_id)))
    rows = [row.values for row in answer]
    assert [row["RENP"] for row in rows] == [one.enp for one in insured()[:2]]
    names = [field.name for field in answer.fields]
    assert names[: len(REGIONAL)] == [one.name for one in REGIONAL]
    assert not {"PRIM", "_NULLFLAGS"} & set(names)
    if version == 0x30:
        assert (names[len(REGIONAL)], rows[0]["NOMER"].strip()) == ("NOMER", "-42")
    (line,) = told(hub, packet_id)
    assert (line.code, line.position, more[-1][0].name.upper() in line.text) == ("FILE_TOLERATED", 0, True)


def test_a_column_that_must_be_there_and_is_one_of_notes_is_named_so(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "63_01032026_2.dbf"
    raw = written(path, 1).replace(b"FAM\0\0\0\0\0\0\0\0C", b"FAMILIYA\0\0\0C")
    path.write_bytes(with_columns(raw, 0xF5, [(DbfField("FAM", "M", 10), bytes(10))]))
    packet_id = sent(hub, path).packet_id or 0
    assert worked_off(hub, packet_id) == b""
    (line,) = told(hub, packet_id)
    assert (line.code, line.text) == (
        "COLUMN_ABSENT",
        "Отсутствуют обязательные колонки: FAM (поле примечаний не читается)",
    )


@pytest.mark.parametrize(
    ("beginning", "is_told"),
    [
        (b"PK\x03\x04" + bytes(40), "архив ZIP или книга Excel (.xlsx)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "книга Excel 97–2003 (.xls) или документ Word"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><ZL_LIST/>", "XML или HTML"),
        ("ФАМ;ИМ;ОТ\r\n".encode("cp1251"), "текст"),
        (b"0;1;2\r\n" * 20, "текст"),
        (b"\xff" * 64, ""),
        (b"\x02" + bytes(600), "dBase II"),
    ],
)
def test_what_is_no_table_is_told_what_it_is(hub: Hub, tmp_path: Path, beginning: bytes, is_told: str) -> None:
    path = tmp_path / "63_01032026_3.dbf"
    path.write_bytes(beginning)
    packet_id = sent(hub, path).packet_id or 0
    assert worked_off(hub, packet_id) == b""
    assert status(hub, packet_id) == "refused"
    (line,) = told(hub, packet_id)
    assert is_told in line.text
    assert line.code == ("FILE_UNREADABLE" if is_told == "dBase II" else "FILE_CONTENT_MISMATCH")


def test_a_false_number_of_rows_is_told_whatever_portion_it_shows_in(hub: Hub, tmp_path: Path) -> None:
    with hub.sessions.begin() as session:
        set_option(session, "portion_rows", 2, hub.context.clock.now())
    for number, rows in ((4, 4), (5, 5)):  # the last portion is full, and is not
        path = tmp_path / f"63_01032026_{number}.dbf"
        raw = written(path, rows)
        path.write_bytes(raw[:4] + (9).to_bytes(4, "little") + raw[8:])
        packet_id = sent(hub, path).packet_id or 0
        assert len(list(DbfReader(io.BytesIO(worked_off(hub, packet_id))))) == rows
        assert [(one.position, one.code) for one in told(hub, packet_id)] == [(0, "RECORD_COUNT_DIFFERS")]
        assert status(hub, packet_id) == "accepted_warn"


def test_a_file_whose_rows_are_all_deleted_is_refused_and_not_answered_empty(hub: Hub, tmp_path: Path) -> None:
    path = tmp_path / "63_01032026_6.dbf"
    raw = bytearray(written(path, 3))
    length, record = struct.unpack("<HH", raw[8:12])
    for number in range(3):
        raw[length + number * record] = ord("*")
    path.write_bytes(raw)
    packet_id = sent(hub, path).packet_id or 0
    assert worked_off(hub, packet_id) == b""
    assert [(one.code, one.text) for one in told(hub, packet_id)] == [
        ("FILE_EMPTY", "Все записи файла помечены удалёнными")
    ]
