"""The folder `hub contracts export` writes: complete, readable by other tools, without a running hub."""

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
import zeep
from lxml import etree

from registry.catalog import collect
from server.contracts import export
from soap.contract import Contract
from soap.services import ALL_CONTRACTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("contracts")
    names = export(collect(), target, "https://hub.example", "63", date(2026, 11, 20))
    assert len(names) == len(set(names))
    return target


@pytest.mark.parametrize("ending", [".wsdl", ".single.wsdl"])
@pytest.mark.parametrize("contract", ALL_CONTRACTS, ids=lambda one: one.name)
def test_an_independent_client_reads_every_wsdl_from_its_file(folder: Path, contract: object, ending: str) -> None:
    name = getattr(contract, "name")  # noqa: B009 - the parameter is typed as object for its id
    client = zeep.Client(str(folder / "soap" / f"{name}{ending}"))
    found = {
        operation
        for service in client.wsdl.services.values()
        for port in service.ports.values()
        for operation in port.binding._operations
    }
    assert found == {one.name for one in getattr(contract, "operations")}  # noqa: B009 - as above


@pytest.mark.parametrize("contract", ALL_CONTRACTS, ids=lambda one: one.name)
def test_a_wsdl_in_one_file_needs_no_other(folder: Path, contract: Contract) -> None:
    root = etree.parse(folder / "soap" / f"{contract.name}.single.wsdl").getroot()
    assert not root.xpath("//@schemaLocation")
    assert len(root.findall("{*}types/{*}schema")) == len(contract.schemas)


def test_every_operation_has_a_sample_with_its_own_element(folder: Path) -> None:
    for contract in ALL_CONTRACTS:
        for operation in contract.operations:
            path = folder / "soap" / "requests" / contract.name / f"{operation.name}.xml"
            body = etree.parse(path).getroot().find("{*}Body")
            assert body is not None
            assert body[0].tag == operation.request
            assert f"{contract.name}/{operation.name}.xml" in (folder / "curl-soap.sh").read_text()


def test_the_soapui_project_holds_every_operation(folder: Path) -> None:
    project = etree.parse(folder / "soapui-project.xml").getroot()
    calls = project.findall(".//{*}call")
    assert len({call.get("name") for call in calls}) == len({o.name for one in ALL_CONTRACTS for o in one.operations})
    for interface in project.iterfind("{*}interface"):
        wsdl = etree.fromstring((interface.findtext("{*}definitionCache/{*}part/{*}content") or "").encode())
        names = [f"{{{wsdl.get('targetNamespace')}}}{one.get('name')}" for one in wsdl.iterfind("{*}binding")]
        assert interface.get("bindingName") in names
    assert all(etree.fromstring((call.findtext("{*}request") or "").encode()) is not None for call in calls)


def test_every_kind_has_a_schema_and_a_page(folder: Path) -> None:
    for kind in collect().kinds.values():
        schema = json.loads((folder / "json-schema" / f"{kind.name}.json").read_text())
        assert schema["properties"].keys() == kind.record.fields.keys()
        assert kind.title in (folder / "reference" / f"{kind.name}.md").read_text()


def test_descriptions_for_machines_name_their_messages(folder: Path) -> None:
    assert json.loads((folder / "openapi.json").read_text())["servers"][0]["url"] == "https://hub.example/api/v1"
    described = json.loads((folder / "asyncapi.json").read_text())
    assert {"PERS", "PERSONATTACHDISTRICT", "ANSWER"} <= described["components"]["messages"].keys()
    assert described["channels"]["in"]["address"] == "tfoms.ch1.in"


@pytest.mark.parametrize("name", ["curl-soap.sh", "curl-rest.sh"])
def test_the_scripts_are_right_for_the_shell(folder: Path, name: str) -> None:
    assert subprocess.run(["sh", "-n", str(folder / name)], check=False, capture_output=True).returncode == 0
