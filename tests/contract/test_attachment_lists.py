"""An independent client calls the operations about attached people; every answer is valid by the published schema."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import zeep
from lxml import etree
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport

from registry.exchange.operations import register_account
from registry.exchange.options import set_option
from registry.exchange.tables import Account, AuditEntry
from registry.insured.operations.make_act import make_act
from tests.channels.soap_calls import DCEXCHANGE as PATH
from tests.channels.soap_calls import live_server
from tests.channels.soap_hub import LOGIN, PASSWORD, Hub, hub_application, load_invented_people

SCHEMA = Path(__file__).parents[2] / "soap" / "contracts" / "dcexchange.xsd"
WHO = {"username": LOGIN, "password": PASSWORD, "sendercode": LOGIN}


class Client:
    """A zeep client whose answers are checked by the published schema."""

    def __init__(self, address: str) -> None:
        self._history = HistoryPlugin()
        self._session = requests.Session()
        self._client = zeep.Client(
            f"{address}{PATH}?wsdl", transport=Transport(session=self._session), plugins=[self._history]
        )
        self._schema = etree.XMLSchema(etree.parse(SCHEMA))

    def call(self, operation: str, **arguments: Any) -> Any:
        answer = getattr(self._client.service, operation)(**arguments)
        received: Any = self._history.last_received
        child = etree.fromstring(etree.tostring(received["envelope"].find("{*}Body/*")))
        assert self._schema.validate(child), self._schema.error_log
        return answer

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="module")
def hub(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("lists")
    with hub_application(migrated_sqlite, folder) as hub:
        load_invented_people(hub, folder, 300)
        with hub.sessions.begin() as session:
            set_option(session, "page_rows", 1, hub.context.clock.now())
        yield hub


@pytest.fixture(scope="module")
def client(hub: Hub) -> Iterator[Client]:
    with live_server(hub.application) as address:
        client = Client(address)
        yield client
        client.close()


def header(guid: str = "") -> dict[str, Any]:
    return {
        "p10_pakagedate": "2026-03-02T10:20:00.000+03:00",
        "p11_pakagesender": LOGIN,
        "p12_pakageguid": guid or str(uuid4()),
        "p13_zerrpkg": 0,
    }


def test_the_attached_are_listed_page_by_page_until_minus_one(client: Client) -> None:
    start, seen, pages = 0, 0, 0
    while start != -1:
        page = client.call("GetAttachListByRange", **WHO, startid=start, isadres=0)
        rows = page.p12_alist.l10_orcl if page.p12_alist else []
        if start == 0:
            total = page.p12_all
        seen += len(rows)
        start = page.p11_nid
        pages += 1
    assert seen == total > 0
    assert pages > 1


def test_an_act_is_listed_only_after_it_was_made(client: Client, hub: Hub) -> None:
    before = client.call("GetAttachListByRangeAct", **WHO, startid=0, monthact=10, yearact=2026)
    assert before.p10_packinf.p13_zerrpkg == -1
    with hub.sessions.begin() as session:
        assert make_act(session, date(2026, 11, 3), hub.context.clock.now())
        assert make_act(session, date(2026, 11, 4), hub.context.clock.now()) is None
    after = client.call("GetAttachListByRangeAct", **WHO, startid=0, monthact=10, yearact=2026)
    assert after.p10_packinf.p13_zerrpkg == 0
    assert after.p12_all > 0


def test_an_act_of_an_impossible_month_is_refused(client: Client) -> None:
    answer = client.call("GetAttachListByRangeAct", **WHO, startid=0, monthact=13, yearact=2026)
    assert answer.p10_packinf.p14_errmsg.startswith("Неверно заданы входные параметры. Период акта сверки")


@pytest.mark.parametrize("operation", ["GetAttachListByRangeDead", "GetAttachListByRange"])
def test_a_wrong_password_lists_nobody(client: Client, operation: str) -> None:
    arguments = {**WHO, "password": "не тот", "startid": 0}
    if operation == "GetAttachListByRange":
        arguments["isadres"] = 0
    answer = client.call(operation, **arguments)
    assert answer.p10_packinf.p13_zerrpkg == -1
    assert not (answer.p12_alist and answer.p12_alist.l10_orcl)


def test_the_dead_are_listed_with_their_last_attachment(client: Client) -> None:
    answer = client.call("GetAttachListByRangeDead", **WHO, startid=0)
    assert answer.p10_packinf.p13_zerrpkg == 0
    assert answer.p11_nid == -1


def test_detachments_since_a_date_are_listed(client: Client) -> None:
    answer = client.call("GetDeAttachByDate", **WHO, controldate="2026-01-01T00:00:00")
    assert answer.p10_packinf.p13_zerrpkg == 0


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_the_first_and_the_last_day_there_is_may_be_asked_about(client: Client, day: str) -> None:
    assert client.call("GetDeAttachByDate", **WHO, controldate=day).p10_packinf.p13_zerrpkg == 0


def test_notices_older_than_ten_days_are_not_asked_for(client: Client) -> None:
    answer = client.call("GetQueryForDeAttachForMO", **WHO, synhdate="2020-01-01T00:00:00")
    assert answer.p10_packinf.p13_zerrpkg == -1


def test_a_notice_about_a_stranger_is_refused_by_record(client: Client) -> None:
    record = {
        "m01_nzap": 7,
        "m02_mosrc": LOGIN,
        "m03_modes": LOGIN,
        "m04_pep": {
            "a10_dct": 0,
            "a15_pfio": "Никакой",
            "a16_pnm": "Лев",
            "a19_pbd": "1980-05-17T00:00:00",
            "a23_dt": 0,
        },
        "m05_nntf": "1",
        "m06_dntf": "2026-03-02",
    }
    package = {"p10_packinf": header(), "p11_list": {"p_10orcl": [record]}}
    answer = client.call("SendQueryForDeAttachForMO", orderpack=package, **WHO)
    assert answer.p10_packrespinf.r11_rsinf.r10_responcecode == 1001
    assert answer.p10_packrespinf.r12_orerl.f10_orflker[0].f10_nzap == 7


def test_doctors_of_sections_are_taken_and_known_afterwards(client: Client) -> None:
    worker = {
        "d10_nzap": 1,
        "d11_snils": "112-233-445 95",
        "d12_orcl": [{"s10_sect": "77", "s11_dn": "2026-01-01T00:00:00", "s12_snum": "77"}],
        "d13_dn": "2025-01-01T00:00:00",
        "d14_st": 1,
        "d20_ds": 0,
    }
    package = {"p10_packinf": header(), "p11_mocd": LOGIN, "p12_orcl": [worker]}
    answer = client.call("SendAttachDoctorSectionInformation", orderpack=package, **WHO)
    assert answer.p10_packrespinf.r11_rsinf.r10_responcecode == 2000


def test_the_obsolete_operation_answers_its_code(client: Client) -> None:
    package = {"p10_packinf": header(), "p11_doclist": {"l10_orcl": []}}
    answer = client.call("SendAttachDoctorInformation", orderpack=package, **WHO)
    assert answer.p10_packrespinf.r11_rsinf.r10_responcecode == 1012


def test_the_unfinished_operations_answer_empty_packages(client: Client) -> None:
    package = {"p10_packinf": header(), "p11_atachmoscstlist": {"l10_orcl": []}}
    sent = client.call("SendAttachMoStreetSection", orderpack=package, **WHO)
    assert sent.p10_packrespinf.r11_rsinf.r10_responcecode == 2000
    assert client.call("GetAttachMoStreetSection", **WHO) is not None


def test_a_password_is_set_only_for_a_prepared_login(client: Client, hub: Hub) -> None:
    new = {"sendercode": LOGIN, "username": "prepared", "password": "новый-пароль", "oldpassword": ""}
    assert client.call("SetLoginAccess", **new) == 0
    with hub.sessions.begin() as session:
        own = session.query(Account).filter_by(login=LOGIN).one()
        account = register_account(
            session,
            login="prepared",
            password="",
            organisation_id=own.organisation_id,
            role="service",
            title="",
            clock=hub.context.clock,
        )
        account.may_set_password = True
    assert client.call("SetLoginAccess", **{**new, "password": "12"}) == -1
    assert client.call("SetLoginAccess", **new) == 1
    assert client.call("SetLoginAccess", **new) == -3
    assert client.call("SetLoginAccess", **{**new, "oldpassword": "чужой"}) == -2
    assert client.call("SetLoginAccess", **{**new, "oldpassword": "новый-пароль"}) == 1
    with hub.sessions() as session:
        noted = session.query(AuditEntry.object_id).filter_by(action="set_password").all()
    assert [one.object_id for one in noted] == ["prepared", "prepared"]
