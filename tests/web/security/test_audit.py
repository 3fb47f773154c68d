"""Every address that shows people leaves an audit row: who, when, what, what for."""

import re
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from registry.exchange.tables import AuditEntry, RecordRow
from registry.insured.tables import PersonVersion
from server.api.app import create_api
from server.demo.accounts import PASSWORD
from server.web.app import create_app
from server.web.auditing import ACTIONS, OBJECTS
from server.web.looks import REST, SCREENS, UNDECLARED, Look, look_of
from server.web.permissions import ROUTES
from tests.web.conftest import Site, token_of

#: Acts that change what is known of people answer by a redirect, so each must note itself.
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
LISTS = [
    "/changes",
    "/central",
    "/buffer",
    "/duplicates",
    "/reviews",
    "/agencies/unmatched",
    "/announced-deaths",
    "/suspended",
    "/districts",
    "/sendings",
    "/audit",
]
SEARCHES = ["/journal?text=", "/central?person=", "/buffer?person=", "/duplicates?text=", "/people?surname="]


def rows_since(site: Site, last: int) -> list[AuditEntry]:
    with site.hub.sessions() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.id > last).order_by(AuditEntry.id)))


def noted_by(site: Site, act: Callable[[], Any]) -> list[AuditEntry]:
    with site.hub.sessions() as session:
        last = session.scalar(select(func.max(AuditEntry.id))) or 0
    act()
    return rows_since(site, last)


@pytest.fixture
def surname(site: Site) -> str:
    with site.hub.sessions() as session:
        known = session.scalars(select(PersonVersion).order_by(PersonVersion.id)).first()
    assert known is not None
    return known.surname


def test_every_address_declares_whether_it_shows_people(site: Site) -> None:
    """A new address fails here until it says what a look at it is, or why nobody is shown."""
    assert set(SCREENS) == set(ROUTES)
    assert {rule.endpoint for rule in create_api(site.hub).url_map.iter_rules()} == set(REST)
    declared = [*SCREENS.values(), *REST.values()]
    assert all(one.strip() for one in declared if isinstance(one, str))
    looks = [one for one in declared if isinstance(one, Look)]
    assert {one.action for one in looks} <= set(ACTIONS)
    assert {one.object_type for one in looks} <= set(OBJECTS)


def test_an_address_nobody_declared_is_taken_for_one_that_shows_people() -> None:
    assert look_of(SCREENS, "somewhere.new") == UNDECLARED
    assert look_of(SCREENS, "static") is None


def test_the_number_a_look_names_is_a_part_of_the_address(site: Site) -> None:
    for addresses, app in ((SCREENS, site.app), (REST, create_api(site.hub))):
        parts = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
        named = {endpoint: one.number for endpoint, one in addresses.items() if isinstance(one, Look) and one.number}
        assert {endpoint for endpoint, name in named.items() if name not in parts[endpoint]} == set()


