"""Clients that know nothing of the hub but its WSDL call every operation of both contracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import zeep
from lxml import etree
from requests.auth import HTTPBasicAuth
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from soap.services import IDENTIFICATION
from tests.channels.soap_calls import DCEXCHANGE as DCEXCHANGE_PATH
from tests.channels.soap_calls import IDENTIFICATION as IDENTIFICATION_PATH
from tests.channels.soap_calls import SOAP11, SOAP12, envelope, live_server
from tests.channels.soap_hub import LOGIN, PASSWORD, hub_application
from tests.contract.dcexchange_requests import ATTACHMENT, ENP, SERVICE, WHO, Requests, attachment_package
from tests.contract.hospital_requests import HOSPITAL
from tests.contract.preventive_requests import PREVENTIVE
from tests.fixtures.node import NodeRunner

SCHEMAS = Path(__file__).parents[2] / "soap" / "contracts"
STRANGER = {"FamilyName": "Никакой", "FirstName": "Лев", "MiddleName": "Ильич"}


@pytest.fixture(scope="module")
def address(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A live hub on a free port."""
    folder = tmp_path_factory.mktemp("contract")
    with hub_application(migrated_sqlite, folder) as hub, live_server(hub.application) as address:
        yield address


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.auth = HTTPBasicAuth(LOGIN.encode(), PASSWORD.encode())
        yield session


@pytest.fixture
def history() -> HistoryPlugin:
    return HistoryPlugin()


def client_of(address: str, path: str, session: requests.Session, plugin: HistoryPlugin) -> zeep.Client:
    return zeep.Client(f"{address}{path}?wsdl", transport=Transport(session=session), plugins=[plugin])


def told(message: dict[str, Any] | None) -> etree._Element:
    """The envelope of a message that was sent or received."""
    assert message is not None
    envelope: etree._Element = message["envelope"]
    return envelope


def validate(history: HistoryPlugin, *schemas: str) -> etree._Element:
    """The child of the Body of the last answer, valid by one of the published schemas."""
    answer = told(history.last_received).find("{*}Body/*")
    assert answer is not None
    child = etree.fromstring(etree.tostring(answer))
    validators = [etree.XMLSchema(etree.parse(SCHEMAS / name)) for name in schemas]
    errors = [str(validator.error_log) for validator in validators if not validator.validate(child)]
    assert len(errors) < len(validators), errors
    return child


# --- zeep: the deployed contract --------------------------------------------------------------------------------------

LIVE, LEGACY = 56, 12
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
# no act of reconciliation is made yet on the day of the tests, and the other is obsolete whatever it brings
REFUSED = {"GetAttachListByRangeAct", "SendAttachDoctorInformation"}
DCEXCHANGE_REQUESTS: Requests = {**SERVICE, **ATTACHMENT, **HOSPITAL, **PREVENTIVE}


def operations_of(wsdl: etree._Element) -> list[str]:
    """The operations of the port type of a published WSDL, as an integrator counts them."""
    return [str(one.get("name")) for one in wsdl.findall(f"{WSDL}portType/{WSDL}operation")]


def test_the_published_wsdl_has_the_live_and_the_legacy_operations_and_each_has_a_request_here(
    address: str, session: requests.Session
) -> None:
    published = operations_of(etree.fromstring(session.get(f"{address}{DCEXCHANGE_PATH}?wsdl", timeout=10).content))
    assert len(published) == len(set(published)) == LIVE + LEGACY
    assert set(published) == set(DCEXCHANGE_REQUESTS)
    schema = etree.parse(SCHEMAS / "dcexchange.xsd").getroot()
    elements = {str(one.get("name")) for one in schema if one.tag == f"{XSD}element"}
    assert set(published) == {name for name in elements if f"{name}Response" in elements}


def test_every_served_operation_of_the_other_contract_has_a_request_here() -> None:
    assert {operation.name for operation in IDENTIFICATION.operations} == {
        "GetMedInsState",
        "GetMedInsState2",
        "GetAttach",
    }


@pytest.mark.parametrize("operation", DCEXCHANGE_REQUESTS)
def test_zeep_calls_an_operation_of_the_deployed_contract_and_the_answer_is_valid(
    address: str, session: requests.Session, history: HistoryPlugin, operation: str
) -> None:
    client = client_of(address, DCEXCHANGE_PATH, session, history)
    client.service[operation](**DCEXCHANGE_REQUESTS[operation]())
    child = validate(history, "dcexchange.xsd")
    assert child.tag == f"{{http://main.dce/}}{operation}Response"
    assert child.findtext(".//r10_responcecode") not in {"1002", "1003", "9999"}
    if operation not in REFUSED:
        assert child.findtext(".//p13_zerrpkg") in {"0", None}, child.findtext(".//p14_errmsg")
    assert not [element.tag for element in child.iterdescendants() if str(element.tag).startswith("{")]


