from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.problems import FileWarning
from registry.exchange.codecs.xml import XmlLimits, blank_elements, iterate_elements, parse_document, serialize


def refusal(raw: bytes, limits: XmlLimits | None = None) -> Permanent:
    with pytest.raises(Permanent) as caught:
        parse_document(raw, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        "<a>Ж</a>".encode(),
        "<a>Ж</a>".encode("utf-8-sig"),
        "<a>Ж</a>".encode("utf-16"),
        '<?xml version="1.0" encoding="utf-16"?><a>Ж</a>'.encode("utf-16"),
        '<?xml version="1.0" encoding="UTF-8"?><a>Ж</a>'.encode(),
        '<?xml version="1.0" encoding="Windows-1251"?><a>Ж</a>'.encode("cp1251"),
        "<?xml version='1.0' encoding = 'windows-1251' standalone='yes'?><a>Ж</a>".encode("cp1251"),
        '<?xml version="1.0" encoding="koi8-r"?><a>Ж</a>'.encode("koi8-r"),
    ],
)
def test_declared_and_marked_encodings_are_read(raw: bytes) -> None:
    warnings: list[FileWarning] = []
    assert parse_document(raw, warnings=warnings).text == "Ж"
    assert warnings == []


def test_an_undeclared_windows_1251_is_read_with_a_warning() -> None:
    warnings: list[FileWarning] = []
    assert parse_document("<a>Жук</a>".encode("cp1251"), warnings=warnings).text == "Жук"
    assert [warning.code for warning in warnings] == [FindingCode.ENCODING_GUESSED]


@pytest.mark.parametrize(
    "raw",
    [
        '<?xml version="1.0" encoding="windows-1251"?><a>Ж</a>'.encode(),
        '<?xml version="1.0" encoding="windows-1251"?><a>Ж</a>'.encode("utf-8-sig"),
        '<?xml version="1.0" encoding="utf-8"?><a>Ж</a>'.encode("cp1251"),
        '<?xml version="1.0" encoding="us-ascii"?><a>Ж</a>'.encode(),
        '<?xml version="1.0" encoding="utf-8"?><a>Ж</a>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-16"?><a/>',
        b'<?xml version="1.0" encoding="utf-7"?><a/>',
        b'<?xml version="1.0" encoding="nothing"?><a/>',
        '<?xml version="1.0"?><a>Ж</a>'.encode("utf-32"),
        b'<?xml version="1.0" encoding="windows-1251"?><a>\x98</a>',
        b"<a>\xed\xa0\x80</a>",
        b"\xff\xfe<\0a\0/\0>",
    ],
)
def test_an_encoding_that_is_not_what_it_says_is_refused(raw: bytes) -> None:
    assert refusal(raw).code == FindingCode.ENCODING_WRONG


def test_the_place_of_a_wrong_byte_is_told() -> None:
    raw = '<?xml version="1.0" encoding="utf-8"?>\n<a>Ж</a>'.encode("cp1251")
    assert refusal(raw).place == "строка 2, столбец 4"


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"", "строка 1, столбец 1"),
        (b"<a>\n<b></a>", "строка 2, столбец 8"),
        (b"<a>&secret;</a>", "строка 1, столбец 12"),
        (b"<a/><secret/>", "строка 1, столбец 5"),
        (b"<a>\0secret</a>", "строка 1, столбец 4"),
        (b"<a>secret &#xD800;</a>", "строка 1, столбец 19"),
        (b"<s:secret/>", "строка 1, столбец 10"),
    ],
)
def test_errors_tell_line_and_column_and_nothing_of_the_content(raw: bytes, place: str) -> None:
    error = refusal(raw)
    assert (error.code, error.place) == (FindingCode.XML_BROKEN, place)
    assert place in error.text
    assert "secret" not in error.text
    assert error.__suppress_context__


def test_at_most_ten_errors_are_told() -> None:
    assert refusal(b"<a>" + b"<b x=1>\n" * 50).text.count("строка") <= 10