def functions_of(code: CodeType, inside: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """Names of everything a function calls, through functions of the same part of the program."""
    codes = [code, *(one for one in code.co_consts if isinstance(one, CodeType))]
    for name in {name for one in codes for name in one.co_names}:
        yield name
        called = inside.get(name)
        if name not in seen and callable(called) and str(getattr(called, "__module__", "")).startswith("server."):
            seen.add(name)
            if hasattr(called, "__code__"):
                yield from functions_of(called.__code__, called.__globals__, seen)


def writing(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if WRITING & set(rule.methods or ()):
            yield rule.endpoint


def test_every_act_on_people_notes_itself(site: Site) -> None:
    silent = set()
    for endpoint in writing(site.app):
        view = site.app.view_functions[endpoint]
        names = set(functions_of(view.__code__, view.__globals__, {"serve"}))
        if look_of(SCREENS, endpoint) is not None and not {"note", "note_for"} & names:
            silent.add(endpoint)
    assert silent == set()


def test_every_list_of_people_is_noted_with_its_purpose_on_every_page_of_it(site: Site) -> None:
    client = site.signed_in("admin", purpose="records")
    for path in LISTS:
        for further in (False, True):
            address = f"{path}?after=1" if further else path
            noted = noted_by(site, lambda address=address: client.get(address))  # type: ignore[misc]
            told = [(one.action, one.details.get("purpose"), one.details.get("further", False)) for one in noted]
            endpoint = endpoint_of(site.app, path)
            look = look_of(SCREENS, endpoint)
            assert look is not None, path
            assert told == [(look.action, "records", further)], path


def endpoint_of(app: Flask, path: str) -> str:
    return str(app.url_map.bind("").match(path)[0])


def test_pages_of_one_packet_are_noted_where_they_show_people(site: Site) -> None:
    client, number = site.signed_in("operator"), site.long
    with site.hub.sessions() as session:
        assert session.scalar(select(func.count()).select_from(RecordRow).where(RecordRow.packet_id == number))
    for tail, action in (
        ("", None),
        ("/history", None),
        ("/progress", None),
        ("/records", "list_records"),
        ("/records?export=csv", "export"),
        ("/records?print=1", "print"),
        ("/findings", "list_findings"),
        ("/records/1", "open_record"),
        ("/raw", "open_content"),
        ("/raw/download", "download"),
    ):
        noted = noted_by(site, lambda tail=tail: client.get(f"/packets/{number}{tail}").close())  # type: ignore[misc]
        assert [one.action for one in noted] == ([action] if action else []), tail


def test_a_refused_or_unknown_address_is_no_look(site: Site) -> None:
    client = site.signed_in("clinic630001")
    assert noted_by(site, lambda: client.get(f"/packets/{site.foreign}/records")) == []
    assert [one.action for one in noted_by(site, lambda: client.get("/central"))] == ["refused"]


@pytest.mark.parametrize("path", SEARCHES)
def test_people_are_searched_for_a_purpose_wherever_they_are_searched(site: Site, path: str, surname: str) -> None:
    client = site.signed_in("operator", purpose="")
    address = f"{path}{quote(surname)}"
    page = client.get(address).text
    assert "Укажите цель поиска" in page
    assert 'name="purpose"' in page
    assert "hub-plain" not in rows_of(page)
    assert [one.action for one in noted_by(site, lambda: client.get(address)) if one.action == "search"] == []
    said = [one for one in noted_by(site, lambda: client.get(f"{address}&purpose=appeal")) if one.action == "search"]
    assert [one.details["purpose"] for one in said] == ["appeal"]
    assert "Укажите цель поиска" not in client.get(address).text


def rows_of(page: str) -> str:
    found = re.search(r"<tbody.*?</tbody>", page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize("form", ["", "&export=csv", "&export=xlsx", "&print=1"])
@pytest.mark.parametrize("path", SEARCHES)
def test_the_audit_keeps_that_people_were_searched_and_never_by_what(
    site: Site, path: str, form: str, surname: str
) -> None:
    client = site.signed_in("operator", purpose="packet")
    noted = noted_by(site, lambda: client.get(f"{path}{quote(surname)}{form}").close())
    assert "search" in [one.action for one in noted]
    assert surname.casefold() not in str([one.details for one in noted]).casefold()
    assert {one.details["purpose"] for one in noted} == {"packet"}


@pytest.mark.parametrize("form", ["", "&export=csv", "&print=1"])
def test_without_a_purpose_no_form_of_a_search_tells_anything(site: Site, surname: str, form: str) -> None:
    client = site.signed_in("operator", purpose="")
    page = client.get(f"/people?surname={quote(surname)}{form}").text
    assert re.search(r"/people/\d+", page) is None
    assert ";" not in page.split("\n")[0]


def test_a_packet_or_a_file_is_looked_for_without_a_purpose(site: Site) -> None:
    client = site.signed_in("operator", purpose="")
    for text in ("T630001_0001.dbf", "0f8fad5b-d9cb-469f-a165-70867728950e", str(site.long)):
        assert noted_by(site, lambda text=text: client.get(f"/journal?text={text}")) == []  # type: ignore[misc]
        assert "Укажите цель поиска" not in client.get(f"/journal?text={text}").text


def test_choosing_people_for_a_file_asks_for_a_purpose_and_is_noted(site: Site, surname: str) -> None:
    client = site.signed_in("operator", purpose="")
    address = f"/batches/choose?surname={quote(surname[:2])}"
    assert "Укажите цель поиска" in client.get(address).text
    noted = noted_by(site, lambda: client.get(f"{address}&purpose=records"))
    assert [(one.action, one.details) for one in noted] == [
        ("choose_people", {"by": ["surname"], "purpose": "records"})
    ]


def test_a_person_is_found_by_a_guid_for_a_purpose_only(site: Site) -> None:
    wanted = "0f8fad5b-d9cb-469f-a165-70867728950e"
    client = site.signed_in("operator", purpose="")
    assert client.get(f"/search?q={wanted}").headers["Location"].startswith("/people?q=")
    client.get("/people?purpose=person")
    noted = noted_by(site, lambda: client.get(f"/search?q={wanted}"))
    assert [(one.action, one.details) for one in noted] == [("search", {"by": ["bdz_id"], "purpose": "person"})]


def test_a_page_whose_view_notes_nothing_is_noted_for_it(site: Site) -> None:
    app = create_app(site.hub)
    app.view_functions["splits.show"] = lambda person_id: "names of people"
    client = entered(app)
    noted = noted_by(site, lambda: client.get("/people/17/split"))
    assert [(one.action, one.object_type, one.object_id) for one in noted] == [("open_split", "person", "17")]


def entered(app: Flask) -> FlaskClient:
    client = app.test_client()
    sent = {"csrf_token": token_of(client.get("/sign-in").text), "login": "operator", "password": PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 302
    return client
