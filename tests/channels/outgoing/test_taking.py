"""Outgoing packets by REST: a receiver lists its own, takes them and acknowledges each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.exchange.operations.outgoing.send_out import Outgoing, send_out
from registry.exchange.queries.accounts import organisation_id_of_code
from tests.channels.rest_hub import BASE, RestHub, rest_hub

LIST = f"{BASE}/outgoing"


@pytest.fixture
def rest(sqlite_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(sqlite_url, tmp_path) as made:
        yield made


def sent(rest: RestHub, number: int, code: str = "630001") -> int:
    with rest.hub.sessions.begin() as session:
        receiver = organisation_id_of_code(session, code)
        assert receiver is not None
        what = Outgoing(
            receiver=receiver,
            kind="notice",
            title="Извещение",
            packet_id=f"n-{number}",
            body=f"содержание {number}".encode(),
            file_name=f"O2630001_{number}.csv",
        )
        return send_out(session, what, rest.hub.context)


def test_a_receiver_takes_the_oldest_first_and_acknowledges_it(rest: RestHub) -> None:
    ids = [sent(rest, number) for number in range(3)]
    first = rest.call("GET", f"{LIST}?limit=2").json
    assert [one["id"] for one in first["outgoing"]] == ids[:2]
    rest_of = rest.call("GET", f"{LIST}?after={first['next']}").json
    assert [one["id"] for one in rest_of["outgoing"]] == ids[2:]
    taken = rest.call("GET", f"{LIST}/{ids[0]}/content")
    assert taken.data.decode() == "содержание 0"
    assert "O2630001_0.csv" in taken.headers["Content-Disposition"]
    assert rest.call("GET", f"{LIST}/{ids[0]}").json["status"] == "delivered"
    assert rest.call("POST", f"{LIST}/{ids[0]}/acknowledgement").json["status"] == "acknowledged"
    assert [one["id"] for one in rest.call("GET", LIST).json["outgoing"]] == ids[1:]
    assert len(rest.call("GET", f"{LIST}?status=any").json["outgoing"]) == 3


def test_what_a_receiver_refused_stays_refused_with_its_reason(rest: RestHub) -> None:
    number = sent(rest, 1)
    refused = rest.call("POST", f"{LIST}/{number}/acknowledgement", json={"refusal": "файл не читается"})
    assert (refused.json["status"], refused.json["error"]) == ("rejected", "файл не читается")
    assert rest.call("POST", f"{LIST}/{number}/acknowledgement").json["status"] == "rejected"


@pytest.mark.parametrize("tail", ["", "/content"])
def test_a_foreign_packet_looks_like_none(rest: RestHub, tail: str) -> None:
    number = sent(rest, 1)
    assert rest.call("GET", f"{LIST}/{number}{tail}", code="630002").status_code == 404
    assert rest.call("POST", f"{LIST}/{number}/acknowledgement", code="630002").status_code == 404
    assert rest.call("GET", LIST, code="630002").json["outgoing"] == []


def test_a_look_of_the_fund_delivers_nothing(rest: RestHub) -> None:
    number = sent(rest, 1)
    assert rest.call("GET", f"{LIST}/{number}/content", code="63").status_code == 200
    assert rest.call("GET", f"{LIST}/{number}", code="63").json["status"] == "waiting"


@pytest.mark.parametrize("query", ["status=lost", "limit=0", "since=вчера", "colour=red"])
def test_a_wrong_parameter_is_told(rest: RestHub, query: str) -> None:
    assert rest.call("GET", f"{LIST}?{query}").status_code == 400


def test_a_reason_that_is_no_text_is_told(rest: RestHub) -> None:
    number = sent(rest, 1)
    assert rest.call("POST", f"{LIST}/{number}/acknowledgement", json={"refusal": 5}).status_code == 400
    assert rest.call("POST", f"{LIST}/{number}/acknowledgement", json=[1]).status_code == 400
