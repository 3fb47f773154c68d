"""Optional contracts of other regions: zeep calls every operation, and none is there while it is switched off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree
from requests import Session as Http
from requests.auth import HTTPBasicAuth
from zeep.exceptions import Fault, TransportError
from zeep.transports import Transport
from zeep.wsse.username import UsernameToken

from registry.exchange.content import RAW, stored_bytes
from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.operations.security.service_secrets import make_secret
from registry.exchange.options import set_option
from registry.exchange.queries.accounts import account_of_login
from registry.exchange.tables import Packet
from registry.insured.generator.lines import PersonLine
from soap.app import create_application
from soap.security import Security
from soap.security.tokens import WSSE
from tests.channels.soap_calls import SOAP12, Request, call, envelope, live_server
from tests.channels.soap_hub import CLOCK, LOGIN, PASSWORD, Hub, hub_application, load_invented_people

NAMES = ("vologda", "volgograd", "karelia")


@dataclass
class Adapters:
    """Where the adapters answer, whom they know, and what lets a program in."""

    address: str
    hub: Hub
    person: PersonLine
    key: str
    secret: str

    def client(self, name: str, **more: Any) -> zeep.Client:
        http = Http()
        http.auth = HTTPBasicAuth(LOGIN.encode(), PASSWORD.encode())
        return zeep.Client(
            f"{self.address}/soap/identification/{name}?wsdl", transport=Transport(session=http, timeout=20), **more
        )


@pytest.fixture(scope="module")
def adapters(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Adapters]:
    folder = tmp_path_factory.mktemp("adapters")
    with hub_application(migrated_sqlite, folder) as hub:
        people = load_invented_people(hub, folder)
        with hub.sessions.begin() as session:
            set_option(session, "identification_adapters", list(NAMES), CLOCK.now())
            account = account_of_login(session, LOGIN)
            assert account is not None
            key = add_key(session, account.organisation_id, "МИС", CLOCK)[1]
            secret = make_secret(session, account, "k" * 64, CLOCK)
        application = create_application(hub.sessions, hub.context, security=Security((), "k" * 64))
        with live_server(application) as address:
            yield Adapters(address, Hub(application, hub.sessions, hub.context), people[0], key, secret)


@pytest.mark.parametrize("name", NAMES)
def test_an_adapter_is_not_there_while_it_is_switched_off(migrated_sqlite: Path, tmp_path: Path, name: str) -> None:
    with hub_application(migrated_sqlite, tmp_path) as hub:
        path = f"/soap/identification/{name}"
        assert call(hub.application, Request(b"", path, method="GET", query="wsdl")).status == 404
        assert call(hub.application, Request(envelope("<x/>"), path)).status == 404


def test_vologda_lists_policies_by_a_token(adapters: Adapters) -> None:
    one = adapters.person
    service = adapters.client("vologda").service
    rows = service.GetMedInsState(
        token=adapters.key, searchActive=False, familyName=one.surname, birthDate=one.birth_date, enp=one.enp
    )
    assert rows[-1]["Enp"] == one.enp
    assert rows[-1]["IC"]["InnerICCode"] == one.insurer_code
    assert rows[-1]["InsBegin"] == one.insured_from
    assert not service.GetMedInsState(token=adapters.key, searchActive=True, familyName="Никто", birthDate="1950-01-01")
    attached = service.GetAttach(ENP=one.enp, token=adapters.key)
    assert (attached["return"], attached["attach"]["MOCode"]) == (0, one.clinic_code)
    assert service.GetAttach(ENP="6357820847900013", token=adapters.key)["return"] == 5
    assert service.GetAttach(ENP="1234567890123456", token=adapters.key)["return"] == 4


def test_vologda_refuses_a_wrong_token_and_stores_no_token(adapters: Adapters) -> None:
    with pytest.raises(Fault, match="токен"):
        adapters.client("vologda").service.GetAttach(ENP=adapters.person.enp, token="hub_00000000_x")
    with adapters.hub.sessions() as session:
        packets = session.query(Packet).filter_by(dialect="vologda").all()
        assert packets
        assert all(adapters.key.encode() not in stored_bytes(session, one.id, RAW) for one in packets)


def test_vologda_answers_in_the_namespace_it_is_asked_in(adapters: Adapters) -> None:
    asked = f"<v:ENP>{adapters.person.enp}</v:ENP><v:token>{adapters.key}</v:token>"
    content = f'<v:GetAttach xmlns:v="urn:own">{asked}</v:GetAttach>'
    answer = call(adapters.hub.application, Request(envelope(content), "/soap/identification/vologda"))
    assert answer.child.findtext("{urn:own}return") == "0"


def test_volgograd_answers_three_questions_with_blocks_that_are_nil(adapters: Adapters) -> None:
    one = adapters.person
    service = adapters.client("volgograd").service
    names = {"FamilyName": one.surname, "FirstName": one.first_name, "MiddleName": one.patronymic}
    born = f"{one.birth_date}T00:00:00"
    by_enp = service.GetMedInsState3(p={"NumberENP": one.enp})
    assert (by_enp["Ack"], by_enp["Person"]["MainENP"], by_enp["Err"]["ErrCode"]) == ("AA", one.enp, None)
    assert by_enp["Insurance"]["StartDate"].isoformat() == f"{one.insured_from}T00:00:00"
    assert by_enp["MedicalCare"]["LPU"] == one.clinic_code
    by_policy = service.GetMedInsState2(
        p={"FullName": {**names, "PolicyType": "3", "PolicyNumber": one.enp}, "Birth": {"BirthDate": born}}
    )
    assert by_policy["Person"]["MainENP"] == one.enp
    document = {"DocType": int(one.doc_type), "DocIdent": f"{one.doc_series} № {one.doc_number}"}
    by_document = service.GetMedInsState(p={"FullName": names, "Document": document, "Birth": {"BirthDate": born}})
    assert by_document["Person"]["MainENP"] == one.enp
    absent = service.GetMedInsState3(p={"NumberENP": "6357820847900013"})
    assert (absent["Ack"], absent["Err"]["ErrCode"], absent["Person"]["MainENP"]) == ("AE", "21", None)


def test_volgograd_takes_the_policy_beside_the_names_too(adapters: Adapters) -> None:
    one = adapters.person
    content = (
        '<GetMedInsState2 xmlns="http://tempuri.org/"><p><PolicyType>3</PolicyType>'
        f"<PolicyNumber>{one.enp}</PolicyNumber><FullName><FamilyName>{one.surname}</FamilyName></FullName>"
        "</p></GetMedInsState2>"
    )
    request = Request(envelope(content), "/soap/identification/volgograd", login=LOGIN, password=PASSWORD)
    answer = call(adapters.hub.application, request).child
    assert one.enp in list(answer.itertext())
    error = answer.find(".//{*}Err")
    assert error is not None
    assert error.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


@pytest.mark.parametrize("digest", [False, True])
def test_karelia_finds_people_by_a_token_of_the_header(adapters: Adapters, digest: bool) -> None:
    one = adapters.person
    entrance = UsernameToken(LOGIN, adapters.secret if digest else PASSWORD, use_digest=digest)
    if digest:
        entrance.created = CLOCK.now().astimezone(UTC)
    found = adapters.client("karelia", wsse=entrance).service.SearchPeople(
        FAM=one.surname, IM=one.first_name, OT=one.patronymic, birthDate=one.birth_date, Type_Request=1
    )
    [row] = found["people"]
    assert (row["FAM"], row["numpolis"], row["codestrah"]) == (one.surname, one.enp, one.insurer_code)
    assert (row["mocode"], row["ClosePolis"]) == (one.clinic_code, None)


def test_karelia_says_nothing_of_whom_it_does_not_know(adapters: Adapters) -> None:
    client = adapters.client("karelia", wsse=UsernameToken(LOGIN, PASSWORD))
    found = client.service.SearchPeople(FAM="Никто", IM="Нигде", birthDate="1950-01-01", Type_Request=0)
    assert not found["people"]


def test_karelia_fails_authentication_in_the_words_of_ws_security(adapters: Adapters) -> None:
    with pytest.raises((Fault, TransportError)):
        adapters.client("karelia", wsse=UsernameToken(LOGIN, "неверный")).service.SearchPeople(FAM="А")
    token = (
        f'<e:Header><s:Security xmlns:s="{WSSE}" e:mustUnderstand="1"><s:UsernameToken><s:Username>{LOGIN}</s:Username>'
        "<s:Password>неверный</s:Password></s:UsernameToken></s:Security></e:Header>"
    )
    body = envelope('<k:SearchPeople xmlns:k="urn:tfoms-hub:karelia"/>', SOAP12, token)
    media = "application/soap+xml; charset=utf-8"
    answer = call(adapters.hub.application, Request(body, "/soap/identification/karelia", media))
    assert "FailedAuthentication" in etree.tostring(answer.child, encoding="unicode")
