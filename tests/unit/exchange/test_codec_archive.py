from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.archive import ArchiveLimits, Member, read_members, write_archive
from registry.exchange.codecs.problems import FileWarning

ANY = ArchiveLimits()


def written(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    write_archive(stream, members)
    return stream.getvalue()


def zipped(fill: Callable[[zipfile.ZipFile], None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        fill(archive)
    return stream.getvalue()


def members_of(raw: bytes, allowed: ArchiveLimits = ANY) -> list[Member]:
    return read_members(io.BytesIO(raw), allowed=allowed)


def contents(raw: bytes, allowed: ArchiveLimits = ANY) -> list[bytes]:
    return [member.read() for member in members_of(raw, allowed)]


def refusal(raw: bytes, allowed: ArchiveLimits = ANY) -> FindingCode:
    with pytest.raises(Permanent) as caught:
        contents(raw, allowed)
    return FindingCode(caught.value.code)


def test_members_come_in_order_with_names_sizes_and_contents() -> None:
    members = members_of(written(("HM1.xml", b"<a/>"), ("LM1.xml", b"<b></b>")))
    assert [(member.name, member.size, member.read()) for member in members] == [
        ("HM1.xml", 4, b"<a/>"),
        ("LM1.xml", 7, b"<b></b>"),
    ]


def test_a_member_may_be_read_in_portions_and_again() -> None:
    (member,) = members_of(written(("a.csv", b"0123456789" * 100_000)), ArchiveLimits(max_total=1_000_000))
    for _ in range(3):
        with member.open() as stream:
            assert stream.read(4) == b"0123"
            assert len(stream.read()) == 999_996


def test_the_same_content_gives_the_same_bytes() -> None:
    assert written(("a.xml", b"x" * 1000)) == written(("a.xml", b"x" * 1000))
    info = zipfile.ZipFile(io.BytesIO(written(("a.xml", b"x")))).infolist()[0]
    assert (info.date_time, info.external_attr >> 16 & 0o170000) in {
        ((1980, 1, 1, 0, 0, 0), 0),
        ((1980, 1, 1, 0, 0, 0), 0o100000),
    }


@pytest.mark.parametrize("name", ["протокол.xml", "a/b.xml", "..", "a:b", "a\nb"])
def test_names_that_are_not_flat_ascii_are_not_written(name: str) -> None:
    if name == "..":
        assert refusal(written((name, b""))) == FindingCode.ARCHIVE_MEMBERS
        return
    with pytest.raises(ValueError, match="ASCII"):
        written((name, b""))


def test_two_members_with_one_name_are_not_written() -> None:
    with pytest.raises(ValueError, match="distinct"):
        written(("a.xml", b""), ("A.XML", b""))


def test_names_in_cp866_and_in_utf_8_are_understood() -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("Ёлка.xml", b"x")

    utf_8 = zipped(fill)
    assert members_of(utf_8)[0].name == "Ёлка.xml"
    # The same length in cp866 (half the letters' bytes, padded) without the flag of UTF-8.
    name, replacement = "Ёлка.xml".encode(), "Ёлка_дом.xml".encode("cp866")
    cp866 = utf_8.replace(name, replacement)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = cp866.index(magic) + offset
        cp866 = cp866[:place] + b"\0\0" + cp866[place + 2 :]
    assert members_of(cp866)[0].name == "Ёлка_дом.xml"
    assert members_of(cp866)[0].read() == b"x"


def test_junk_is_left_out_with_a_warning() -> None:
    warnings: list[FileWarning] = []

    def fill(archive: zipfile.ZipFile) -> None:
        for name in ("a.xml", "Thumbs.db", ".DS_Store", "__MACOSX/._a.xml"):
            archive.writestr(name, b"x")

    members = read_members(io.BytesIO(zipped(fill)), allowed=ArchiveLimits(max_members=1), warnings=warnings)
    assert [member.name for member in members] == ["a.xml"]
    assert [warning.code for warning in warnings] == [FindingCode.FILE_TOLERATED] * 3


def test_folders_are_ignored_or_refused_as_the_kind_demands() -> None:
    def fill(archive: zipfile.ZipFile) -> None:
        archive.writestr("folder/", b"")
        archive.writestr("folder/a.xml", b"x")

    raw = zipped(fill)
    assert [member.name for member in members_of(raw)] == ["a.xml"]
    assert refusal(raw, ArchiveLimits(folders=False)) == FindingCode.ARCHIVE_MEMBERS


def test_more_members_than_allowed_and_none_at_all_are_refused() -> None:
    assert refusal(written(("a", b""), ("b", b"")), ArchiveLimits(max_members=1)) == FindingCode.ARCHIVE_MEMBERS
    assert refusal(written()) == FindingCode.ARCHIVE_MEMBERS


def test_office_documents_are_no_archives_but_archives_inside_archives_are_refused() -> None:
    inner = written(("a.xml", b"x"))
    assert members_of(written(("letter.docx", inner)))[0].read() == inner
    assert refusal(written(("inner.zip", inner))) == FindingCode.ARCHIVE_MEMBERS
    assert refusal(written(("inner.xml", inner))) == FindingCode.ARCHIVE_MEMBERS
    assert refusal(written(("inner.oms", b"anything"))) == FindingCode.ARCHIVE_MEMBERS
