"""Files of reference books: packets of ФФОМС, XML of Минздрав, our CSV, archives, what is none of them."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.codecs.book_files import is_edition_list, read_book, read_book_files

PACKET = """<?xml version="1.0" encoding="windows-1251"?>
<packet><zglv><type>Proba</type><version>3.1</version><date>13.04.2018</date></zglv>
<zap><ID>1</ID><NAME>Первая
 строка</NAME><D><X>а</X><X>б</X></D><DATEBEG>01.01.2011</DATEBEG><DATEEND/></zap>
<zap><ID>2</ID><NAME>Вторая</NAME><DATEBEG>01.01.2012</DATEBEG></zap></packet>""".encode("cp1251")
MINZDRAV = """<?xml version="1.0" encoding="utf-8"?>
<book><oid>1.2.643.5.1.13.13.11.1005</oid><version>2.27</version><date>05.02.2026</date>
<entries><entry><IDDS>I10</IDDS><DSNAME>Первичная гипертензия</DSNAME></entry></entries></book>""".encode()


def archived(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def test_a_packet_of_ffoms_tells_type_edition_day_and_rows() -> None:
    raw = read_book(PACKET, "x.xml")
    assert (raw.type, raw.edition, raw.edition_date) == ("Proba", "3.1", date(2018, 4, 13))
    assert raw.rows[0] == {"ID": "1", "NAME": "Первая строка", "D/X": ["а", "б"], "DATEBEG": "01.01.2011"}
    assert raw.columns == ("ID", "NAME", "D/X", "DATEBEG")


def test_a_book_of_minzdrav_is_known_by_its_oid() -> None:
    raw = read_book(MINZDRAV, "x.xml")
    assert (raw.oid, raw.edition, raw.edition_date) == ("1.2.643.5.1.13.13.11.1005", "2.27", date(2026, 2, 5))
    assert raw.rows == [{"IDDS": "I10", "DSNAME": "Первичная гипертензия"}]


def test_an_archive_holds_one_book_or_several() -> None:
    found = list(read_book_files(archived(("a.xml", PACKET), ("b.xml", MINZDRAV)), "books.zip"))
    assert [(one.name, one.raw.type or one.raw.oid) for one in found] == [
        ("a.xml", "Proba"),
        ("b.xml", "1.2.643.5.1.13.13.11.1005"),
    ]
    assert found[0].content == PACKET


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_is_read_with_its_own_separator(separator: str) -> None:
    text = separator.join(("code", "name")) + "\n" + separator.join(("1", "Имя"))
    raw = read_book(text.encode("utf-8-sig"), "V777_2.1_20200304.csv")
    assert (raw.code, raw.edition, raw.edition_date) == ("V777", "2.1", date(2020, 3, 4))
    assert raw.rows == [{"code": "1", "name": "Имя"}]


def test_the_first_line_of_our_template_may_tell_what_it_is() -> None:
    raw = read_book("# V777;2.1;04.03.2020\ncode;name\n1;Имя\n".encode(), "x.csv")
    assert (raw.code, raw.edition, raw.edition_date) == ("V777", "2.1", date(2020, 3, 4))


def test_csv_in_windows_1251_is_read_with_a_warning() -> None:
    raw = read_book("code;name\n1;Имя\n".encode("cp1251"), "V777.csv")
    assert raw.rows == [{"code": "1", "name": "Имя"}]
    assert "windows-1251" in raw.warnings[0]


def test_the_list_of_federal_editions_is_told_from_a_book() -> None:
    assert is_edition_list(read_book(b"book,name,version,date\nV777,x,1.0,2020-01-01\n", "versions.csv"))
    assert not is_edition_list(read_book(b"code;name\n1;x\n", "V777.csv"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"  ", F.FILE_EMPTY),
        (b"<packet><zap>", F.XML_BROKEN),
        (b"<!DOCTYPE packet><packet/>", F.DOCTYPE_FORBIDDEN),
        (b"code;CODE\n1;2\n", F.DUPLICATE_COLUMN),
        (b"PK\x03\x04broken", F.ARCHIVE_BROKEN),
    ],
)
def test_what_cannot_be_read_is_refused(content: bytes, code: F) -> None:
    with pytest.raises(Permanent) as refused:
        list(read_book_files(content, "x"))
    assert refused.value.code == code
