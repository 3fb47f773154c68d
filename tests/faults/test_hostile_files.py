"""Hostile files end in a refusal with a clear text, in bounded time and memory, and in nothing else."""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf import DbfField, DbfReader, DbfWriter
from registry.exchange.codecs.delimited import DelimitedReader, write_rows
from registry.exchange.codecs.xml import XmlLimits, blank_elements, iterate_elements, parse_document

SECONDS = 2.0


def outcome(read: Callable[[], object]) -> str:
    """The code of the refusal, empty when the file was read; anything else but Permanent escapes and fails."""
    started = time.process_time()
    try:
        read()
    except Permanent as error:
        return FindingCode(error.code)
    finally:
        assert time.process_time() - started < SECONDS
    return ""


# --- DBF -------------------------------------------------------------------------------------------------------------

FIELDS = (
    DbfField("FAM", "C", 30),
    DbfField("IM", "C", 300),
    DbfField("DR", "D", 8),
    DbfField("W", "N", 4, 1),
    DbfField("OK", "L", 1),
)


def dbf_file() -> bytes:
    stream = io.BytesIO()
    with DbfWriter(stream, FIELDS) as writer:
        for number in range(40):
            writer.write_row({"FAM": f"Иванова{number}", "IM": "Анна", "DR": "19800101", "W": "2", "OK": "T"})
    return stream.getvalue()


def read_dbf(raw: bytes) -> list[object]:
    return [row.values for row in DbfReader(io.BytesIO(raw))]


def dbf_mutants(raw: bytes) -> Iterator[bytes]:
    header_length = 32 + 32 * len(FIELDS) + 1
    for position in range(header_length):  # every byte of header and field table, to three values
        for value in (0x00, 0xFF, raw[position] ^ 0x01, raw[position] ^ 0x80):
            yield raw[:position] + bytes([value]) + raw[position + 1 :]
    for length in (0, 1, 31, 32, 33, 63, 64, header_length - 1, header_length, header_length + 1, len(raw) - 1):
        yield raw[:length]
    for count in (0, 1, 39, 41, 2**31, 2**32 - 1):
        yield raw[:4] + struct.pack("<L", count) + raw[8:]
    for header in (0, 1, 32, 33, 64, 65, 1000, 65535):
        for record in (0, 1, 2, 65535):
            yield raw[:8] + struct.pack("<HH", header, record) + raw[12:]
    for language in range(256):
        yield raw[:29] + bytes([language]) + raw[30:]
    yield raw[:32] + raw[32:64] * 2000
    yield raw[:32] + b"\0" * 10_000
    yield raw + raw


def test_every_mutant_of_a_dbf_is_read_or_refused_in_bounded_time() -> None:
    mutants = list(dbf_mutants(dbf_file()))
    assert len(mutants) >= 200
    codes = [outcome(lambda raw=raw: read_dbf(raw)) for raw in mutants]  # type: ignore[misc]
    assert 100 < sum(bool(code) for code in codes) < len(codes)


