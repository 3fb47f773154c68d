"""Hostile archives end in a refusal, before they fill memory or disk."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.archive import ArchiveLimits, read_members, write_archive

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


def archive_file() -> bytes:
    stream = io.BytesIO()
    write_archive(stream, [("HM1.xml", b"<a/>" * 50), ("LM1.xml", b"<b/>" * 50)])
    return stream.getvalue()


def read_archive(raw: bytes, limits: ArchiveLimits | None = None) -> list[bytes]:
    members = read_members(io.BytesIO(raw), allowed=limits or ArchiveLimits())
    return [member.read() for member in members]


def one_member(name: str, content: bytes = b"x", **attributes: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        info.compress_type = attributes.pop("method", zipfile.ZIP_DEFLATED)
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        archive.writestr(info, content)
    return stream.getvalue()


def with_flags(raw: bytes, flags: int) -> bytes:
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.index(magic) + offset
        raw = raw[:place] + struct.pack("<H", flags) + raw[place + 2 :]
    return raw


@pytest.mark.parametrize(
    "raw",
    [
        one_member("../etc/passwd"),
        one_member("..\\..\\a.xml"),
        one_member("a/../../b.xml"),
        one_member("/etc/passwd"),
        one_member("\\share\\a.xml"),
        one_member("C:\\a.xml"),
        one_member("a\x1b[31m.xml"),
        one_member("link.xml", b"/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
        one_member("pipe.xml", external_attr=(stat.S_IFIFO | 0o777) << 16),
        one_member("a.xml", method=zipfile.ZIP_BZIP2),
        one_member("a.xml", method=zipfile.ZIP_LZMA),
        with_flags(one_member("a.xml"), 0x1),
        with_flags(one_member("a.xml"), 0x41),
        with_flags(one_member("a.xml"), 0x2000),
        one_member("inner.zip", archive_file()),
        one_member("inner.xml", archive_file()),
    ],
)
def test_what_no_archive_of_the_exchange_may_hold_is_refused(raw: bytes) -> None:
    assert outcome(lambda: read_archive(raw)) == FindingCode.ARCHIVE_MEMBERS


def test_a_null_in_a_name_does_not_hide_its_end() -> None:
    raw = one_member("a.xml#.exe").replace(b"a.xml#.exe", b"a.xml\0.exe")
    assert outcome(lambda: read_archive(raw)) == FindingCode.ARCHIVE_MEMBERS


def test_two_names_that_differ_in_case_only_are_refused() -> None:
    raw = archive_file().replace(b"LM1.xml", b"hm1.XML")
    assert outcome(lambda: read_archive(raw)) == FindingCode.ARCHIVE_MEMBERS


def test_two_main_files_are_too_many_for_a_plan() -> None:
    limits = ArchiveLimits(max_members=1)
    assert outcome(lambda: read_archive(archive_file(), limits)) == FindingCode.ARCHIVE_MEMBERS


def test_a_bomb_is_refused_by_its_ratio_and_by_its_total() -> None:
    bomb = one_member("a.xml", b"\0" * (12 * 1024**2))
    assert outcome(lambda: read_archive(bomb)) == FindingCode.ARCHIVE_MEMBERS
    limits = ArchiveLimits(max_total=300)
    assert outcome(lambda: read_archive(archive_file(), limits)) == FindingCode.ARCHIVE_MEMBERS


def lying_size(raw: bytes, size: int) -> bytes:
    """The same archive whose directory promises another unpacked size."""
    place = raw.index(b"PK\x01\x02") + 24
    return raw[:place] + struct.pack("<L", size) + raw[place + 4 :]


@pytest.mark.parametrize("size", [0, 1, 10, 0x7FFFFFFF])
def test_a_directory_that_lies_about_sizes_is_refused(size: int) -> None:
    raw = lying_size(one_member("a.xml", b"\0" * (12 * 1024**2)), size)
    tracemalloc.start()
    code = outcome(lambda: read_archive(raw))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert code in {FindingCode.ARCHIVE_MEMBERS, FindingCode.ARCHIVE_BROKEN}
    assert peak < 3 * 1024**2


def test_growth_is_counted_while_unpacking() -> None:
    raw = one_member("a.xml", b"\0" * (12 * 1024**2))
    (member,) = read_members(io.BytesIO(raw), allowed=ArchiveLimits(max_ratio=100_000, max_total=13 * 1024**2))
    assert len(member.read()) == 12 * 1024**2
    member._budget.unpacked["another.xml"] = 2 * 1024**2
    assert outcome(member.read) == FindingCode.ARCHIVE_MEMBERS


def test_members_that_share_their_packed_bytes_are_refused() -> None:
    raw = archive_file()
    first, second = (place for place in range(len(raw)) if raw.startswith(b"PK\x01\x02", place))
    offset = raw[first + 42 : first + 46]
    shared = raw[: second + 42] + offset + raw[second + 46 :]
    assert outcome(lambda: read_archive(shared)) in {FindingCode.ARCHIVE_MEMBERS, FindingCode.ARCHIVE_BROKEN}


def end_record(disk: int = 0, entries: int = 0, directory: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", disk, 0, entries, entries, directory, 0, 0)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", FindingCode.FILE_EMPTY),
        (b"P", FindingCode.ARCHIVE_BROKEN),
        (b"not an archive" * 10, FindingCode.ARCHIVE_BROKEN),
        (b"Rar!\x1a\x07\x00" + b"x" * 100, FindingCode.ARCHIVE_BROKEN),
        (end_record(), FindingCode.ARCHIVE_MEMBERS),
        (end_record(disk=3), FindingCode.ARCHIVE_BROKEN),
        (end_record(entries=1, directory=0xFFFFFFFF), FindingCode.ARCHIVE_MEMBERS),
        (b"PK\x06\x07" + b"\0" * 16 + end_record(), FindingCode.ARCHIVE_BROKEN),
        (archive_file()[:-30], FindingCode.ARCHIVE_BROKEN),
        (archive_file()[10:], FindingCode.ARCHIVE_BROKEN),
    ],
)
def test_what_is_no_whole_archive_is_refused(raw: bytes, code: FindingCode) -> None:
    assert outcome(lambda: read_archive(raw)) == code


def test_every_damaged_byte_of_an_archive_is_survived() -> None:
    raw = archive_file()
    codes = [
        outcome(lambda raw=raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]: read_archive(raw))  # type: ignore[misc]
        for place in range(len(raw))
        for mask in (0x01, 0x80, 0xFF)
    ]
    assert sum(bool(code) for code in codes) > len(codes) // 3