def test_the_database_is_reachable_by_make_test_connect(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    assert client_of(address, DCEXCHANGE_PATH, session, history).service.MakeTestConnect() == 1


def test_a_wrong_password_in_the_body_is_an_ordinary_answer(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, DCEXCHANGE_PATH, session, history)
    answer = client.service.MakeAttachAction(orderpack=attachment_package(), **(WHO | {"password": "не тот"}))
    validate(history, "dcexchange.xsd")
    info = answer.p10_packrespinf
    assert info.r11_rsinf.r10_responcecode == 1002
    assert info.r10_packinf.p13_zerrpkg == -1
    assert info.r10_packinf.p14_errmsg


def test_nothing_found_is_an_empty_list_with_a_first_entry(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, DCEXCHANGE_PATH, session, history)
    answer = client.service.GetAttachInformation(**DCEXCHANGE_REQUESTS["GetAttachInformation"]())
    errors = answer.p10_packrespinf.r12_orerl.f10_orflker
    assert errors[0].f11_flkerrorList.f10_flkerror[0].e10_ecd == 500
    assert not (answer.p11_atachlist.l10_orcl if answer.p11_atachlist else [])


# --- zeep: identification ---------------------------------------------------------------------------------------------


def test_zeep_calls_both_queries_of_the_gate_over_soap_12(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, IDENTIFICATION_PATH, session, history)
    service = client.bind("UIRGate", "WSHttpBinding_IUIRGate")
    document = [{"DocType": 14, "DocIdent": "00 00 № 000001"}]
    first = service.GetMedInsState(FullName=STRANGER, Document=document, Birth={"BirthDate": "1971-04-09"})
    assert validate(history, "uir.xsd").tag == "{http://uir.ffoms.ru}UIRResponse"
    assert told(history.last_received).tag == f"{{{SOAP12}}}Envelope"
    second = service.GetMedInsState2(FullName=STRANGER, PolicyType="3", PolicyNumber=ENP, InsDate="2020-03-02")
    validate(history, "uir.xsd")
    for answer in (first, second):
        assert answer.Ack == "AE"
        assert answer.Err[0].ErrCode == "21"
        assert answer.UIRQueryResponse is None


def test_the_gate_answers_an_addressed_request_with_its_message_id(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, IDENTIFICATION_PATH, session, history)
    client.bind("UIRGate", "WSHttpBinding_IUIRGate").GetMedInsState(FullName=STRANGER)
    sent, received = told(history.last_sent), told(history.last_received)
    wsa = "{http://www.w3.org/2005/08/addressing}"
    assert sent.findtext(f".//{wsa}MessageID"), "the policy of the WSDL makes the client address its requests"
    assert received.findtext(f".//{wsa}RelatesTo") == sent.findtext(f".//{wsa}MessageID")
    assert received.findtext(f".//{wsa}Action") == "http://uir.ffoms.ru/IUIRGate/GetMedInsStateResponse"


def test_zeep_asks_for_an_attachment_over_soap_11(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, IDENTIFICATION_PATH, session, history)
    answer = client.bind("GetAttach", "GetAttachPort").GetAttach(ENP=ENP)
    assert validate(history, "attach.xsd").tag == "{urn:tfoms-hub:attach:1}GetAttachResponse"
    assert told(history.last_received).tag == f"{{{SOAP11}}}Envelope"
    assert answer["return"] == 5
    assert answer["text"]


def test_zeep_meets_http_401_with_a_wrong_password(address: str, history: HistoryPlugin) -> None:
    with requests.Session() as session:
        session.auth = HTTPBasicAuth(LOGIN.encode(), b"wrong")
        client = client_of(address, IDENTIFICATION_PATH, session, history)
        with pytest.raises(zeep.exceptions.Error) as caught:
            client.bind("GetAttach", "GetAttachPort").GetAttach(ENP=ENP)
    assert "Требуется вход" in str(caught.value)


def test_zeep_is_told_that_ws_security_is_not_understood(
    address: str, session: requests.Session, history: HistoryPlugin
) -> None:
    client = client_of(address, DCEXCHANGE_PATH, session, history)
    client.wsse = UsernameToken(LOGIN, PASSWORD)
    block = (
        '<e:Header><w:Security e:mustUnderstand="1" xmlns:w="http://docs.oasis-open.org/wss/2004/01/'
        'oasis-200401-wss-wssecurity-secext-1.0.xsd"/></e:Header>'
    )
    body = envelope('<d:MakeTestConnect xmlns:d="http://main.dce/"/>', SOAP11, block)
    answer = session.post(address + DCEXCHANGE_PATH, data=body, headers={"Content-Type": "text/xml"}, timeout=10)
    assert answer.status_code == 500
    assert b"S:MustUnderstand" in answer.content
    assert client.service.MakeTestConnect() == 1, "a block that need not be understood is passed over"


# --- bodies written by hand, as older clients send them ---------------------------------------------------------------


def post(session: requests.Session, url: str, body: bytes, content_type: str) -> etree._Element:
    answer = session.post(url, data=body, headers={"Content-Type": content_type, "SOAPAction": '""'}, timeout=10)
    assert answer.status_code == 200
    child = etree.fromstring(answer.content).find("{*}Body/*")
    assert child is not None
    return child


def test_arguments_in_another_order_with_unknown_elements_and_no_numbers_are_read(
    address: str, session: requests.Session
) -> None:
    content = f"""<d:GetAttachInformation xmlns:d="http://main.dce/">
      <sendercode>{LOGIN}</sendercode><yearcode>2020</yearcode><username>{LOGIN}</username>
      <orderpack><p11_pr><a19_pbd>1980-05-17T00:00:00.000</a19_pbd><a15_pfio>Никакой</a15_pfio><a16_pnm>Анна</a16_pnm>
        <a25_enp>{ENP}</a25_enp></p11_pr>
        <p10_packinf><p12_pakageguid>{uuid4()}</p12_pakageguid><p11_pakagesender>{LOGIN}</p11_pakagesender></p10_packinf>
      </orderpack><password>{PASSWORD}</password></d:GetAttachInformation>"""
    child = post(session, address + DCEXCHANGE_PATH, envelope(content), "text/xml;charset=UTF-8")
    assert child.findtext(".//r10_responcecode") == "1001"
    assert child.findtext(".//e10_ecd") == "500"
    assert child.find("responcepack/p11_atachlist") is not None


def test_a_bare_request_of_the_gate_is_answered_in_both_versions(address: str, session: requests.Session) -> None:
    content = (
        '<u:UIRRequest2 xmlns:u="http://uir.ffoms.ru"><u:FullName><u:FamilyName>Никакой</u:FamilyName></u:FullName>'
        f"<u:PolicyType>3</u:PolicyType><u:PolicyNumber>{ENP}</u:PolicyNumber><u:InsDate/></u:UIRRequest2>"
    )
    for namespace, content_type in ((SOAP11, "text/xml"), (SOAP12, "application/soap+xml")):
        for path in IDENTIFICATION.paths:
            child = post(session, address + path, envelope(content, namespace), content_type)
            assert child.tag == "{http://uir.ffoms.ru}UIRResponse"


# --- Node.js ----------------------------------------------------------------------------------------------------------


def answers_to(run_node: NodeRunner, script: str, *arguments: str) -> dict[str, Any]:
    done = run_node(script, *arguments)
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.mark.node
def test_a_node_client_calls_every_operation_of_the_deployed_contract(
    address: str, run_node: NodeRunner, tmp_path: Path
) -> None:
    calls = tmp_path / "requests.json"
    calls.write_text(json.dumps({name: make() for name, make in DCEXCHANGE_REQUESTS.items()}), encoding="utf-8")
    told = answers_to(run_node, "call_dcexchange.mjs", address, str(calls))
    assert len(told) == LIVE + LEGACY
    schema = etree.XMLSchema(etree.parse(SCHEMAS / "dcexchange.xsd"))
    for name, answer in told.items():
        child = etree.fromstring(answer["raw"].encode()).find("{*}Body/*")
        assert child is not None
        assert child.tag == f"{{http://main.dce/}}{name}Response"
        schema.assertValid(etree.fromstring(etree.tostring(child)))
    answers = {name: answer["result"] for name, answer in told.items()}
    assert answers["MakeTestConnect"]["retresult"] == 1
    found = answers["GetAttachInformation"]["responcepack"]["p10_packrespinf"]
    assert found["r10_packinf"]["p13_zerrpkg"] == 0
    for name in ("MakeAttachAction", "MakeDeAttachAction", "MakeDeAttachActionCancel"):
        assert answers[name]["orderpack"]["p10_packrespinf"]["r11_rsinf"]["r10_responcecode"] == 1001


@pytest.mark.node
def test_a_node_client_calls_every_operation_of_the_identification_contract(address: str, run_node: NodeRunner) -> None:
    answers = answers_to(run_node, "call_identification.mjs", address, LOGIN, PASSWORD)
    assert set(answers) == {operation.name for operation in IDENTIFICATION.operations}
    assert answers["GetMedInsState"]["Ack"] == "AE"
    assert answers["GetMedInsState2"]["Ack"] == "AE"
    assert answers["GetAttach"]["return"] == 5
