"""What a caller of the SOAP channel hears when something goes wrong or is too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from sqlalchemy.exc import OperationalError

from registry.core.errors import Permanent, Retryable
from registry.core.findings import FindingCode
from soap.app import create_application
from soap.contract import Contract, Entrance, Limits, Operation
from tests.channels.soap_calls import (
    DCEXCHANGE,
    SOAP11,
    SOAP12,
    UIR,
    Answer,
    Request,
    call,
    envelope,
    live_server,
)
from tests.channels.soap_fakes import ASKED, TESTED, WSA, WSA_HEADER, Hub, replied


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_a_passing_trouble_is_tried_again(hub: Hub) -> None:
    hub.registry.troubles = [Retryable("peer away"), OperationalError("x", {}, Exception("server closed"))]
    assert hub.send(envelope(TESTED)).status == 200
    assert hub.sessions.ended == ["rolled back", "rolled back", "committed"]


def test_a_trouble_that_stays_is_told_as_unavailable(hub: Hub) -> None:
    hub.registry.troubles = [Retryable("away")] * 9
    answer = hub.send(envelope(TESTED))
    assert answer.status == 503
    assert answer.child.findtext("faultcode") == "S:Server"
    assert len(hub.registry.incoming) == 3


def test_a_dialect_says_in_its_own_words_that_the_database_is_away(hub: Hub) -> None:
    hub.registry.troubles = [Retryable("away")] * 3
    answer = hub.ask(envelope(ASKED))
    assert answer.status == 200
    assert answer.child.findtext(f"{UIR}Ack") == "AR"


def test_a_caller_without_the_right_gets_a_fault_with_the_answer_as_its_detail(hub: Hub) -> None:
    refusal = Permanent(FindingCode.NOT_PERMITTED, "Нет права на запрос")
    element = etree.Element(f"{UIR}UIRResponse")
    for namespace, path in ((SOAP11, "detail"), (SOAP12, "{*}Detail")):
        hub.registry.troubles = [replied(element, refusal)]
        answer = hub.ask(envelope(ASKED, namespace, WSA_HEADER))
        assert answer.fault_text == "Нет права на запрос"
        assert answer.child.find(f"{path}/{UIR}UIRResponse") is not None
        assert answer.status == (500 if namespace == SOAP11 else 400)
        assert etree.fromstring(answer.body).findtext(f".//{{{WSA}}}Action") == "urn:#GetMedInsState"


def test_a_bug_is_told_by_its_incident_number_alone(
    hub: Hub, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    hub.registry.troubles = [ValueError("Тайнописцев Лев, 123-456-789 00")]
    answer = hub.send(envelope(TESTED))
    assert answer.status == 500
    assert "номер инцидента" in answer.fault_text
    incident = answer.fault_text.rsplit(" ", 1)[-1]
    (line,) = hub.registry.journal
    assert line["code"] == "INTERNAL_FAULT"
    assert line["incident"] == incident
    logged = "".join(capfd.readouterr()) + caplog.text
    assert incident in logged
    assert "ValueError" in logged
    assert "Тайнописцев" not in logged + answer.body.decode() + str(line)


def test_a_refusal_without_an_answer_of_its_dialect_is_a_fault(hub: Hub) -> None:
    refusal = Permanent("NOT_PERMITTED", "Нет права на операцию")
    hub.registry.troubles = [replied(None, refusal)]
    answer = hub.send(envelope(TESTED))
    assert answer.fault_text == "Нет права на операцию"
    assert answer.child.findtext("faultcode") == "S:Client"


def test_a_refusal_that_the_dialect_has_no_words_for_is_a_fault_with_a_line(hub: Hub) -> None:
    hub.registry.troubles = [Permanent("KIND_UNKNOWN", "Операция не обслуживается")]
    answer = hub.send(envelope(TESTED))
    assert answer.fault_text == "Операция не обслуживается"
    assert hub.sessions.ended == ["rolled back", "committed"]
    assert hub.registry.journal[0]["code"] == "KIND_UNKNOWN"


def test_a_repeated_packet_that_is_still_in_work_is_told_to_come_again(hub: Hub) -> None:
    hub.registry.troubles = [replied(None)]
    answer = hub.send(envelope(TESTED))
    assert answer.status == 503
    assert "ещё не обработан" in answer.fault_text


def test_a_journal_that_cannot_be_written_does_not_hide_the_refusal(hub: Hub) -> None:
    def broken(_session: Any, **_line: Any) -> None:
        raise OperationalError("x", {}, Exception("away"))

    doors = replace(hub.registry.doors(), journal_refusal=broken)
    context: Any = hub.registry
    application = create_application(hub.sessions, context, doors=doors)  # type: ignore[arg-type]
    assert call(application, Request(b"<a>")).fault_text.startswith("Документ XML не разобран")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", ""])
def test_other_methods_are_not_allowed(hub: Hub, method: str) -> None:
    answer = hub.send(envelope(TESTED), method=method)
    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]


def small_contract(limits: Limits) -> Contract:
    return Contract(
        name="small",
        namespace="urn:small",
        paths=("/small",),
        entrance=Entrance.BODY,
        operations=(Operation("Do", "{urn:small}Do", "dcx"),),
        limits=limits,
        wsdl=lambda _address: b"<x/>",
        schemas={},
        dialect="dcx",
    )


def test_a_published_operation_that_is_not_served_is_named_in_its_fault(hub: Hub) -> None:
    contract = replace(small_contract(Limits(max_bytes=4096)), announced=frozenset(("{urn:small}Later",)))
    context: Any = hub.registry
    application = create_application(hub.sessions, context, contracts=(contract,), doors=hub.registry.doors())  # type: ignore[arg-type]
    answer = call(application, Request(envelope('<d:Later xmlns:d="urn:small"/>'), path="/small"))
    assert answer.fault_text == "Операция Later есть в опубликованной схеме, но пока не обслуживается"
    assert answer.child.findtext("faultcode") == "S:Client"


def test_a_heavy_call_waits_for_its_turn_and_is_turned_away_when_it_does_not_come(hub: Hub) -> None:
    limits = Limits(max_bytes=4096, heavy=100, heavy_calls=1, heavy_wait=0.05)
    inner: list[Answer] = []
    body = envelope('<d:Do xmlns:d="urn:small"/>')
    assert len(body) > 100

    def handle(session: Any, incoming: Any, context: Any) -> Any:
        if not inner:
            inner.append(call(application, Request(body, path="/small")))
        return hub.registry.handle(session, incoming, context)

    doors = replace(hub.registry.doors(), handle=handle)
    context: Any = hub.registry
    contracts = (small_contract(limits),)
    application = create_application(hub.sessions, context, contracts=contracts, doors=doors)  # type: ignore[arg-type]
    assert call(application, Request(body, path="/small")).status == 200
    assert inner[0].status == 503
    assert call(application, Request(body, path="/small")).status == 200, "the turn is given back"


def test_two_operations_with_one_element_are_refused_at_start() -> None:
    contract = small_contract(Limits(max_bytes=1))
    with pytest.raises(ValueError, match="one request element"):
        Contract(
            name="twice",
            namespace="urn:small",
            paths=("/small",),
            entrance=Entrance.BODY,
            operations=contract.operations * 2,
            limits=contract.limits,
            wsdl=contract.wsdl,
            schemas={},
            dialect="dcx",
        )


def test_many_threads_get_each_their_own_answer(hub: Hub) -> None:
    from concurrent.futures import ThreadPoolExecutor
    from urllib.request import Request as Post
    from urllib.request import urlopen

    names = ("MakeTestConnect", "GetAttachInformation", "MakeAttachAction", "MakeDeAttachAction")
    with live_server(hub.application) as address:

        def ask(number: int) -> bool:
            name = names[number % len(names)]
            body = envelope(f'<d:{name} xmlns:d="http://main.dce/"/>')
            post = Post(address + DCEXCHANGE, data=body, headers={"Content-Type": "text/xml"})
            with urlopen(post, timeout=10) as answer:
                child = etree.fromstring(answer.read())[0][0]
            return child.tag == f"{{http://main.dce/}}{name}Response" and child.findtext("operation") == name

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(ask, range(200)))
