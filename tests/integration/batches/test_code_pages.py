"""Code pages of senders: laid down beside a layout, lied about by the file, mixed within one file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from registry.core.errors import Permanent
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.layouts import Chosen, chosen_layout
from server.bootstrap import Hub
from tests.integration.batches.handing_in import REGIONAL, SINCE, insured, regional_row, sent, told, use, worked_off

LANGUAGE = 29


def written(path: Path, pages: list[str], language: bytes) -> None:
    """Rows about people, each in a code page of its own, in a table that says it is in one."""
    with path.open("w+b") as stream, DbfWriter(stream, REGIONAL, pages[0]) as writer:
        for number, (page, one) in enumerate(zip(pages, insured(), strict=False)):
            row = regional_row(number, one)
            writer.write_row({name: value.encode(page) for name, value in row.items()})
    raw = path.read_bytes()
    path.write_bytes(raw[:LANGUAGE] + language + raw[LANGUAGE + 1 :])


def answered(hub: Hub, path: Path) -> tuple[int, list[dict[str, str]]]:
    packet_id = sent(hub, path).packet_id or 0
    raw = worked_off(hub, packet_id)
    return packet_id, [row.values for row in DbfReader(io.BytesIO(raw))] if raw else []


@pytest.mark.parametrize(("page", "lie"), [("cp1251", b"\x65"), ("cp866", b"\xc9"), ("cp1251", b"\x03")])
def test_the_page_laid_down_for_a_sender_goes_before_what_its_files_say(
    hub: Hub, tmp_path: Path, page: str, lie: bytes
) -> None:
    use(hub, "identification", "request", "docs", encoding=page)
    path = tmp_path / "63_01032026_1.dbf"
    written(path, [page] * 2, lie)
    packet_id, rows = answered(hub, path)
    assert [row["RENP"] for row in rows] == [one.enp for one in insured()[:2]]
    assert [row["FAM"] for row in rows] == [one.surname.lower() for one in insured()[:2]]
    assert told(hub, packet_id) == []


def test_rows_in_another_page_are_told_each_and_cost_no_other_row_its_answer(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs")
    path = tmp_path / "63_01032026_2.dbf"
    written(path, ["cp1251", "cp1251", "cp866", "cp1251", "cp1251"], b"\xc9")
    packet_id, rows = answered(hub, path)
    words = "В строке имеются недопустимые символы: Запись написана в cp866, а файл – в cp1251"
    assert [row["EERP"] for row in rows] == ["", "", words, "", ""]
    assert [bool(row["RENP"]) for row in rows] == [True, True, False, True, True]
    lines = [(one.position, one.code, one.text) for one in told(hub, packet_id) if one.level == "error"]
    assert lines == [(3, "ROW_CHARACTERS", words)]


def test_a_table_wholly_in_another_page_than_laid_down_is_refused_with_the_word(hub: Hub, tmp_path: Path) -> None:
    use(hub, "identification", "request", "docs", encoding="cp866")
    path = tmp_path / "63_01032026_3.dbf"
    written(path, ["cp1251"] * 5, b"\xc9")
    packet_id, rows = answered(hub, path)
    assert rows == []
    (line,) = told(hub, packet_id)
    assert line.code == "TOO_MANY_UNREADABLE"
    assert "Строка 1 – Запись написана в cp1251, а файл – в cp866" in line.text


def test_a_table_has_no_page_of_several_bytes_and_an_answer_none_of_its_own(hub: Hub) -> None:
    for kind, purpose, page in (
        ("identification", "request", "utf-8"),
        ("identification_answer", "answer", "cp866"),
        ("attachment", "request", "koi8-r"),
    ):
        with pytest.raises(Permanent, match="кодовой страницы"):
            use(hub, kind, purpose, "docs", encoding=page)
    use(hub, "attachment", "request", "full25", encoding="utf-8")
    with hub.sessions() as session:
        assert chosen_layout(session, "attachment", "630001", "request", SINCE) == Chosen("full25", "utf-8")
