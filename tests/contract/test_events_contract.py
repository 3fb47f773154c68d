"""The contract of events: strangers call every operation from its WSDL alone, and its schema is its spellings."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport

from registry.catalog import collect
from registry.core.spellings import Listed, Node, Spelling, Tag
from soap.services import EVENTS
from tests.channels.events import calls
from tests.channels.events.calls import INSURER_LOGIN, PATH, days_ago
from tests.channels.events.hubs import EventsHub, hub_on
from tests.channels.soap_calls import live_server
from tests.channels.soap_hub import LOGIN, PASSWORD
from tests.fixtures.node import NodeRunner

XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA = Path(__file__).parents[2] / "soap" / "contracts" / "events.xsd"


@dataclass(frozen=True)
class Live:
    """A live hub with its address."""

    address: str
    place: EventsHub


@pytest.fixture(scope="module")
def live(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("events contract")
    with hub_on("sqlite", migrated_sqlite, "", folder) as place, live_server(place.hub.application) as address:
        yield Live(address, place)


def contents(place: EventsHub) -> dict[str, dict[str, Any]]:
    """A call of every operation, in an order in which each can be answered with success."""
    person, other = next(place.insured_here), next(place.adults)
    card = f"zeep-{uuid.uuid4().hex[:8]}"
    lists = {"Diagnoses": {"Diagnosis": [{"MKB": "I10", "Kind": 1, "First": 0}]}}
    opened = calls.opening(person, card, ExamKind="ОПВ")
    return {
        "SendProfExam": _typed(opened),
        "SendDispensarization": _typed(calls.closing(other, card, **lists)),
        "SendDispensaryObservation": _typed(calls.observation(person, card)),
        "SendTelemedConsultation": _typed(calls.consultation(person, card, MKB="I10")),
        "SendInformRequest": _typed(calls.request(person, card)),
        "GetInformRequests": {"SMOCode": "63002", "Since": f"{days_ago(1)}T00:00:00", "Page": 1},
        "SendInformResult": _typed(calls.result(person, str(uuid.uuid4()), card)),
        "GetEvent": {"Operation": "SendProfExam", "MOCode": "630001", "EventId": card},
        "GetSendings": {"MOCode": "630001", "From": days_ago(1), "To": days_ago(0), "Code": [0, -1], "Page": 1},
    }


def _typed(content: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in content.items() if value is not None}


def client_of(address: str, login: str, password: str = PASSWORD) -> tuple[zeep.Client, HistoryPlugin]:
    session = requests.Session()
    session.auth = requests.auth.HTTPBasicAuth(login.encode(), password.encode())
    history = HistoryPlugin()
    return zeep.Client(f"{address}{PATH}?wsdl", transport=Transport(session=session), plugins=[history]), history


def validated(history: HistoryPlugin) -> etree._Element:
    """The child of the last answer's Body, valid by the published schema."""
    received = history.last_received
    assert received is not None
    child = etree.fromstring(etree.tostring(received["envelope"].find("{*}Body")[0]))
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(child), str(schema.error_log)
    return child


def test_zeep_calls_every_operation_and_every_answer_is_valid_by_the_schema(live: Live) -> None:
    clinic, clinic_history = client_of(live.address, LOGIN)
    insurer, insurer_history = client_of(live.address, INSURER_LOGIN)
    called = contents(live.place)
    assert set(called) == {operation.name for operation in EVENTS.operations}
    expected = {"SendDispensarization": -1, "SendInformResult": 0}
    hub_id = ""
    for operation, content in called.items():
        ours = operation in ("GetInformRequests", "SendInformResult")
        client, history = (insurer, insurer_history) if ours else (clinic, clinic_history)
        if operation == "SendInformResult":
            content["HubId"] = hub_id
        answer = client.service[operation](**content)
        child = validated(history)
        assert child.tag == f"{{{calls.NAMESPACE}}}{operation}Response"
        assert answer.Code == expected.get(operation, 0), answer
        sent = history.last_sent
        assert sent is not None
        assert sent["http_headers"]["SOAPAction"] == f'"{calls.NAMESPACE}#{operation}"'
        hub_id = answer.HubId if operation == "SendInformRequest" else hub_id
    assert answer.Sendings.Sending


