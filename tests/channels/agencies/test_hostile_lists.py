"""Lists that are not what they say: refused or answered line by line, never a crash."""

from __future__ import annotations

import pytest

from registry.exchange.tables import Packet
from registry.insured.agencies.kinds.death import Death
from server.demo.packets import csv_file, packaged_layout
from tests.channels.agencies.hub import AgenciesHub
from tests.channels.agencies.test_deaths import death, send

NAME = "ZAGS_DEATH_20261119_1.csv"


def body(hub: AgenciesHub, *records: Death) -> bytes:
    """The bytes of a list that is not handed in."""
    return csv_file(packaged_layout(hub.context.catalog, "zags_death"), records)


def test_a_list_of_another_department_is_refused_at_the_door(hub: AgenciesHub) -> None:
    for sender in ("sfr", "630001", "63001"):
        sent = send(hub, death("anna"), sender=sender)
        assert sent.reply.refusal is not None
        assert sent.reply.refusal.code == "FILE_FOREIGN"


def test_the_fund_may_hand_in_a_list_for_a_department(hub: AgenciesHub) -> None:
    sent = send(hub, death("anna"), sender="63")
    assert sent.results == ["1"]
    assert hub.person("anna").death_source == "ЗАГС"


@pytest.mark.parametrize("name", ["ZAGS_WEDDING_20261119_1.csv", "ZAGS_DEATH_20261319_1.csv", "ZAGS_DEATH.csv"])
def test_a_name_nobody_knows_is_refused_with_the_names_of_the_department(hub: AgenciesHub, name: str) -> None:
    sent = send(hub, death("anna"), name=name)
    assert sent.reply.refusal is not None
    assert "ZAGS_DEATH_20261128_1.csv" in sent.reply.refusal.text
    assert "сведения о прикреплении" not in sent.reply.refusal.text


def test_a_list_of_tomorrow_is_refused_with_a_protocol(hub: AgenciesHub) -> None:
    sent = send(hub, death("anna"), name="ZAGS_DEATH_20261121_1.csv")
    assert [line[:4] for line in sent.protocol] == [["0", "2", "0", "FILE_DATE_IN_FUTURE"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'"1";"x"', "COLUMN_ABSENT"),
        (b'"1"\r\n"2"\r\n', "COLUMN_ABSENT"),
        (b"", "FILE_EMPTY"),
        (b"PK\x03\x04\x00\x00\xff\xfe", "COLUMN_ABSENT"),
        ("\ufeff".encode("utf-16"), "ENCODING_WRONG"),
    ],
)
def test_an_unknown_layout_is_refused_with_a_protocol(hub: AgenciesHub, content: bytes, code: str) -> None:
    sent = hub.send_bytes(NAME, content, "zags")
    assert [line[:2] for line in sent.protocol] == [["0", "2"]]
    assert sent.codes[0] in {code, "TOO_MANY_UNREADABLE"}


def test_a_wrong_code_page_is_told_and_a_utf_8_list_is_read_with_a_warning(hub: AgenciesHub) -> None:
    text = body(hub, death("anna")).decode("cp1251")
    assert hub.send_bytes(NAME, text.encode("cp866"), "zags").codes == ["ENCODING_WRONG"]
    assert hub.send_bytes("ZAGS_DEATH_20261119_2.csv", text.encode(), "zags").results == ["1"]


def test_a_list_longer_than_allowed_is_refused(hub: AgenciesHub) -> None:
    row = body(hub, death("anna"))
    sent = hub.send_bytes(NAME, b"\r\n".join([row] * 100_001), "zags")
    assert sent.codes == ["TOO_MANY_ROWS"]


def test_unreadable_rows_are_answered_and_the_rest_is_processed(hub: AgenciesHub) -> None:
    names = ("anna", "boris", "vera", "gleb", "daria")
    first, *good = (body(hub, death(name, number)) for number, name in enumerate(names, 1))
    sent = hub.send_bytes(NAME, b"\r\n".join([first, *good[:3], b'"9";"unfinished', good[3]]), "zags")
    assert len(sent.protocol) == 6
    assert sent.codes[4] == "ROW_CHARACTERS"


def test_texts_of_senders_come_back_as_they_are_and_harm_nobody(hub: AgenciesHub) -> None:
    sent = send(hub, death("anna", act_issuer="'; DROP TABLE person; -- <script>alert(1)</script>"))
    assert sent.results == ["1"]
    assert hub.person("anna").status == 3


def test_a_file_of_others_is_registered_with_its_sum_and_answered(hub: AgenciesHub) -> None:
    sent = hub.send_bytes("SVPDP_POLIS_20261119_1.xml", b"<a/>", "svpdp")
    assert sent.results == ["1"]
    assert sent.reply.packet_id is not None
    assert hub.session.get_one(Packet, sent.reply.packet_id).kind == "foreign_file"


def test_the_same_list_again_gets_the_same_answer(hub: AgenciesHub) -> None:
    first = send(hub, death("anna"))
    again = send(hub, death("anna"))
    assert again.reply.packet_id == first.reply.packet_id
