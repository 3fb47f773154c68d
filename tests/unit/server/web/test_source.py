import zipfile
from io import BytesIO

from server.web.exchange.source import preview


def test_text_is_read_in_the_encoding_it_declares_and_values_are_marked() -> None:
    head = '<?xml version="1.0" encoding="windows-1251"?>\n<FAM>ЛЕДНЁВА</FAM>\n<IM>АННА</IM>'.encode("cp1251")
    shown = preview(head, whole=head, values=["ЛЕДНЁВА"])
    assert (shown.form, shown.encoding) == ("text", "windows-1251")
    assert [line.is_marked for line in shown.lines] == [False, True, False]
    assert shown.lines[1].parts[1] == ("ЛЕДНЁВА", True)


def test_an_encoding_nobody_knows_does_no_harm() -> None:
    head = b'<?xml version="1.0" encoding="klingon-1"?><a/>'
    assert preview(head, whole=head, values=[]).encoding == "utf-8"


def test_long_lines_are_broken_between_tags_only() -> None:
    head = b"<list>" + b"<record>1</record>" * 60 + b"</list>"
    shown = preview(head, whole=head, values=[])
    assert shown.broken_lines
    assert "".join(text for line in shown.lines for text, _ in line.parts).encode() == head


def test_an_archive_tells_its_members_and_a_broken_one_none() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("HM630001.xml", b"<a/>")
    data = stream.getvalue()
    assert preview(data, whole=data, values=[]).members == [("HM630001.xml", 4)]
    assert preview(data[:40], whole=data[:40], values=[]).members == []


def test_other_bytes_are_shown_as_bytes() -> None:
    shown = preview(b"\x00\x01\xffABC", whole=None, values=[])
    assert shown.form == "hex"
    assert "ABC" in shown.lines[0].parts[0][0]


def test_a_broken_dbf_is_shown_as_bytes() -> None:
    head = b"\x03\x00\x00\x00" + b"\x00" * 60
    assert preview(head, whole=head, values=[]).form == "hex"
