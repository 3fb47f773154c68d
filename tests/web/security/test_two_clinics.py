"""Everything a clinic has told the hub, looked for by others on every address of the screens, of REST and of SOAP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from flask import Flask

from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import OutgoingPacket, Sending
from registry.insured.generator.lines import PersonLine
from server.api.app import create_api
from server.api.openapi import BASE
from server.demo.accounts import PASSWORD
from soap.app import create_application
from tests.channels.events import calls
from tests.channels.soap_calls import Request, call
from tests.web.conftest import ZONE, Site, token_of
from tests.web.test_outgoing import sent
from tests.web.test_sendings import grown_up

OWNER, MARK = "630007", "FOREIGN-MARK"
FILE, NOTICE = "630007_20112026_7.DBF", "O2630007_FOREIGN-MARK.csv"
STRANGERS = ("clinic630001", "insurer63001", "zags")
QUERIES = ("", "export=csv&period=all", "text=FOREIGN&q=FOREIGN&event=FOREIGN&name=FOREIGN&period=all")


def today() -> date:
    """The day of the site, whose clock runs."""
    return datetime.now(ZONE).date()


@dataclass(frozen=True)
class Owned:
    """What the owner told: numbers of packets, sendings and outgoing packets, and the token of an upload."""

    site: Site
    api: Flask
    keys: dict[str, str]
    numbers: tuple[int, ...]
    token: str
    organisation: int
    person: PersonLine

    def rest(self, method: str, path: str, code: str, **more: object) -> str:
        headers = {"Authorization": f"Bearer {self.keys[code]}"}
        return self.api.test_client().open(path, method=method, headers=headers, **more).text  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def owned(site: Site) -> Owned:
    keys = {}
    with site.hub.sessions.begin() as session:
        for code in (OWNER, "630001", "63001", "63"):
            organisation_id = organisation_id_of_code(session, code)
            assert organisation_id is not None
            keys[code] = add_key(session, organisation_id, "проверка", site.hub.context.clock)[1]
        owner = organisation_id_of_code(session, OWNER) or 0
    api = create_api(site.hub)
    person = grown_up(site.hub, 40)[-1]
    headers = {"Authorization": f"Bearer {keys[OWNER]}"}
    client = api.test_client()
    upload = client.post(f"{BASE}/files?name={FILE}", data=MARK.encode(), headers=headers).json
    asked = client.post(f"{BASE}/people/identify", json={"enp": person.enp, "number": MARK}, headers=headers).json
    assert upload is not None
    assert asked is not None
    content = calls.opening(person, MARK, ExamKind="ОПВ", Comment=MARK, MOCode=OWNER, DateOpen=today().isoformat())
    request = Request(calls.body("SendProfExam", content), path=calls.PATH, login=OWNER, password=PASSWORD)
    assert b"Code>" in call(create_application(site.hub.sessions, site.hub.context), request).body
    with site.hub.sessions() as session:
        sending = session.query(Sending.id).filter_by(event_id=MARK).one()[0]
    numbers = (upload["packet"], asked["packet"], sending, sent(site, OWNER, NOTICE))
    return Owned(site, api, keys, numbers, upload["id"], owner, person)


def paths_of(app: Flask, owned: Owned, method: str) -> Iterator[str]:
    """Every address, once for each number of the owner where it has a number in it."""
    for rule in app.url_map.iter_rules():
        if method not in (rule.methods or ()) or rule.endpoint in ("access.sign_out", "static", "favicon"):
            continue
        path = re.sub(r"<any\([^)]*\):part>", "raw", rule.rule)
        path = path.replace("<token>", owned.token)
        for number in owned.numbers if "<int:" in path else (0,):
            yield re.sub(r"<\w+>", MARK[:7], re.sub(r"<int:\w+>", str(number), path))


def tells(text: str) -> bool:
    return MARK in text or FILE in text


def test_the_owner_and_the_fund_see_it(owned: Owned) -> None:
    for login in ("clinic630007", "operator"):
        client = owned.site.signed_in(login)
        seen = [path for path in paths_of(owned.site.app, owned, "GET") if tells(client.get(path).text)]
        assert {re.sub(r"\d+", "N", path) for path in seen} >= {
            "/journal",
            "/sendings",
            "/sendings/N",
            "/outgoing",
            "/outgoing/N",
            "/packets/N",
            "/packets/N/raw",
        }, login


@pytest.mark.parametrize("login", STRANGERS)
def test_no_screen_tells_it_to_anybody_else(owned: Owned, login: str) -> None:
    client = owned.site.signed_in(login)
    for path in paths_of(owned.site.app, owned, "GET"):
        asked = QUERIES if not any(str(number) in path for number in owned.numbers) else ("",)
        for query in (*asked, f"organisation={owned.organisation}&period=all"):
            assert not tells(client.get(f"{path}?{query}").text), (path, query)


@pytest.mark.parametrize("login", STRANGERS)
def test_no_form_lets_anybody_else_change_it(owned: Owned, login: str) -> None:
    client = owned.site.signed_in(login)
    token = token_of(client.get("/").text)
    sending, outgoing = owned.numbers[2], owned.numbers[3]
    for path in paths_of(owned.site.app, owned, "POST"):
        if path in ("/sign-out", "/password", "/theme", "/columns"):
            continue
        form = {"csrf_token": token, "id": [str(one) for one in owned.numbers], "scope": "errors", "event": "accept"}
        answer = client.post(f"{path}?period=all&organisation={owned.organisation}", data=form)
        assert answer.status_code < 500, path
        assert not tells(answer.text), path
    with owned.site.hub.sessions() as session:
        assert session.get_one(Sending, sending).resend_at is None
        assert session.get_one(OutgoingPacket, outgoing).acknowledged_at is None


@pytest.mark.parametrize("code", ["630001", "63001"])
def test_no_address_of_rest_tells_it_to_anybody_else(owned: Owned, code: str) -> None:
    for method in ("GET", "POST", "PUT"):
        for path in paths_of(owned.api, owned, method):
            body: dict[str, object] = {"json": {}} if method == "POST" else {"data": b"x"} if method == "PUT" else {}
            assert not tells(owned.rest(method, path, code, **body)), (method, path)
    assert tells(owned.rest("GET", f"{BASE}/journal", "63"))
    assert tells(owned.rest("GET", f"{BASE}/packets", OWNER))


@pytest.mark.parametrize("login", ["630001", "insurer63001", "zags"])
def test_no_operation_of_events_tells_it_to_anybody_else(owned: Owned, login: str) -> None:
    application = create_application(owned.site.hub.sessions, owned.site.hub.context)
    with owned.site.hub.sessions() as session:
        hub_id = session.get_one(Sending, owned.numbers[2]).hub_id
    period = {"From": today().isoformat(), "To": today().isoformat(), "Page": 1}
    questions = (
        ("GetEvent", {"HubId": hub_id or "00000000-0000-0000-0000-000000000000"}),
        ("GetEvent", {"Operation": "SendProfExam", "MOCode": OWNER, "EventId": MARK}),
        ("GetSendings", {"MOCode": OWNER, **period}),
        ("GetSendings", {"MOCode": "630001", **period}),
        ("GetInformRequests", {"SMOCode": "63001", "Since": f"{today()}T00:00:00", "Page": 1}),
    )
    for operation, content in questions:
        request = Request(calls.body(operation, content), path=calls.PATH, login=login, password=PASSWORD)
        told = call(application, request).body.decode().replace(f"<e:EventId>{MARK}</e:EventId>", "", 1)
        assert MARK not in told, operation