@pytest.mark.parametrize(("depth", "accepted"), [(64, True), (65, False), (300, False)])
def test_depth_is_limited(depth: int, accepted: bool) -> None:
    raw = b"<a>" * depth + b"</a>" * depth
    if accepted:
        assert len(list(parse_document(raw).iter())) == depth
    else:
        assert refusal(raw).code == FindingCode.XML_BROKEN


def test_attributes_and_the_whole_are_limited() -> None:
    long = b'<a b="' + b"x" * 65_536 + b'"/>'
    assert len(parse_document(long).get("b") or "") == 65_536
    assert refusal(long.replace(b'"/>', b'x"/>')).code == FindingCode.XML_BROKEN
    assert refusal(b"<a>1234</a>", XmlLimits(max_bytes=10)).code == FindingCode.TOO_LARGE


def test_comments_and_instructions_do_not_cut_a_text() -> None:
    assert parse_document(b"<a>Iv<!-- x -->an<?pi y?>ov<![CDATA[ & Co]]></a>").text == "Ivanov & Co"


def test_includes_are_elements_like_others() -> None:
    raw = b'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/hostname" parse="text"/></a>'
    assert parse_document(raw)[0].text is None


def test_documents_are_written_with_their_declaration() -> None:
    root = parse_document("<a>Ж–<b/></a>".encode())
    assert serialize(root) == '<?xml version="1.0" encoding="utf-8"?>\n<a>Ж–<b/></a>'.encode()
    narrow = serialize(parse_document("<a>Ж₽</a>".encode()), "windows-1251")
    assert narrow == '<?xml version="1.0" encoding="windows-1251"?>\n<a>Ж&#8381;</a>'.encode("cp1251")
    assert parse_document(narrow).text == "Ж₽"


def streamed(raw: bytes, **limits: int) -> list[str | None]:
    found = iterate_elements(io.BytesIO(raw), ["H", "Z"], limits=XmlLimits(**limits))
    return [element.findtext("N") for element in found]


def test_elements_of_a_long_document_come_one_by_one() -> None:
    raw = b"<R><H><N>h</N></H>" + b"".join(b"<Z><N>%d</N></Z>" % number for number in range(10_000)) + b"</R>"
    assert streamed(raw) == ["h", *map(str, range(10_000))]


def test_a_streamed_document_keeps_every_limit() -> None:
    record = b"<Z><N>1</N></Z>"
    for raw, code in (
        (b"<!DOCTYPE R><R>" + record + b"</R>", FindingCode.DOCTYPE_FORBIDDEN),
        (b"<R>" + record * 20_000, FindingCode.XML_BROKEN),
        ("<R>Ж</R>".encode("utf-16"), FindingCode.ENCODING_WRONG),
        (b'<R><Z a="' + b"x" * 65_537 + b'"/></R>', FindingCode.XML_BROKEN),
        (b"<R>" + record * 2_100 + b'<Z a="' + b"x" * 65_537 + b'"/></R>', FindingCode.XML_BROKEN),
        (b"<R><Z>" + b"<a>" * 65 + b"</a>" * 65 + b"</Z></R>", FindingCode.XML_BROKEN),
        (
            b'<?xml version="1.0" encoding="utf-8"?><R>' + record * 9000 + b"\xc6</R>",
            FindingCode.ENCODING_WRONG,
        ),
    ):
        with pytest.raises(Permanent) as caught:
            streamed(raw)
        assert caught.value.code == code
    with pytest.raises(Permanent) as caught:
        streamed(b"<R>" + record * 9000 + b"</R>", max_bytes=100_000)
    assert caught.value.code == FindingCode.TOO_LARGE
    with pytest.raises(Permanent) as caught:
        streamed(b"<R>" + b"<unknown/>" * 100_000 + b"</R>", max_record=200_000)
    assert caught.value.code == FindingCode.TOO_LARGE


SECRETS = frozenset({b"password", b"token"})


