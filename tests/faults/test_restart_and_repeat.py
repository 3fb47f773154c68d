"""Repetition, restart and a slow end of the web process: every packet once, every answer the same."""

import http.client
import signal
import socket
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import pytest
from lxml import etree
from sqlalchemy import func, select

from registry.exchange.tables import ChangeRow, Packet, RecordRow
from registry.insured.generator.population import generate_people
from registry.insured.tables import Attachment
from tests.fixtures.requests import attachable, attachment_call
from tests.fixtures.running import PEOPLE, Installation

pytestmark = pytest.mark.slow
PATH = "/EchangeServerTFOMS/DCExchangeSrv"


def send(installation: Installation, body: bytes) -> tuple[int, str]:
    """Send a call; the status, and the code the contract answers."""
    connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
    try:
        connection.request("POST", PATH, body, {"Content-Type": "text/xml; charset=utf-8"})
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    return answer.status, etree.fromstring(content).findtext(".//{*}r10_responcecode") or ""


def effects(installation: Installation, enp: str) -> int:
    """How many times this person was attached to the first clinic."""
    with installation.hub.sessions() as session:
        found = (
            select(func.count()).select_from(Attachment).join(RecordRow, RecordRow.packet_id == Attachment.packet_id)
        )
        return (
            session.scalar(found.where(Attachment.clinic_code == "630001", RecordRow.fields["enp"].as_string() == enp))
            or 0
        )


def balance(installation: Installation) -> Counter[str]:
    return Counter(entry.status for entry in installation.journal())


def test_a_hundred_parallel_sends_of_one_packet_have_one_effect_and_one_answer(installation: Installation) -> None:
    installation.serve()
    person = next(attachable(generate_people(PEOPLE, 1)))
    body = attachment_call(installation.hub, person, str(uuid.uuid4()))
    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(lambda _: send(installation, body), range(100)))
    assert set(answers) == {(200, "2000")}
    assert effects(installation, person.enp) == 1
    assert balance(installation) == {"accepted": 1, "repeated": 99}
    with installation.hub.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Packet)) == 1
        closed = select(func.count()).select_from(ChangeRow).where(ChangeRow.name == "attachment_closed")
        assert (session.scalar(closed) or 0) <= 1


def test_an_id_that_was_used_for_another_body_is_refused(installation: Installation) -> None:
    installation.serve()
    first, second = islice(attachable(generate_people(PEOPLE, 1)), 2)
    guid = str(uuid.uuid4())
    assert send(installation, attachment_call(installation.hub, first, guid)) == (200, "2000")
    status, code = send(installation, attachment_call(installation.hub, second, guid))
    assert (status, code != "2000") == (200, True)
    assert effects(installation, second.enp) == 0


def test_calls_cut_by_a_killed_web_process_can_be_sent_again(installation: Installation) -> None:
    people = list(islice(attachable(generate_people(PEOPLE, 1)), 12))
    bodies = [attachment_call(installation.hub, person, str(uuid.uuid4())) for person in people]
    process = installation.serve()

    def try_to_send(body: bytes) -> bool:
        try:
            return send(installation, body) == (200, "2000")
        except (OSError, http.client.HTTPException):
            return False

    with ThreadPoolExecutor(4) as senders:
        results = [senders.submit(try_to_send, body) for body in bodies]
        installation.until(lambda: any(one.done() for one in results))
        installation.kill(process)
        assert not all(one.result() for one in results)
    installation.serve()
    assert [send(installation, body) for body in bodies] == [(200, "2000")] * len(bodies)
    assert [effects(installation, person.enp) for person in people] == [1] * len(people)
    assert balance(installation)["accepted"] == len(people)
    assert set(balance(installation)) <= {"accepted", "repeated"}


def test_a_call_begun_before_sigterm_is_answered_and_the_process_ends_well(installation: Installation) -> None:
    process = installation.serve()
    person = next(attachable(generate_people(PEOPLE, 1)))
    body = attachment_call(installation.hub, person, str(uuid.uuid4()))
    head = f"POST {PATH} HTTP/1.1\r\nHost: hub\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    got: list[bytes] = []

    def slow_sender() -> None:
        with socket.create_connection(("127.0.0.1", installation.port), timeout=30) as wire:
            wire.sendall(head.encode() + body[:100])
            time.sleep(1.5)
            wire.sendall(body[100:])
            got.append(wire.recv(65_536))

    thread = threading.Thread(target=slow_sender)
    thread.start()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.6)
    assert not installation.answers()  # nobody new is let in
    thread.join(30)
    assert got
    assert got[0].startswith(b"HTTP/1.1 200")
    assert process.wait(30) == 0
    assert effects(installation, person.enp) == 1