def test_random_damage_to_a_dbf_never_breaks_the_reader() -> None:
    chance = random.Random(20261120)
    raw = dbf_file()
    for _ in range(300):
        damaged = bytearray(raw[: chance.randrange(len(raw)) + 1])
        for _ in range(chance.randrange(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        outcome(lambda raw=bytes(damaged): read_dbf(raw))  # type: ignore[misc]


def test_a_dbf_is_not_held_in_memory() -> None:
    fields = (DbfField("FAM", "C", 1000),)
    stream = io.BytesIO()
    with DbfWriter(stream, fields) as writer:
        for _ in range(20_000):
            writer.write_row({"FAM": b"x" * 1000})
    stream.seek(0)
    tracemalloc.start()
    count = sum(1 for _ in DbfReader(stream))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 3 * 1024**2


# --- delimited -------------------------------------------------------------------------------------------------------


def read_rows(raw: bytes) -> list[object]:
    return [row.values for row in DelimitedReader(io.BytesIO(raw))]


@pytest.mark.parametrize(
    "raw",
    [
        b'"' * 60_000,
        b";" * 60_000,
        b'""' * 30_000,
        b'"\r' * 30_000,
        b"\0" * 60_000,
        b"\r\n" * 4_000,
        b"\r" * 60_000,
        b'"a' + b" " * 60_000,
        b' "' * 30_000,
    ],
)
def test_quotes_separators_and_line_ends_in_masses_are_read_in_bounded_time(raw: bytes) -> None:
    outcome(lambda: read_rows(raw))


def test_a_file_without_line_ends_is_refused_before_it_is_held() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1, /) -> bytes:
            self.given += size
            assert self.given < 4 * 1024**2
            return b"x" * size

    reader = DelimitedReader(Endless())  # type: ignore[arg-type]
    assert outcome(lambda: list(reader)) == FindingCode.FILE_UNREADABLE


NAUGHTY = [
    "'; DROP TABLE person; --",
    "<script>alert(1)</script>",
    "\u202eвонавИ",
    "\ud800",
    "\x00\x1b[31m",
    'Ivan\r\n"Petrov";',
    "𝕴𝖛𝖆𝖓",
    "👩‍👩‍👧",
    "и\u0306" * 20,
    "\ufeff",
]


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_strings_are_written_so_that_they_can_be_read_again(text: str) -> None:
    stream = io.BytesIO()
    write_rows(stream, [["1", text, "2"]])
    stream.seek(0)
    (row,) = DelimitedReader(stream)
    assert (row.problems, len(row.values), row.values[0], row.values[2]) == ([], 3, "1", "2")
    stream = io.BytesIO()
    with DbfWriter(stream, (DbfField("FAM", "C", 40), DbfField("W", "N", 1))) as writer:
        writer.write_row({"FAM": text, "W": "1"})
    stream.seek(0)
    (record,) = DbfReader(stream)
    assert record.values["W"] == "1"
    assert b"?" not in record.raw


# --- XML -------------------------------------------------------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE a [<!ENTITY b "ha">'
    + "".join(f'<!ENTITY b{n} "{f"&b{n - 1 if n else str()};" * 10}">' for n in range(9))
    + "]><a>&b8;</a>"
)
DOCTYPES = [
    "<!DOCTYPE a><a/>",
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>',
    LAUGHS,
    '<?xml version="1.0"?><!-- <a> --><?pi ?>\n\n<!DOCTYPE a><a/>',
    "<!-- " + "x" * 100_000 + " --><!DOCTYPE a><a/>",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", DOCTYPES)
def test_a_doctype_of_any_sort_is_refused_in_any_encoding(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert outcome(lambda: parse_document(raw)) == FindingCode.DOCTYPE_FORBIDDEN


@pytest.mark.parametrize("text", DOCTYPES)
def test_a_long_document_hides_no_doctype_either(text: str) -> None:
    raw = text.encode() + b" " * 100_000
    codes = {FindingCode.DOCTYPE_FORBIDDEN, FindingCode.XML_BROKEN}
    assert outcome(lambda: list(iterate_elements(io.BytesIO(raw), ["a"]))) in codes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", DOCTYPES)
def test_two_marks_do_not_hide_a_doctype(text: str, encoding: str) -> None:
    raw = ("\ufeff\ufeff" + text).encode(encoding)
    assert outcome(lambda: parse_document(raw)) == FindingCode.ENCODING_WRONG


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"<",
        b"<?xml",
        b"<?xml version='1.0'?>",
        b"<a>" * 1_000_000,
        b"<a " + b"b='1' " * 100_000,
        b"<" + b"a" * 1_000_000,
        b"<!--" * 200_000,
        b"<?" * 200_000,
        b"<![CDATA[" * 100_000,
        b"<a>&x;</a>",
        b"<a>&#xFFFF;</a>",
        b"<a>" + b"&amp" * 100_000,
        b"<a b='" + b"x" * 11_000_000 + b"'/>",
        b"<a>" + b"x" * 11_000_000 + b"</a>",
        b"\xff\xfe" + b"<\0" * 100_000,
        b"\xef\xbb\xbf\xef\xbb\xbf<a/>",
        b"PK\x03\x04" + b"\0" * 1000,
    ],
)
def test_broken_xml_is_refused_in_bounded_time(raw: bytes) -> None:
    assert outcome(lambda: parse_document(raw))


def test_damaged_xml_never_breaks_the_parser() -> None:
    chance = random.Random(20261120)
    raw = '<?xml version="1.0" encoding="windows-1251"?><R><ZAP k="1"><FAM>Ёлкин</FAM></ZAP></R>'.encode("cp1251")
    for _ in range(1000):
        damaged = bytearray(raw[: chance.randrange(len(raw)) + 1])
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        outcome(lambda raw=bytes(damaged): parse_document(raw))  # type: ignore[misc]
        outcome(lambda raw=bytes(damaged): list(iterate_elements(io.BytesIO(raw), ["ZAP"])))  # type: ignore[misc]
        blank_elements(bytes(damaged), {b"FAM"})


@pytest.mark.parametrize(
    "raw",
    [
        b"<password " * 30_000,
        b"<password a='" * 30_000,
        b"<password a=\"'" * 30_000,
        b"<password>" * 100_000,
        b"</password>" * 100_000,
        b"<" * 500_000 + b"password",
        b"<!--" * 200_000 + b"<password>x",
        b"<password" + b"=" * 500_000,
        b"<" + b"x" * 500_000 + b":password>",
    ],
)
def test_secrets_are_blanked_in_bounded_time(raw: bytes) -> None:
    assert outcome(lambda: blank_elements(raw, {b"password"})) == ""


def test_a_body_beyond_its_limit_is_refused_unread() -> None:
    raw = b"<a>" + b"x" * 1000 + b"</a>"
    assert outcome(lambda: parse_document(raw, limits=XmlLimits(max_bytes=1000))) == FindingCode.TOO_LARGE


def test_a_compressed_document_is_not_unpacked_by_the_parser() -> None:
    assert outcome(lambda: parse_document(zlib.compress(b"<a/>")))
