"""The SOAP channel by itself: envelope, addressing and dispatch."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.channels.soap_calls import (
    IDENTIFICATION,
    SOAP11,
    SOAP12,
    UIR,
    envelope,
)
from tests.channels.soap_fakes import ASKED, TESTED, WSA, WSA_HEADER, Hub


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
