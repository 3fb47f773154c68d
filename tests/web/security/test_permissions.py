"""Who may open what, and whose rows are shown."""

import re

import pytest

from server.web.permissions import ROUTES, Permission
from tests.web.conftest import Site, token_of


def test_every_address_has_a_permission(site: Site) -> None:
    assert {rule.endpoint for rule in site.app.url_map.iter_rules()} == set(ROUTES)


def test_without_signing_in_only_public_addresses_answer(site: Site) -> None:
    client = site.app.test_client()
    for rule in site.app.url_map.iter_rules():
        if rule.arguments - {"line_id", "position", "part", "person_id", "account_id"} or "GET" not in (
            rule.methods or ()
        ):
            continue
        path = re.sub(r"<any\([^)]*\):part>", "raw", rule.rule)
        path = re.sub(r"<int:\w+>", str(site.packets["accepted"]), path)
        answer = client.get(path)
        answer.close()
        if ROUTES[rule.endpoint] is Permission.PUBLIC:
            assert answer.status_code == 200, path
        else:
            assert (answer.status_code, answer.headers["Location"][:8]) == (302, "/sign-in"), path


@pytest.mark.parametrize(
    "tail", ["", "/records", "/records/1", "/findings", "/raw", "/answer", "/history", "/raw/download"]
)
def test_a_foreign_packet_looks_like_none(site: Site, tail: str) -> None:
    clerk = site.signed_in("clinic630001")
    assert clerk.get(f"/packets/{site.foreign}{tail}").status_code == 404
    assert site.signed_in("operator").get(f"/packets/{site.foreign}{tail}").status_code == 200


def test_a_clerk_sees_no_foreign_rows_in_any_form(site: Site) -> None:
    clerk = site.signed_in("clinic630001")
    for path in ("/journal", "/journal?period=all", "/journal?export=csv", "/journal?print=1", "/"):
        assert "630007" not in clerk.get(path).text, path
    assert "630007" in site.signed_in("operator").get("/journal").text


@pytest.mark.parametrize("path", ["/state", "/audit", "/accounts", "/accounts/1", "/organisations"])
def test_administration_is_closed_to_clerks(site: Site, path: str) -> None:
    assert site.signed_in("clinic630001").get(path).status_code == 403
    assert site.signed_in("admin").get(path).status_code == 200


def test_a_refusal_is_audited(site: Site) -> None:
    site.signed_in("clinic630001").get("/accounts/1")
    told = site.signed_in("admin").get("/audit?action=refused&login=clinic630001").text
    assert "Отказано в доступе" in told
    assert "адрес: /accounts/1" in told


def test_the_menu_shows_only_what_may_be_opened(site: Site) -> None:
    clerk, admin = site.signed_in("clinic630001").get("/").text, site.signed_in("admin").get("/").text
    for title in ("Учётные записи", "Аудит", "Состояние"):
        assert title not in clerk
        assert title in admin


def test_a_form_without_its_token_is_refused(site: Site) -> None:
    client = site.signed_in("admin")
    assert client.post("/accounts/2/active", data={"active": "0"}).status_code == 400
    assert client.get("/accounts/2").text.count("Действует") == 1


def test_a_form_whose_session_ended_is_sent_after_signing_in(site: Site) -> None:
    client = site.app.test_client()
    page = client.post("/columns", data={"table": "journal", "column": ["at", "status"], "next": "/journal"})
    assert page.status_code == 401
    carried = dict(re.findall(r'name="(resume_\w+)" value="([^"]*)"', page.text))
    carried = {name: value.replace("&#34;", '"') for name, value in carried.items()}
    entered = client.post(
        "/sign-in", data={"login": "clinic630007", "password": "demo", "csrf_token": token_of(page.text), **carried}
    )
    assert "Отправить введённое?" in entered.text
    fields = re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"', entered.text)
    assert fields == [("table", "journal"), ("column", "at"), ("column", "status"), ("next", "/journal")]


def test_a_cookie_is_worth_nothing_after_signing_out(site: Site) -> None:
    client = site.signed_in("clinic630007")
    stolen = client.get_cookie("hub_session")
    assert stolen is not None
    client.post("/sign-out", data={"csrf_token": token_of(client.get("/").text)})
    thief = site.app.test_client()
    thief.set_cookie("hub_session", stolen.value)
    assert thief.get("/journal").status_code == 302


def test_the_way_back_never_leads_to_another_site(site: Site) -> None:
    client = site.app.test_client()
    for path in ("//evil.example", "https://evil.example", "/\\evil.example"):
        token = token_of(client.get("/sign-in").text)
        sent = {"login": "operator", "password": "demo", "csrf_token": token}
        answer = client.post("/sign-in", query_string={"next": path}, data=sent)
        assert answer.headers["Location"] == "/"
        client.post("/sign-out", data={"csrf_token": token_of(client.get("/").text)})


def test_every_page_carries_the_strict_headers(site: Site) -> None:
    for path in ("/sign-in", "/nowhere", "/health"):
        headers = site.app.test_client().get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")
