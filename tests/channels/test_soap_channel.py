"""The SOAP channel by itself: envelope, entrance and dispatch, with doors of the test instead of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree
from sqlalchemy.exc import OperationalError

from registry.core.errors import Permanent, Retryable
from registry.core.findings import FindingCode
from registry.core.outcomes import PacketStatus
from registry.exchange.pipeline import Reply
from soap.app import create_application
from soap.auth import RateLimiter
from soap.contract import Contract, Entrance, Limits, Operation
from soap.doors import Doors
from soap.faults import SoapFault
from tests.channels.soap_calls import (
    DCEXCHANGE,
    IDENTIFICATION,
    SOAP11,
    SOAP12,
    UIR,
    Answer,
    Request,
    call,
    envelope,
    live_server,
)

ASKED = '<u:UIRRequest xmlns:u="http://uir.ffoms.ru"/>'
TESTED = '<d:MakeTestConnect xmlns:d="http://main.dce/"/>'
WSA = "http://www.w3.org/2005/08/addressing"
WSA_HEADER = (
    f'<e:Header xmlns:a="{WSA}"><a:MessageID>urn:uuid:7</a:MessageID>'
    '<a:Action e:mustUnderstand="1">urn:#GetMedInsState</a:Action>'
    '<a:To e:mustUnderstand="1">http://hub.test/soap/identification</a:To></e:Header>'
)


class Sessions:
    """Counts the transactions that were opened and how each ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    @contextmanager
    def begin(self) -> Iterator[Any]:
        try:
            yield SimpleNamespace()
        except BaseException:
            self.ended.append("rolled back")
            raise
        self.ended.append("committed")


def replied(element: etree._Element | None, refusal: Permanent | None = None) -> Reply:
    status = PacketStatus.REFUSED if refusal else PacketStatus.ACCEPTED
    return Reply(1, None, status, element=element, refusal=refusal)


class Registry:
    """Stands for the registry: one account, answers that echo the operation, troubles on demand."""

    def __init__(self) -> None:
        self.incoming: list[Any] = []
        self.journal: list[dict[str, Any]] = []
        self.troubles: list[BaseException | Any] = []
        self.rate = 60

    def handle(self, _session: Any, incoming: Any, _context: Any) -> Any:
        self.incoming.append(incoming)
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, BaseException):
                raise trouble
            return trouble
        name = etree.QName(incoming.element)
        element = etree.Element(f"{{{name.namespace}}}{name.localname}Response")
        etree.SubElement(element, "operation").text = incoming.operation
        return replied(element)

    def check_password(self, _session: Any, login: str, password: str, _context: Any) -> Any:
        return SimpleNamespace(login=login) if (login, password) == ("clinic", "Верный:пароль") else None

    def journal_refusal(self, _session: Any, **line: Any) -> None:
        self.journal.append(line)

    def refusal_element(self, incoming: Any, refusal: Permanent, _context: Any) -> etree._Element | None:
        if incoming.dialect != "uir":
            raise refusal
        element = etree.Element(f"{UIR}UIRResponse")
        etree.SubElement(element, f"{UIR}Ack").text = "AR"
        etree.SubElement(element, f"{UIR}Err").text = refusal.text
        return element

    def doors(self) -> Doors:
        return Doors(self.handle, self.check_password, self.journal_refusal, self.refusal_element)

    def options(self, _session: Any) -> dict[str, Any]:
        return {"identification_rate": self.rate}


