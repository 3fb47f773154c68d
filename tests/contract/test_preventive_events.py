"""An independent client sends plans and facts and reads them back; every answer is valid by the published schema."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import zeep
from lxml import etree
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport

from registry.insured.generator.lines import PersonLine
from soap.app import create_application
from tests.channels.plans.hub import CLINIC, INSURER, PlansHub, plans_hub, prepare
from tests.channels.soap_calls import DCEXCHANGE as PATH
from tests.channels.soap_calls import live_server
from tests.channels.soap_hub import PASSWORD

SCHEMA = Path(__file__).parents[2] / "soap" / "contracts" / "dcexchange.xsd"
DAY = "2026-11-18T00:00:00.000"


class Client:
    """A zeep client of one participant whose answers are checked by the published schema."""

    def __init__(self, address: str, login: str, session: requests.Session) -> None:
        self._history = HistoryPlugin()
        self._who = {"username": login, "password": PASSWORD, "sendercode": login}
        self._client = zeep.Client(
            f"{address}{PATH}?wsdl", transport=Transport(session=session), plugins=[self._history]
        )
        self._schema = etree.XMLSchema(etree.parse(SCHEMA))

    def call(self, operation: str, **arguments: Any) -> Any:
        answer = self._client.service[operation](**arguments, **self._who)
        received: Any = self._history.last_received
        child = etree.fromstring(etree.tostring(received["envelope"].find("{*}Body/*")))
        assert self._schema.validate(child), self._schema.error_log
        return answer

    def put(self, operation: str, item: str, *records: dict[str, Any]) -> int:
        header = {
            "p10_pakagedate": "2026-11-20T10:00:00.000+04:00",
            "p11_pakagesender": self._who["sendercode"],
            "p12_pakageguid": str(uuid4()),
            "p13_zerrpkg": 0,
        }
        content = {"p10_packinf": header, "ev" + operation.removeprefix("putEv"): {item: list(records)}}
        answer = self.call(operation, orderpack=content)
        errors = answer.r12_orerl.f10_orflker if answer.r12_orerl else []
        assert not errors, errors
        return int(answer.r11_rsinf.r10_responcecode)


@pytest.fixture(scope="module")
def hub(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlansHub]:
    folder = tmp_path_factory.mktemp("events")
    url = f"sqlite:///{shutil.copy(migrated_sqlite, folder / 'hub.sqlite3')}"
    prepare(url, folder)
    with plans_hub(url) as hub:
        yield hub


@pytest.fixture(scope="module")
def address(hub: PlansHub) -> Iterator[str]:
    with live_server(create_application(hub.sessions, hub.context)) as address:
        yield address


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture(scope="module")
def clinic(address: str, session: requests.Session) -> Client:
    return Client(address, CLINIC, session)


@pytest.fixture(scope="module")
def insurer(address: str, session: requests.Session) -> Client:
    return Client(address, INSURER, session)


def person(line: PersonLine) -> dict[str, Any]:
    return {
        "a10_dct": 3,
        "a12_dcn": line.enp,
        "a13_smcd": INSURER,
        "a15_pfio": line.surname,
        "a16_pnm": line.first_name,
        "a17_pln": line.patronymic,
        "a19_pbd": f"{line.birth_date}T00:00:00.000",
        "a23_dt": 0,
        "a25_enp": line.enp,
    }


def test_a_plan_goes_from_the_clinic_to_the_insurer_and_informing_comes_back(
    hub: PlansHub, clinic: Client, insurer: Client
) -> None:
    someone = person(hub.attached(CLINIC)[0])
    row = {
        "rid": 41,
        "kind": 1,
        "year": 2026,
        "mnth": 12,
        "code_mo": CLINIC,
        "dfSection": "",
        "category": 1,
        "mkbxstts": 2,
        "person": someone,
    }
    assert clinic.put("putEvPlanList", "evPlan", row) == 2000
    (planned,) = insurer.call("getEvPlanList", year=2026, mnth=12, page=1).evPlanList.evPlan
    assert (planned.rid, planned.category, planned.mkbxstts, planned.opcode) == (41, 1, 2, None)
    assert (planned.person.a25_enp, planned.person.a13_smcd) == (someone["a25_enp"], INSURER)
    assert not insurer.call("getEvPlanList", year=2026, mnth=12, page=2).evPlanList

    told = {"rid": 1, "smo_code": INSURER, "code_mo": CLINIC, "infodate": DAY, "infometh": 3, "infostep": 1}
    assert insurer.put("putEvFactInfos", "evFactInfo", {**told, "inforslt": 5, "person": someone}) == 2000
    facts = clinic.call("getEvFactInfos", smo_code=INSURER, infodate=DAY, page=0).evFactInfos.evFactInfo
    assert [(fact.rid, fact.smo_code, fact.inforslt) for fact in facts] == [(1, INSURER, 5)]


def test_steps_days_and_telephones_are_read_back_as_they_were_sent(
    hub: PlansHub, clinic: Client, insurer: Client
) -> None:
    done = {"rid": 41, "code_mo": CLINIC, "execdate": DAY, "execstep": 203, "execmeth": 0, "prevdate": DAY}
    assert clinic.put("putEvFactExecs", "evFactExec", {**done, "person": person(hub.attached(CLINIC)[1])}) == 2000
    (step,) = insurer.call("getEvFactExecs", code_mo=CLINIC, execdate=DAY, page=1).evFactExecs.evFactExec
    assert (step.rid, step.execstep, step.execmeth, step.prevdate) == (41, 203, 0, step.execdate)

    day = {"rid": 2, "code_mo": CLINIC, "kind": 2, "evdt": "2026-12-05T00:00:00.000", "meth": 2, "address": "Сквер, 1"}
    assert clinic.put("putEvPlanDates", "evPlanDate", day) == 2000
    (held,) = insurer.call("getEvPlanDates").evPlanDates.evPlanDate
    assert (held.rid, held.meth, held.address, held.comment) == (2, 2, "Сквер, 1", None)

    assert clinic.put("putEvContacts", "evContact", {"rid": 1, "code_mo": CLINIC, "phone": "8 800"}) == 2000
    (contact,) = insurer.call("getEvContacts").evContacts.evContact
    assert (contact.code_mo, contact.phone) == (CLINIC, "8 800")


def test_what_nobody_has_told_yet_is_an_empty_list(clinic: Client) -> None:
    assert not clinic.call("getEvPlanQtys", year=2026).evPlanQtys
    assert not clinic.call("getEvFactInvcs", year=2026, mnth=11, page=1).evFactInvcs
    assert not clinic.call("getEvUdvnStats", page=1).evUdvnStats
