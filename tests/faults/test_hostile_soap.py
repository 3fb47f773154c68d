"""What is no proper call is refused in bounded time with a fault, leaves one journal line and tells nothing more."""

import logging
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.exchange.tables import Content, JournalEntry, Packet, RecordRow
from tests.channels.soap_calls import DCEXCHANGE, IDENTIFICATION, Request, call, live_server
from tests.channels.soap_hub import LOGIN, PASSWORD, hub_application
from tests.faults.hostile_bodies import GOOD, MIB, SURNAME, TYPES, Endless, Hostile, all_hostile, in_chunks

SECONDS = 5.0
CASES = all_hostile()
INSIDE = (b"Traceback", b"lxml", b"spyne", b".py", b"sqlalchemy", b"0x", SURNAME.encode(), "Тайный-пароль".encode())


@pytest.fixture(scope="module")
def hub(migrated_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One hub for all cases: what one leaves behind, the next must bear."""
    with hub_application(migrated_sqlite, tmp_path_factory.mktemp("hostile")) as hub:
        yield hub


def stored(sessions: sessionmaker[Session]) -> dict[str, int]:
    with sessions() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (JournalEntry, Packet, Content, RecordRow)
        }


def send(application: Any, case: Hostile) -> Any:
    content_type = TYPES[case.path] if case.content_type is None else case.content_type
    login, password = (LOGIN, PASSWORD) if case.path == IDENTIFICATION else ("", "")
    request = Request(case.body, case.path, content_type, login, password, environ=case.environ)
    return call(application, request)


def test_there_are_enough_cases_and_no_two_alike() -> None:
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({(case.body, case.path, case.content_type, str(case.environ)) for case in CASES}) == len(CASES)
    assert len(CASES) >= 300


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_request_gets_a_fault_and_leaves_a_line(
    hub: Any, case: Hostile, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    before = stored(hub.sessions)
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        answer = send(hub.application, case)
    assert time.monotonic() - started < SECONDS
    assert 400 <= answer.status < 600
    assert answer.fault_text, "the refusal says why"
    assert any("а" <= letter <= "я" for letter in answer.fault_text)
    assert "инцидент" not in answer.fault_text, "a refusal is not a bug"
    assert not [mark for mark in INSIDE if mark in answer.body]
    assert stored(hub.sessions) == before | {"journal": before["journal"] + 1}
    logged = caplog.text + "".join(capfd.readouterr())
    assert SURNAME not in logged
    assert "Traceback" not in logged


@pytest.mark.parametrize("path", GOOD)
def test_the_untouched_request_is_answered(hub: Any, path: str) -> None:
    answer = send(hub.application, Hostile("good", GOOD[path], path))
    assert answer.status == 200
    assert not answer.fault_text


def test_the_untouched_request_is_answered_in_the_code_page_its_transport_tells(hub: Any) -> None:
    body = GOOD[DCEXCHANGE].decode().encode("cp1251")
    answer = send(hub.application, Hostile("old", body, content_type="text/xml; charset=windows-1251"))
    assert answer.status == 200
    assert not answer.fault_text


def test_a_body_without_end_is_read_no_further_than_the_limit(hub: Any) -> None:
    stream = Endless()
    answer = send(hub.application, Hostile("endless", b"", IDENTIFICATION, environ=in_chunks(stream)))
    assert answer.status == 413
    assert stream.taken <= MIB + 1


def test_a_refusal_is_a_fault_of_the_version_that_was_spoken(hub: Any) -> None:
    old = send(hub.application, Hostile("old", GOOD[DCEXCHANGE].replace(b"GetAttachInformation", b"Nope")))
    new = send(hub.application, Hostile("new", GOOD[IDENTIFICATION].replace(b"UIRRequest2", b"Nope"), IDENTIFICATION))
    assert old.status == 500
    assert old.child.findtext("faultcode") == "S:Client"
    assert new.status == 400
    assert new.child.findtext("{*}Code/{*}Value") == "S:Sender"
    assert etree.fromstring(new.body).tag.startswith("{http://www.w3.org/2003/05/soap-envelope}")


CHUNKED = b"POST %s HTTP/1.1\r\nHost: hub\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"
LIES = {
    "a chunk longer than said": b"5\r\n<e:Envelope\r\n0\r\n\r\n",
    "a length that is no number": b"zz\r\n<e/>\r\n0\r\n\r\n",
    "a negative length": b"-5\r\n<e/>\r\n0\r\n\r\n",
    "no bytes at all": b"0\r\n\r\n",
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_about_chunks_are_refused_by_the_server_or_the_guard(hub: Any, lie: str) -> None:
    with live_server(hub.application) as address:
        where = urlsplit(address)
        with socket.create_connection((str(where.hostname), int(where.port or 0)), timeout=SECONDS) as connection:
            connection.sendall(CHUNKED % DCEXCHANGE.encode() + LIES[lie])
            answer = connection.recv(65536)
    assert answer.split()[1][:1] in (b"4", b"5")
    assert b"Traceback" not in answer


@pytest.mark.parametrize("promise", [b"f" * 64, b"ffffffff", b"400"])
def test_a_chunk_that_is_promised_and_does_not_come_holds_nobody_else_up(hub: Any, promise: bytes) -> None:
    with live_server(hub.application) as address:
        where = urlsplit(address)
        place = (str(where.hostname), int(where.port or 0))
        with socket.create_connection(place, timeout=SECONDS) as liar:
            liar.sendall(CHUNKED % DCEXCHANGE.encode() + promise + b"\r\n<e:Envelope")
            with socket.create_connection(place, timeout=SECONDS) as honest:
                length = f"Content-Length: {len(GOOD[DCEXCHANGE])}\r\n".encode()
                head = b"POST %s HTTP/1.1\r\nHost: hub\r\nContent-Type: text/xml\r\n" % DCEXCHANGE.encode()
                honest.sendall(head + length + b"\r\n" + GOOD[DCEXCHANGE])
                assert honest.recv(65536).startswith(b"HTTP/1.1 200")
