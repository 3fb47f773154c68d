"""Files by REST: whole, in pieces, broken off and continued, repeated."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.exchange.content import RAW, stored_bytes
from registry.exchange.tables import Packet, UploadPiece
from tests.channels.rest_hub import BASE, RestHub, identification_file, rest_hub

NAME = "630001_20112026_1.DBF"
FILES = f"{BASE}/files"


@pytest.fixture
def rest(database_url: str, tmp_path: Path) -> Iterator[RestHub]:
    with rest_hub(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def body(rest: RestHub) -> bytes:
    return identification_file(rest.hub.settings.data_dir / "made.dbf", rest.people[:10])


def begin(rest: RestHub, body: bytes, **headers: str) -> str:
    announced = {"name": NAME, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    answer = rest.call("POST", FILES, json=announced, headers=headers)
    assert answer.status_code == 201
    return str(answer.json["id"])


def put(rest: RestHub, token: str, body: bytes, first: int, last: int) -> tuple[int, str]:
    headers = {"Content-Range": f"bytes {first}-{last - 1}/{len(body)}"}
    answer = rest.call("PUT", f"{FILES}/{token}", data=body[first:last], headers=headers)
    return answer.status_code, answer.headers.get("Upload-Offset", "")


def count(rest: RestHub, model: type) -> int:
    with rest.hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_whole_file_becomes_a_packet_with_an_answer(rest: RestHub, body: bytes) -> None:
    sent = rest.call("POST", f"{FILES}?name={NAME}", data=body, content_type="application/octet-stream")
    assert sent.status_code == 202
    early = rest.call("GET", f"{BASE}/packets/{sent.json['packet']}/answer")
    assert (early.status_code, early.json["code"], early.headers["Retry-After"]) == (404, "ANSWER_ABSENT", "5")
    rest.work()
    told = rest.call("GET", f"{BASE}/packets/{sent.json['packet']}").json
    assert (told["kind"], told["status"], told["records"]) == ("identification", "accepted", 10)
    answer = rest.call("GET", f"{BASE}/packets/{sent.json['packet']}/answer")
    assert answer.data[:1] == b"\x03"
    assert NAME in answer.headers["Content-Disposition"]


def test_a_file_in_pieces_is_stored_as_one(rest: RestHub, body: bytes) -> None:
    token, half = begin(rest, body), len(body) // 2
    assert put(rest, token, body, 0, half) == (200, str(half))
    assert rest.call("POST", f"{FILES}/{token}/complete").json["code"] == "UPLOAD_INCOMPLETE"
    assert rest.call("GET", f"{FILES}/{token}").json["received"] == half
    assert put(rest, token, body, half, len(body)) == (200, str(len(body)))
    done = rest.call("POST", f"{FILES}/{token}/complete")
    assert done.status_code == 202
    assert rest.call("POST", f"{FILES}/{token}/complete").json["packet"] == done.json["packet"]
    with rest.hub.sessions() as session:
        assert stored_bytes(session, done.json["packet"], RAW) == body
    assert (count(rest, Packet), count(rest, UploadPiece)) == (1, 0)


def test_bytes_for_another_place_are_refused_with_the_place_expected(rest: RestHub, body: bytes) -> None:
    token = begin(rest, body)
    assert put(rest, token, body, 10, 20) == (409, "0")
    assert put(rest, token, body, 0, 100) == (200, "100")
    assert put(rest, token, body, 0, 100) == (409, "100")
    assert put(rest, token, body, 100, len(body)) == (200, str(len(body)))
    longer = rest.call("PUT", f"{FILES}/{token}", data=b"x", headers={"Upload-Offset": str(len(body))})
    assert longer.status_code == 413
    assert rest.call("PUT", f"{FILES}/{token}", data=b"x", headers={"Content-Range": "bytes */5"}).status_code == 400


def test_large_bodies_are_stored_in_pieces_that_survive_a_break(rest: RestHub) -> None:
    body = b"x" * (2 * 1024 * 1024 + 5)
    token = begin(rest, body)
    assert put(rest, token, body, 0, len(body)) == (200, str(len(body)))
    assert count(rest, UploadPiece) == 3


def test_a_wrong_checksum_is_told_and_makes_no_packet(rest: RestHub, body: bytes) -> None:
    announced = {"name": NAME, "size": len(body), "sha256": "0" * 64}
    token = rest.call("POST", FILES, json=announced).json["id"]
    put(rest, token, body, 0, len(body))
    done = rest.call("POST", f"{FILES}/{token}/complete")
    assert (done.status_code, done.json["code"]) == (422, "CHECKSUM_WRONG")
    assert count(rest, Packet) == 0


def test_the_same_key_of_idempotency_finds_the_first_upload(rest: RestHub, body: bytes) -> None:
    headers = {"Idempotency-Key": "file-1"}
    first = rest.call("POST", f"{FILES}?name={NAME}", data=body, headers=headers)
    again = rest.call("POST", f"{FILES}?name={NAME}", data=body, headers=headers)
    other = rest.call("POST", f"{FILES}?name={NAME}", data=body + b"x", headers=headers)
    assert (first.json["id"], first.json["packet"]) == (again.json["id"], again.json["packet"])
    assert (other.status_code, other.json["code"]) == (409, "PACKET_ID_REUSED")
    assert (
        begin(rest, body, **{"Idempotency-Key": "file-2"})
        == rest.call("POST", FILES, json={"name": NAME, "size": len(body)}, headers={"Idempotency-Key": "file-2"}).json[
            "id"
        ]
    )


def test_the_same_name_again_is_the_first_packet_or_refused(rest: RestHub, body: bytes) -> None:
    first = rest.call("POST", f"{FILES}?name={NAME}", data=body)
    again = rest.call("POST", f"{FILES}?name={NAME}", data=body)
    assert (again.json["status"], again.json["packet"]) == ("repeated", first.json["packet"])
    other = identification_file(rest.hub.settings.data_dir / "other.dbf", rest.people[3:5])
    taken = rest.call("POST", f"{FILES}?name={NAME}", data=other)
    assert (taken.status_code, taken.json["code"]) == (409, "FILE_NAME_TAKEN")


@pytest.mark.parametrize("name", ["", "..%2F", "письмо.txt", "630002_20112026_1.DBF"])
def test_a_name_outside_the_masks_or_of_another_is_refused(rest: RestHub, body: bytes, name: str) -> None:
    answer = rest.call("POST", f"{FILES}?name={name}", data=body)
    assert answer.status_code in {400, 422}
    assert count(rest, Packet) == 0


def test_too_large_a_file_is_refused_however_it_comes(rest: RestHub) -> None:
    size = 3 * 1024 * 1024 + 1
    assert rest.call("POST", FILES, json={"name": NAME, "size": size}).status_code == 413
    assert rest.call("POST", f"{FILES}?name={NAME}", data=b"x" * size).status_code == 413
    assert not list((rest.hub.settings.data_dir / "spool").glob("*"))


@pytest.mark.parametrize(
    "announced",
    [{"name": NAME, "size": -1}, {"name": NAME, "size": "5"}, {"size": 5}, {"name": NAME, "size": 5, "x": 1}],
)
def test_an_announcement_of_another_shape_is_refused(rest: RestHub, announced: dict[str, object]) -> None:
    assert rest.call("POST", FILES, json=announced).status_code == 400
