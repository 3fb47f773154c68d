"""Whatever the peer says, a question ends in time and in memory, is told in words, and is not lost."""

from __future__ import annotations

import socket
import time
import tracemalloc
from typing import Any

import pytest

from registry.central.federal import NoAnswerError
from registry.central.operations.decide import resend
from server.federal import LARGEST, federal_transport
from tests.channels.central.test_questions import OTHER, asked, send
from tests.channels.federal.hub import FederalHub
from tests.channels.federal.peer import Behaviour, answering, behaving
from tests.channels.federal.service import TOKEN, FederalService, envelope, found
from tests.channels.federal.test_questions import POLICY, only

PATIENCE = 5.0
LOGIN_PAGE = "<!DOCTYPE html><html><body><p>Вход в систему<br></body></html>".encode()
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
DEEP = b"<a>" * 5_000 + b"</a>" * 5_000


def endless(connection: socket.socket) -> None:
    """An answer that never ends, as fast as it is taken."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n<x>")
    while True:
        connection.sendall(b"<y>" * 20_000)


def endless_chunks(connection: socket.socket) -> None:
    """The same in chunks."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")


def drip(head: bytes, drop: bytes) -> Behaviour:
    """Something of an answer every now and then, sooner than anybody loses patience with a single wait."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(0.1)
            connection.sendall(drop)

    return behave


DRIPS = {
    "body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"<"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n"),
    "one header": drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"1"),
    "not yet": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_a_slow_drip_ends_when_the_time_is_over_and_is_asked_again(hub: FederalHub, name: str) -> None:
    send(hub, 1, asked())
    with behaving(DRIPS[name]) as address:
        hub.set(ferzl_address=address)
        begun = time.monotonic()
        hub.ask()
    assert time.monotonic() - begun < PATIENCE
    one = only(hub)
    assert (one.state, one.error) == ("resend", "Нет связи с ФЕРЗЛ: ответа нет за 1 с")


def test_a_connection_made_when_the_time_is_over_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.create_connection

    def slow(*told: Any) -> socket.socket:
        time.sleep(0.3)
        return connect(*told)

    with behaving(lambda _connection: time.sleep(PATIENCE)) as address:
        monkeypatch.setattr(socket, "create_connection", slow)
        begun = time.monotonic()
        with pytest.raises(NoAnswerError, match="ответа нет за"):
            federal_transport(address, "4.5", TOKEN, 0.1)(b"<Envelope></Envelope>")
    assert time.monotonic() - begun < PATIENCE


@pytest.mark.parametrize("behaviour", [endless, endless_chunks])
def test_an_endless_answer_is_read_up_to_a_bound(hub: FederalHub, behaviour: Behaviour) -> None:
    send(hub, 1, asked())
    tracemalloc.start()
    with behaving(behaviour) as address:
        hub.set(ferzl_address=address)
        hub.ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8 * LARGEST
    one = only(hub)
    assert (one.state, one.code) == ("refused", "ОТВЕТ")
    assert one.error == "Ответ ФЕРЗЛ не разобран: ответ слишком велик, прочитано 2 МБ"


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (answering(b"<x>" * 10, length=5_000), "ответ оборван"),
        (lambda connection: connection.sendall(b"\x16\x03\x01 not http at all\r\n\r\n"), "соединение оборвано"),
        (lambda _connection: None, "соединение оборвано"),
        (answering(LOGIN_PAGE, head="302 Found", more="Location: http://127.0.0.1:9/login\r\n"), "HTTP 302"),
        (answering(b"<html>oops", head="500 Internal Server Error"), "HTTP 500"),
        (answering(b"", head="503 Service Unavailable"), "HTTP 503"),
        (answering(b"", head="429 Too Many Requests"), "HTTP 429"),
    ],
    ids=["cut", "not http", "closed", "redirect", "500", "503", "429"],
)
def test_what_is_no_answer_of_the_service_is_asked_again(hub: FederalHub, behaviour: Behaviour, error: str) -> None:
    send(hub, 1, asked())
    with behaving(behaviour) as address:
        hub.set(ferzl_address=address)
        hub.ask()
    one = only(hub)
    assert (one.state, one.tries) == ("resend", 1)
    assert error in one.error


@pytest.mark.parametrize(
    ("behaviour", "code", "error"),
    [
        (answering(LOGIN_PAGE), "ОТВЕТ", "это не XML (Объявление DOCTYPE в документе запрещено)"),
        (answering(BOMB), "ОТВЕТ", "это не XML (Объявление DOCTYPE в документе запрещено)"),
        (answering(DEEP), "ОТВЕТ", "это не XML ("),
        (answering(b""), "ОТВЕТ", "это не XML ("),
        (answering(b"<html><p>hello</p></html>"), "ОТВЕТ", "в ответе нет ни сведений, ни ошибки"),
        (answering(b'{"error": "no"}', more="Content-Type: application/json\r\n"), "ОТВЕТ", "это не XML ("),
        (answering(b"\x1f\x8b\x08\0\0", more="Content-Encoding: gzip\r\n"), "ОТВЕТ", "это не XML ("),
        (answering(envelope("<getPersonDataResponse>").encode()), "ОТВЕТ", "закрывающий тег"),
        (answering(LOGIN_PAGE, head="404 Not Found"), "HTTP 404", "это не XML ("),
    ],
    ids=["html", "bomb", "deep", "empty", "other xml", "json", "gzip", "truncated", "404"],
)
def test_an_answer_nobody_can_read_refuses_the_question_in_words_and_ends_the_turn(
    hub: FederalHub, service: FederalService, behaviour: Behaviour, code: str, error: str
) -> None:
    send(hub, 1, asked())
    send(hub, 2, asked(OTHER))
    working = hub.service.address
    with behaving(behaviour) as address:
        hub.set(ferzl_address=address)
        hub.ask()
    refused, waiting = hub.messages()
    assert (refused.state, refused.code, waiting.state) == ("refused", code, "waiting")
    assert error in refused.error
    service.says = [found(POLICY), found({**POLICY, "enp": OTHER})]
    hub.set(ferzl_address=working)
    with hub.sessions.begin() as session:
        assert resend(session, [refused.id], "operator", hub.clock.now()) == 1
    hub.ask()
    assert [one.state for one in hub.messages()] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("windows-1251", "windows-1251", ""),
        ("koi8-r", "koi8-r", ""),
        ("utf-16", "utf-16", ""),
        ("windows-1251", "", "text/xml; charset=windows-1251"),
        ("utf-8", "", "text/xml; charset=utf-8"),
        ("utf-8-sig", "utf-8", ""),
    ],
)
def test_an_answer_is_read_in_whatever_encoding_it_says(
    hub: FederalHub, encoding: str, declared: str, header: str
) -> None:
    fault = envelope("<s:Fault><faultcode>E-5</faultcode><faultstring>Сведений нет</faultstring></s:Fault>")
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    send(hub, 1, asked())
    more = f"Content-Type: {header}\r\n" if header else ""
    with behaving(answering((declaration + fault).encode(encoding), more=more)) as address:
        hub.set(ferzl_address=address)
        hub.ask()
    assert (only(hub).code, only(hub).error) == ("E-5", "Сведений нет")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:99999", "http://[::1", "http://адрес..нет", "https://127.0.0.1:9"]
)
def test_an_address_that_leads_nowhere_is_told_without_the_token(hub: FederalHub, address: str) -> None:
    send(hub, 1, asked())
    hub.set(ferzl_address=address)
    hub.ask()
    one = only(hub)
    assert one.state == "resend"
    assert one.error.startswith("Нет связи с ФЕРЗЛ: ")
    assert TOKEN not in one.error


def test_a_service_without_a_certificate_we_trust_gets_no_token(hub: FederalHub) -> None:
    heard: list[bytes] = []
    send(hub, 1, asked())
    with behaving(lambda connection: heard.append(connection.recv(100))) as address:
        hub.set(ferzl_address=address.replace("http:", "https:"))
        begun = time.monotonic()
        hub.ask()
    assert time.monotonic() - begun < PATIENCE
    assert only(hub).state == "resend"
    assert not any(TOKEN.encode() in one for one in heard)
    assert TOKEN not in repr(federal_transport(address, "4.5", TOKEN, 1))
