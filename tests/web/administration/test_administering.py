"""What administrators change on screens besides settings and rights: accounts and stopped work (ERZ-20)."""

from __future__ import annotations

import re

from registry.exchange.jobs import add_job, park_job
from registry.exchange.tables import Job, OutboxMessage
from tests.web.conftest import Site, token_of


def test_an_account_is_made_on_the_screen_and_its_password_is_shown_once(site: Site) -> None:
    administrator = site.signed_in("admin")
    form = {"csrf_token": token_of(administrator.get("/accounts").text), "title": "Новая А. А.", "role": "operator"}
    form |= {"login": "novaya.aa", "code": "63"}
    made = administrator.post("/accounts", data=form).text
    password = re.search(r'<code class="user-select-all">([^<]+)</code>', made)
    assert password is not None
    assert "занят" in administrator.post("/accounts", data=form, follow_redirects=True).text
    wrong = form | {"login": "other", "code": "999999"}
    assert "Организации с кодом" in administrator.post("/accounts", data=wrong, follow_redirects=True).text
    wrong = form | {"login": "other", "role": "service"}
    assert "Выберите роль" in administrator.post("/accounts", data=wrong, follow_redirects=True).text
    client = site.app.test_client()
    sent = {"csrf_token": token_of(client.get("/sign-in").text), "login": "novaya.aa", "password": password.group(1)}
    assert client.post("/sign-in", data=sent).status_code == 302
    assert client.get("/duplicates").status_code == 200
    assert "Заведена учётная запись" in administrator.get("/audit?action=add_account").text


def test_stopped_work_is_returned_from_the_page_that_shows_it(site: Site) -> None:
    clock = site.hub.context.clock
    with site.hub.sessions.begin() as session:
        job = add_job(session, "unknown", clock=clock)
        park_job(session, job, "не получилось")
        number = job.id
    operator = site.signed_in("operator")
    page = operator.get("/state").text
    assert "не получилось" in page
    form = {"csrf_token": token_of(page)}
    told = operator.post(f"/state/jobs/{number}/return", data=form, follow_redirects=True).text
    assert f"Работа № {number} возвращена" in told
    assert "уже не остановлена" in operator.post(f"/state/jobs/{number}/return", data=form, follow_redirects=True).text
    with site.hub.sessions.begin() as session:
        found = session.get_one(Job, number)
        assert (found.status, found.attempts) == ("waiting", 0)
        session.delete(found)
    assert "Работа возвращена" in site.signed_in("admin").get("/audit?action=return_job").text


def test_what_could_not_be_delivered_is_sent_again(site: Site) -> None:
    now = site.hub.context.clock.now()
    with site.hub.sessions.begin() as session:
        one = OutboxMessage(
            queue="tfoms.nobody.out",
            kind="ANSWER",
            message_id="m-1",
            status="undeliverable",
            available_at=now,
            created_at=now,
            attempts=5,
            body=b"<a/>",
        )
        session.add(one)
        session.flush()
        number = one.id
    operator = site.signed_in("operator")
    form = {"csrf_token": token_of(operator.get("/state").text)}
    told = operator.post("/state/deliveries/again", data=form, follow_redirects=True).text
    assert "поставлено на отправку: 1" in told
    with site.hub.sessions.begin() as session:
        found = session.get_one(OutboxMessage, number)
        assert (found.status, found.attempts) == ("queued", 0)
        session.delete(found)