def test_refusals_of_every_code_are_valid_by_the_schema(live: Live) -> None:
    client, history = client_of(live.address, LOGIN)
    person = next(live.place.adults)
    content = _typed(calls.closing(person, f"refused-{person.enp}"))
    for changes, code in (
        ({"Group": "7"}, 4),
        ({"InsId": "6394789728269662"}, 5),
        ({"Action": 2}, 5),
        ({}, -1),
        ({"Group": "1"}, 7),
    ):
        answer = client.service.SendDispensarization(**content | changes | {"MessageId": str(uuid.uuid4())})
        validated(history)
        assert answer.Code == code
        assert bool(answer.Text) == (code > 0)
        assert bool(answer.Details) == (code > 0)


def test_zeep_meets_http_401_with_a_wrong_password(live: Live) -> None:
    client, _ = client_of(live.address, LOGIN, "wrong")
    with pytest.raises(zeep.exceptions.Error) as caught:
        client.service.GetSendings(MOCode="630001", From=days_ago(1), To=days_ago(0), Page=1)
    assert "Требуется вход" in str(caught.value)


@pytest.mark.node
def test_a_node_client_calls_every_operation(live: Live, run_node: NodeRunner) -> None:
    called = contents(live.place)
    done = run_node("call_events.mjs", live.address, LOGIN, PASSWORD, json.dumps(called))
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert set(answers) == {operation.name for operation in EVENTS.operations}
    codes = {operation: answer["Code"] for operation, answer in answers.items()}
    # the clinic's program may not act for the insurer
    assert codes == {
        **dict.fromkeys(called, 0),
        "SendDispensarization": -1,
        "GetInformRequests": 4,
        "SendInformResult": 4,
    }
    assert answers["GetEvent"]["Event"]["SendProfExam"]["ExamKind"] == "ОПВ"


# --- the schema is what the spellings read and write ------------------------------------------------------------------


def declared(parent: etree._Element) -> list[tuple[Any, ...]]:
    """Name, type, longest text and inner elements of every element of a sequence."""
    found = []
    for element in parent.findall(f"{XSD}sequence/{XSD}element"):
        restriction = element.find(f"{XSD}simpleType/{XSD}restriction")
        length = restriction.find(f"{XSD}maxLength") if restriction is not None else None
        inner = element.find(f"{XSD}complexType")
        type_ = element.get("type") or (restriction.get("base") if restriction is not None else "")
        most = length.get("value") if length is not None else ""
        found.append((element.get("name"), type_, most, declared(inner) if inner is not None else []))
    return found


def spelt(nodes: tuple[Node, ...] | tuple[Tag, ...]) -> list[tuple[str, str, str, Any]]:
    """The same of the nodes of a spelling."""
    found: list[tuple[str, str, str, Any]] = []
    for node in nodes:
        assert isinstance(node, Tag | Listed)
        if isinstance(node, Listed) and node.item:
            item = (node.item, "", "", spelt(node.children)) if node.children else plain(node.item, node.form)
            found.append((node.name, "", "", [item]))
        else:
            found.append(plain(node.name, node.form))
    return found


def plain(name: str, form: Any) -> tuple[str, str, str, Any]:
    return name, f"xs:{form.type}", str(form.most) if form.most and form.type == "string" else "", []


EVENT_SPELLINGS = [one for one in collect().spellings.values() if one.dialect == "events"]


@pytest.mark.parametrize("spelling", EVENT_SPELLINGS, ids=lambda one: str(one.name))
def test_the_schema_declares_what_a_spelling_reads_and_writes(spelling: Spelling) -> None:
    root = etree.parse(SCHEMA).getroot()
    types = root.findall(f"{XSD}complexType[@name='{spelling.root}']")
    assert len(types) == 1
    assert declared(types[0]) == spelt(spelling.nodes)


def test_every_finding_a_kind_may_raise_has_a_code_in_the_contract() -> None:
    catalog = collect()
    silent = {
        (spelling.name, code)
        for spelling in EVENT_SPELLINGS
        for code in spelling.kind.codes
        if not catalog.dialects["events"].says(code)
    }
    assert silent == set()
