"""A list of attachments that did not pass as a whole: every row is answered in E2, and FLK_P beside it says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from registry.exchange.queries.outgoing import caused_by
from registry.exchange.tables import OutgoingPacket
from server.submitting import submit, write_answer, write_beside
from tests.channels.rest_hub import BASE, RestHub, rest_hub

NAME = "MO2630001202611201.csv"
WRONG = b'"1";"2";"3"\r\n"2";"2";"3"'


@pytest.fixture
def rest(database_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(database_url, tmp_path) as made:
        yield made


def sent(rest: RestHub, body: bytes) -> int:
    told = rest.call("POST", f"{BASE}/files?name={NAME}", data=body, content_type="application/octet-stream").json
    rest.work()
    return int(told["packet"])


def protocol(raw: bytes) -> dict[str, str | None]:
    assert raw.startswith(b"<?xml version='1.0' encoding='windows-1251'?>") or b"windows-1251" in raw[:60].lower()
    root = etree.fromstring(raw)
    assert root.tag == "FLK_P"
    return {one.tag: one.text for one in root.iter() if not len(one)}


def test_a_refused_list_is_answered_row_by_row_with_the_protocol_beside(rest: RestHub) -> None:
    packet_id = sent(rest, WRONG)
    answer = rest.call("GET", f"{BASE}/packets/{packet_id}/answer")
    assert answer.data.decode("cp1251").split("\r\n") == [
        f'"{number}";"0";;;"20261120";;"2";"183"' for number in (1, 2)
    ]
    told = rest.call("GET", f"{BASE}/packets/{packet_id}").json
    assert (told["status"], told["answer_name"]) == ("refused", "E2630001202611201.csv")
    (beside,) = told["beside"]
    assert beside["name"] == "FLK_MO2630001202611201.xml"
    found = protocol(rest.call("GET", beside["content"]).data)
    assert (found["FNAME"], found["FNAME_I"], found["OSHIB"]) == (beside["name"], NAME, "183")
    assert "Неверная версия формата" in (found["COMMENT"] or "")
    assert rest.call("GET", beside["content"], code="630002").status_code == 404


def test_a_list_without_a_row_to_answer_is_answered_by_the_protocol_alone(rest: RestHub) -> None:
    packet_id = sent(rest, b"\x03" + bytes(100))
    told = rest.call("GET", f"{BASE}/packets/{packet_id}").json
    assert (told["answer_name"], told["beside"]) == ("FLK_MO2630001202611201.xml", [])
    found = protocol(rest.call("GET", f"{BASE}/packets/{packet_id}/answer").data)
    assert "это не CSV, а таблица DBF" in (found["COMMENT"] or "")


def test_at_the_command_line_all_files_of_an_answer_are_written(rest: RestHub, tmp_path: Path) -> None:
    path, folder = tmp_path / NAME, tmp_path / "answers"
    path.write_bytes(WRONG)
    folder.mkdir()
    packet_id = submit(rest.hub, path, "630001").packet or 0
    written = [write_answer(rest.hub, packet_id, folder, path), *write_beside(rest.hub, packet_id, folder)]
    assert [one.name for one in written if one] == ["E2630001202611201.csv", "FLK_MO2630001202611201.xml"]
    with rest.hub.sessions() as session:
        (other,) = caused_by(session, packet_id)
        assert session.get_one(OutgoingPacket, other.id).status == "delivered"