class Hub:
    """The channel between a fake registry and counted sessions."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.sessions = Sessions()
        doors = self.registry.doors()
        context: Any = self.registry
        self.application = create_application(self.sessions, context, doors=doors)  # type: ignore[arg-type]

    def ask(self, body: bytes, **changes: Any) -> Answer:
        """A call of the identification contract by the known clinic."""
        given = {"login": "clinic", "password": "Верный:пароль", "path": IDENTIFICATION} | changes
        return call(self.application, Request(body, **given))

    def send(self, body: bytes, **changes: Any) -> Answer:
        """A call of the deployed contract."""
        return call(self.application, Request(body, **({"path": DCEXCHANGE} | changes)))


@pytest.fixture
def hub() -> Hub:
    return Hub()


@pytest.mark.parametrize(("namespace", "media_type"), [(SOAP11, "text/xml"), (SOAP12, "application/soap+xml")])
def test_the_answer_speaks_the_version_of_the_envelope_whatever_the_content_type(
    hub: Hub, namespace: str, media_type: str
) -> None:
    for content_type in ("text/xml", "application/soap+xml; charset=UTF-8; action=x"):
        answer = hub.ask(envelope(ASKED, namespace), content_type=content_type)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
        assert etree.fromstring(answer.body).tag == f"{{{namespace}}}Envelope"
        assert answer.child.tag == f"{UIR}UIRRequestResponse"


def test_the_pipeline_gets_the_parsed_element_the_raw_bytes_and_the_caller(hub: Hub) -> None:
    body = envelope(ASKED, SOAP12)
    hub.ask(body)
    (incoming,) = hub.registry.incoming
    assert (incoming.channel, incoming.dialect, incoming.operation) == ("soap", "uir", "GetMedInsState")
    assert incoming.raw == body
    assert incoming.element.tag == f"{UIR}UIRRequest"
    assert incoming.caller.login == "clinic"
    assert incoming.address == "192.0.2.7"
    assert hub.sessions.ended == ["committed"]


def test_the_body_element_decides_between_the_services_of_one_path(hub: Hub) -> None:
    for content, operation, dialect in (
        ('<u:UIRRequest2 xmlns:u="http://uir.ffoms.ru"/>', "GetMedInsState2", "uir"),
        ('<g:GetAttach xmlns:g="urn:tfoms-hub:attach:1"/>', "GetAttach", "getattach"),
    ):
        for path in (IDENTIFICATION, "/UIRGate/UIRGateService.svc"):
            assert hub.ask(envelope(content), path=path).status == 200
            assert (hub.registry.incoming[-1].operation, hub.registry.incoming[-1].dialect) == (operation, dialect)


def test_children_of_a_deployed_answer_stay_without_a_namespace(hub: Hub) -> None:
    answer = hub.send(envelope(TESTED))
    assert answer.child.tag == "{http://main.dce/}MakeTestConnectResponse"
    assert answer.child[0].tag == "operation"
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert hub.registry.incoming[0].caller is None


@pytest.mark.parametrize("namespace", [SOAP11, SOAP12])
def test_an_addressed_request_is_answered_in_kind(hub: Hub, namespace: str) -> None:
    answer = hub.ask(envelope(ASKED, namespace, WSA_HEADER))
    header = etree.fromstring(answer.body).find("{*}Header")
    assert header is not None
    assert header.findtext(f"{{{WSA}}}RelatesTo") == "urn:uuid:7"
    assert header.findtext(f"{{{WSA}}}Action") == "http://uir.ffoms.ru/IUIRGate/GetMedInsStateResponse"


def test_a_request_that_was_not_addressed_gets_no_header(hub: Hub) -> None:
    assert etree.fromstring(hub.ask(envelope(ASKED)).body).find("{*}Header") is None


def test_the_deployed_contract_ignores_addressing(hub: Hub) -> None:
    answer = hub.send(envelope(TESTED, SOAP11, WSA_HEADER))
    assert answer.status == 200
    assert etree.fromstring(answer.body).find("{*}Header") is None


def test_a_header_meant_for_another_node_is_not_ours_to_understand(hub: Hub) -> None:
    block = '<x:Pay xmlns:x="urn:x" e:mustUnderstand="1" e:actor="urn:someone"/>'
    assert hub.send(envelope(TESTED, SOAP11, f"<e:Header>{block}</e:Header>")).status == 200


def test_a_header_that_must_be_understood_and_is_not_is_a_fault_of_its_own_code(hub: Hub) -> None:
    block = '<x:Pay xmlns:x="urn:x" e:mustUnderstand="1"/>'
    answer = hub.send(envelope(TESTED, SOAP11, f"<e:Header>{block}</e:Header>"))
    assert answer.child.findtext("faultcode") == "S:MustUnderstand"
    assert answer.status == 500


def test_comments_and_instructions_around_the_envelope_do_no_harm(hub: Hub) -> None:
    body = b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><?b c?>" + envelope(f"<!-- d -->{TESTED}<!-- e -->")
    assert hub.send(body).status == 200


# --- entrance ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [None, "Basic", "Basic !!!", "Basic Y2xpbmlj", "Bearer x", "Basic " + "A" * 2000, "Basic OnB3", "Basic YQBiOmM="],
)
def test_without_readable_credentials_nobody_is_let_in(hub: Hub, header: str | None) -> None:
    answer = hub.ask(envelope(ASKED, SOAP12), login="", environ={"HTTP_AUTHORIZATION": header})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    assert answer.fault_text
    assert not hub.registry.incoming


def test_asking_first_without_credentials_leaves_no_line_but_wrong_ones_do(hub: Hub) -> None:
    assert hub.ask(envelope(ASKED), login="").status == 401
    assert hub.registry.journal == []
    assert hub.ask(envelope(ASKED), password="другой").status == 401
    (line,) = hub.registry.journal
    assert (line["login"], line["code"], line["operation"]) == ("clinic", "CREDENTIALS_WRONG", "GetMedInsState")
    assert hub.sessions.ended[-1] == "committed", "the counter of wrong tries must stay"


def test_an_old_windows_client_may_send_its_password_in_its_own_code_page(hub: Hub) -> None:
    import base64

    pair = base64.b64encode("clinic:Верный:пароль".encode("cp1251")).decode()
    assert hub.ask(envelope(ASKED), login="", environ={"HTTP_AUTHORIZATION": f"basic {pair}"}).status == 200


def test_a_login_over_its_rate_waits_and_the_journal_tells_once(hub: Hub) -> None:
    hub.registry.rate = 3
    assert [hub.ask(envelope(ASKED)).status for _ in range(3)] == [200] * 3
    for _ in range(3):
        answer = hub.ask(envelope(ASKED))
        assert answer.status == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert len(hub.registry.incoming) == 3
    assert len(hub.registry.journal) == 1


def test_the_rate_counts_each_login_and_each_minute_by_itself() -> None:
    moment = [0.0]
    limiter = RateLimiter(lambda: moment[0])
    limiter.admit("a", 1)
    limiter.admit("b", 1)
    with pytest.raises(SoapFault):
        limiter.admit("a", 1)
    moment[0] = 60.0
    limiter.admit("a", 1)
    for _ in range(100):
        limiter.admit("c", 0)


def test_the_rate_is_kept_when_many_threads_ask_at_once() -> None:
    from concurrent.futures import ThreadPoolExecutor

    limiter = RateLimiter()

    def ask(_number: int) -> bool:
        try:
            limiter.admit("clinic", 50)
        except SoapFault:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(400))) == 50


# --- troubles ---------------------------------------------------------------------------------------------------------


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


def test_a_published_operation_that_is_not_served_is_named_in_its_fault(hub: Hub) -> None:
    answer = hub.send(envelope('<d:putEvFactInfos xmlns:d="http://main.dce/"/>'))
    assert answer.fault_text == "Операция putEvFactInfos есть в опубликованной схеме, но пока не обслуживается"
    assert answer.child.findtext("faultcode") == "S:Client"


# --- size and number --------------------------------------------------------------------------------------------------


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
