"""The WSDL and XSD that integrators hold do not change unnoticed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from lxml import etree

from soap.app import create_application, soap_paths
from soap.services import CONTRACTS, DCEXCHANGE, EVENTS, IDENTIFICATION
from tests.channels.soap_calls import Request, call

GOLDEN = Path(__file__).with_name("golden")
REFERENCE = Path(__file__).parents[1] / "reference" / "dcexchange.xsd"
XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
W = {"w": WSDL[1:-1]}


class NoDatabase:
    """Stands where sessions stand: to publish a contract nothing of the database is needed."""

    def begin(self) -> NoReturn:
        raise AssertionError("a published document needs no database")


@pytest.fixture
def application() -> Any:
    return create_application(NoDatabase(), None)  # type: ignore[arg-type] # proves that neither is touched


def get(application: Any, path: str, query: str) -> bytes:
    answer = call(application, Request(b"", path=path, query=query, method="GET"))
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    return answer.body


def outline(schema: bytes) -> list[str]:
    """Every element and every child of every type with type, occurrence and nillability, in order."""
    root = etree.fromstring(schema)
    lines = [f"{root.get('targetNamespace')} {root.get('elementFormDefault', 'unqualified')}"]
    for part in root:
        name = part.get("name")
        lines.append(f"{etree.QName(part).localname} {name} {part.get('type', '')}".rstrip())
        lines.extend(f"  {line}" for line in children(part))
    return lines


def children(part: etree._Element) -> Iterator[str]:
    for element in part.iter(f"{XSD}element"):
        if element is not part:
            occurs = f"{element.get('minOccurs', '1')}..{element.get('maxOccurs', '1')}"
            yield f"{element.get('name')} {element.get('type')} {occurs} {element.get('nillable', 'false')}"


@pytest.mark.parametrize(
    ("path", "query", "golden"),
    [
        ("/soap/identification", "wsdl", "identification.wsdl"),
        ("/soap/identification", "xsd=xsd0", "uir.xsd"),
        ("/soap/identification", "xsd=xsd1", "attach.xsd"),
        ("/EchangeServerTFOMS/DCExchangeSrv", "wsdl", "dcexchange.wsdl"),
        ("/soap/events", "wsdl", "events.wsdl"),
        ("/soap/events", "xsd=1", "events.xsd"),
    ],
)
def test_a_published_document_is_the_one_integrators_hold(application: Any, path: str, query: str, golden: str) -> None:
    assert get(application, path, query).decode() == (GOLDEN / golden).read_text(encoding="utf-8")


def test_the_schema_of_the_deployed_contract_equals_the_reference_in_types_order_and_occurrence(
    application: Any,
) -> None:
    published = outline(get(application, "/EchangeServerTFOMS/DCExchangeSrv", "xsd=1"))
    assert published == outline(REFERENCE.read_bytes())
    assert len(published) > 700


def test_every_served_operation_of_the_deployed_contract_has_its_elements_in_the_schema() -> None:
    names = {line.split()[1] for line in outline(REFERENCE.read_bytes()) if line.startswith("element ")}
    for operation in DCEXCHANGE.operations:
        assert {operation.name, f"{operation.name}Response"} <= names
        assert operation.request in DCEXCHANGE.announced
    assert len(DCEXCHANGE.announced) == 56 + 12


def test_the_deployed_contract_is_wrapped_with_two_messages_an_operation_and_no_action(application: Any) -> None:
    wsdl = etree.fromstring(get(application, "/EchangeServerTFOMS/DCExchangeSrv", "wsdl"))
    assert wsdl.get("name") == "DCExchangeSrv"
    assert wsdl.get("targetNamespace") == "http://main.dce/"
    messages = wsdl.findall(f"{WSDL}message")
    assert len(messages) == 2 * len(DCEXCHANGE.operations)
    assert {part.get("name") for message in messages for part in message} == {"parameters"}
    soap = "{http://schemas.xmlsoap.org/wsdl/soap/}operation"
    assert {element.get("soapAction") for element in wsdl.iter(soap)} == {""}
    assert wsdl.xpath("string(w:portType/@name)", namespaces=W) == "DCExchangeSrv"
    assert wsdl.xpath("string(w:binding/@name)", namespaces=W) == "DCExchangeSrvPortBinding"
    assert wsdl.xpath("string(w:service/w:port/@name)", namespaces=W) == "DCExchangeSrvPort"
    assert wsdl.find(f".//{WSDL}fault") is None


def test_the_identification_contract_is_bare_soap_12_with_addressing(application: Any) -> None:
    wsdl = etree.fromstring(get(application, "/soap/identification", "wsdl"))
    port = "string(w:service[@name='UIRGate']/w:port/@binding)"
    assert wsdl.xpath(port, namespaces=W) == "tns:WSHttpBinding_IUIRGate"
    actions = {element.get("soapAction") for element in wsdl.iter("{http://schemas.xmlsoap.org/wsdl/soap12/}operation")}
    assert actions == {"urn:#GetMedInsState", "urn:#GetMedInsState2"}
    parts = {part.get("name") for part in wsdl.iter(f"{WSDL}part")}
    assert parts == {"UIRRequest", "UIRResponse", "UIRRequest2", "detail", "parameters"}
    assert wsdl.find(".//{http://www.w3.org/2006/05/addressing/wsdl}UsingAddressing") is not None


@pytest.mark.parametrize("path", soap_paths())
def test_the_address_in_a_wsdl_follows_the_host_of_the_request(application: Any, path: str) -> None:
    environ = {"HTTP_HOST": "srz.tfoms.example:8443", "wsgi.url_scheme": "https"}
    answer = call(application, Request(b"", path=path, query="wsdl", method="GET", environ=environ))
    assert f'location="https://srz.tfoms.example:8443{path}"'.encode() in answer.body


@pytest.mark.parametrize("host", ['x"/><evil', "a b", "x@y", "", "[::1", "хост"])
def test_a_host_that_is_no_host_is_not_repeated_in_a_wsdl(application: Any, host: str) -> None:
    request = Request(b"", path="/soap/identification", query="wsdl", method="GET", environ={"HTTP_HOST": host})
    wsdl = call(application, request).body
    assert b'location="http://hub.test:80/soap/identification"' in wsdl
    etree.fromstring(wsdl)


def test_every_wsdl_is_published_in_one_file_too(application: Any) -> None:
    for contract in CONTRACTS:
        for path in contract.paths:
            answer = call(application, Request(b"", path, method="GET", query="singleWsdl"))
            assert answer.status == 200
            assert b"schemaLocation" not in answer.body
            root = etree.fromstring(answer.body)
            assert len(root.findall("{*}types/{*}schema")) == len(contract.schemas)


@pytest.mark.parametrize("query", ["", "xsd=9", "xsd=../dcexchange.xsd", "wsd", "disco"])
def test_what_is_not_published_is_not_found(application: Any, query: str) -> None:
    for path in soap_paths():
        answer = call(application, Request(b"", path=path, query=query, method="GET"))
        assert answer.status == 404
        assert b"?wsdl" in answer.body


def test_a_path_without_a_contract_is_not_found(application: Any) -> None:
    for method in ("GET", "POST"):
        assert call(application, Request(b"", path="/soap/other", query="wsdl", method=method)).status == 404


def test_head_tells_the_length_of_a_document_without_it(application: Any) -> None:
    answer = call(application, Request(b"", path="/soap/identification", query="wsdl", method="HEAD"))
    assert answer.status == 200
    assert answer.body == b""
    assert int(answer.headers["Content-Length"]) > 1000


def test_every_contract_is_reachable_at_its_paths() -> None:
    assert soap_paths() == (
        "/soap/identification",
        "/UIRGate/UIRGateService.svc",
        "/EchangeServerTFOMS/DCExchangeSrv",
        "/soap/events",
    )
    assert CONTRACTS == (IDENTIFICATION, DCEXCHANGE, EVENTS)