@pytest.mark.parametrize(
    ("raw", "blanked"),
    [
        (b"<password>x</password>", b"<password>***</password>"),
        (b"<s:password a='>' b=\">\">x</s:password >", b"<s:password a='>' b=\">\">***</s:password >"),
        (b"<password><![CDATA[</password>]]>x</password>y", b"<password>***</password>y"),
        (b"<password><!-- </password> -->x</password>y", b"<password>***</password>y"),
        (b"<password><b>x</b></password>", b"<password>***</password>"),
        (b"<token><token>x</token>y</token>z", b"<token>***</token>z"),
        (b"<token><password>x</password>y</token>z", b"<token>***</token>z"),
        (b"<password/><password></password>x", b"<password/><password></password>x"),
        (b'<password a="/"/>x', b'<password a="/"/>x'),
        (
            b"<oldpassword>x</oldpassword><passwords>y</passwords>",
            b"<oldpassword>x</oldpassword><passwords>y</passwords>",
        ),
        (b"<a><!-- <password> -->x</a>", b"<a><!-- <password> -->x</a>"),
        (b"<a><![CDATA[<password>]]>x</a>", b"<a><![CDATA[<password>]]>x</a>"),
        (b"<password>x", b"<password>***"),
        (b'<password a=">x</password>y', b'<password a=">***</password>y'),
        (b"<a>nothing</a>", b"<a>nothing</a>"),
        ("<password>тайна</password>Ж".encode("utf-16"), "<password>***</password>Ж".encode("utf-16")),
        ("<password>тайна</password>Ж".encode("cp1251"), "<password>***</password>Ж".encode("cp1251")),
    ],
)
def test_only_the_content_of_secret_elements_is_blanked(raw: bytes, blanked: bytes) -> None:
    assert blank_elements(raw, SECRETS) == blanked


def test_blanking_nothing_changes_nothing() -> None:
    assert blank_elements(b"<password>x</password>", frozenset()) == b"<password>x</password>"


TEXTS = st.text("xЖ<>&\"' ]", max_size=6)
Tree = tuple[str, str, str, list[object]]
NO_CHILDREN: st.SearchStrategy[list[object]] = st.builds(list)
LEAVES: st.SearchStrategy[Tree] = st.tuples(st.just("a"), TEXTS, TEXTS, NO_CHILDREN)
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES,
    lambda children: st.tuples(
        st.sampled_from(["a", "password", "{urn:s}password", "{urn:s}token", "oldpassword"]),
        TEXTS,
        TEXTS,
        st.lists(children, max_size=4),
    ),
    max_leaves=20,
)


def built(tree: Tree) -> etree._Element:
    name, text, attribute, children = tree
    element = etree.Element(name, {"k": attribute}, nsmap={"s": "urn:s"})
    element.text = etree.CDATA(text) if "<" in text and "]]>" not in text else text
    for number, child in enumerate(children):
        if number == 1:
            element.append(etree.Comment("<password>"))
        element.append(built(child))  # type: ignore[arg-type]
        element[-1].tail = text
    return element


def emptied(root: etree._Element) -> etree._Element:
    for element in list(root.iter("password", "{urn:s}password", "{urn:s}token")):
        if len(element) or element.text:
            for child in list(element):
                element.remove(child)
            element.text = "***"
    return root


@given(TREES, st.sampled_from(["utf-8", "windows-1251", "utf-16"]))
def test_blanking_equals_emptying_the_parsed_elements(tree: Tree, encoding: str) -> None:
    raw = bytes(etree.tostring(built(tree), encoding=encoding, xml_declaration=True))  # type: ignore[arg-type]
    blanked = blank_elements(raw, SECRETS)
    assert etree.canonicalize(etree.fromstring(blanked)) == etree.canonicalize(emptied(etree.fromstring(raw)))
    assert blank_elements(blanked, SECRETS) == blanked


SOUP = ("<a>", "</a>", "<password>", "</password>", "<p:password x='>'>", "</p:password>", "<oldpassword/>", "<", ">")
WORDS = ("password", " x='password'>", "<?go password?>", "<![CDATA[<password>]]>", "слово")


@given(st.lists(st.sampled_from(SOUP + WORDS), max_size=12))
def test_secrets_are_blanked_the_same_whatever_stands_before_the_document(pieces: list[str]) -> None:
    raw, names = "".join(pieces).encode(), frozenset((b"password", b"oldpassword"))
    assert blank_elements(b"<!---->" + raw, names) == b"<!---->" + blank_elements(raw, names)
