"""The screens of the buffer: who sees what, decisions side by side, rules with their history."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.exchange.tables import Organisation
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.buffer.tables import BufferedChange, BufferRule
from registry.insured.tables import Insurance, Person, PersonVersion
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import ZONE, Site, token_of
from tests.web.packets import organisation_of

XSS = "<script>alert(1)</script>"


class Waiting:
    """Changes made for these tests."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.hub.sessions() as session:
            self.people = list(
                session.scalars(
                    select(Person.id)
                    .join(PersonVersion, PersonVersion.person_id == Person.id)
                    .join(Insurance, Insurance.person_id == Person.id)
                    .where(Person.status == 1, Person.died_on.is_(None), Insurance.valid_to == OPEN_DATE)
                    .where(PersonVersion.valid_to == OPEN_DATE, PersonVersion.retracted_at == OPEN_MOMENT)
                    .group_by(Person.id)
                    .order_by(Person.id)
                )
            )

    def propose(self, place: int, mcod: str = "630001", **values: object) -> int:
        now = datetime.now(ZONE)
        with self.site.hub.sessions.begin() as session:
            organisation: Organisation = organisation_of(session, mcod)
            proposer = Proposer("clinic", frozenset({mcod}), organisation.id, source="МО")
            told = [Proposal(self.people[place], values, now.date(), str(place))]
            found = propose_changes(session, told, proposer, Circumstances(now, now.date()))[0]
        assert found.buffer_id is not None
        return found.buffer_id

    def status(self, change_id: int) -> str:
        with self.site.hub.sessions() as session:
            return session.get_one(BufferedChange, change_id).status


@pytest.fixture(scope="module")
def waiting(site: Site) -> Waiting:
    return Waiting(site)


def post(client: FlaskClient, address: str, page: str, **data: object) -> str:
    token = token_of(client.get(page).text)
    answer = client.post(address, data={"csrf_token": token, **data}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_an_operator_sees_both_versions_and_accepts(waiting: Waiting) -> None:
    row = waiting.propose(0, surname="Новофамильный")
    assert "630001 Городская поликлиника № 1" in waiting.site.signed_in("operator").get("/buffer").text
    client = waiting.site.signed_in("operator")
    listed = client.get("/buffer").text
    assert "Новофамильный" in listed
    assert re.search(r"Буфер</span>\s*<span class=\"badge", listed)
    page = client.get(f"/buffer/{row}").text
    assert '<mark class="hub-new">Новофамильный</mark>' in page
    assert "всегда" in page
    told = post(client, f"/buffer/{row}", f"/buffer/{row}", event="accept")
    assert "Принята" in told
    assert waiting.status(row) == "accepted"
    assert "Новофамильный" in client.get(f"/people/{waiting.people[0]}").text
    post(client, f"/buffer/{row}", f"/buffer/{row}", event="undo")
    assert waiting.status(row) == "waiting"


def test_a_correction_that_cannot_be_read_comes_back_with_the_form(waiting: Waiting) -> None:
    row = waiting.propose(1, surname="Пертова")
    client = waiting.site.signed_in("operator")
    told = post(client, f"/buffer/{row}", f"/buffer/{row}", event="correct", **{"value-surname": "П3трова"})
    assert "Фамилия: русские буквы" in told
    assert 'value="П3трова"' in told
    post(client, f"/buffer/{row}", f"/buffer/{row}", event="correct", **{"value-surname": "Петрова"})
    assert waiting.status(row) == "corrected"


def test_a_refusal_without_a_reason_is_told_and_nothing_moves(waiting: Waiting) -> None:
    row = waiting.propose(2, surname="Отказова")
    client = waiting.site.signed_in("operator")
    assert "Укажите причину отказа" in post(client, f"/buffer/{row}", f"/buffer/{row}", event="reject")
    told = post(client, f"/buffer/{row}", f"/buffer/{row}", event="reject", reason="нет документа")
    assert "нет документа" in told
    assert waiting.status(row) == "rejected"


def test_many_are_decided_at_once_and_the_rest_is_told(waiting: Waiting) -> None:
    rows = [waiting.propose(place, surname=f"Массова{'я' * place}") for place in (3, 4)]
    client = waiting.site.signed_in("operator")
    told = post(
        client, "/buffer/decide", "/buffer", id=[*rows, 999_999], scope="reject", reason="сверка", next="/buffer"
    )
    assert "Отклонить: 2 записи." in told
    assert "Запись 999999: Записи нет." in told
    assert [waiting.status(row) for row in rows] == ["rejected", "rejected"]
    assert "Отметьте строки" in post(client, "/buffer/decide", "/buffer", scope="accept")


def test_a_clinic_sees_only_its_own_proposals_and_may_withdraw_them(waiting: Waiting) -> None:
    ours, foreign = waiting.propose(5, surname="Своя"), waiting.propose(6, "630007", surname="Чужая")
    client = waiting.site.signed_in("clinic630001")
    listed = client.get("/buffer").text
    assert "Своя" in listed
    assert "Чужая" not in listed
    with waiting.site.hub.sessions() as session:
        known = session.scalars(
            select(PersonVersion.surname).where(PersonVersion.person_id == waiting.people[5])
        ).first()
    assert known is not None
    assert known not in listed
    assert client.get(f"/buffer/{foreign}").status_code == 404
    page = client.get(f"/buffer/{ours}").text
    assert 'value="accept"' not in page
    assert "Известно" not in page
    assert known not in page
    refused = client.post(f"/buffer/{ours}", data={"csrf_token": token_of(page), "event": "accept"})
    assert waiting.status(ours) == "waiting"
    assert refused.status_code == 200
    assert client.post("/buffer/decide", data={"csrf_token": token_of(page), "id": ours}).status_code == 403
    assert client.get("/buffer/rules").status_code == 403
    post(client, f"/buffer/{ours}", f"/buffer/{ours}", event="withdraw")
    assert waiting.status(ours) == "withdrawn"


def test_hostile_text_is_shown_and_never_run(waiting: Waiting) -> None:
    row = waiting.propose(7, birth_date=None, surname=XSS)
    client = waiting.site.signed_in("operator")
    for address in ("/buffer", f"/buffer/{row}", f"/buffer?person={XSS}"):
        assert XSS not in client.get(address).text
    assert client.post(f"/buffer/{row}", data={"event": "accept"}).status_code == 400


@pytest.mark.parametrize(
    "query",
    ["state=all", "kind=clinic", "code=630001", "group=identity", "person=Ив", "since=2020-01-01", "until=2020-01-01",
     "packet=1", "stale=1", "sort=at", "sort=-at", "after=5", "person=%27%3B--", "export=csv"],
)  # fmt: skip
def test_every_filter_answers(waiting: Waiting, query: str) -> None:
    assert waiting.site.signed_in("operator").get(f"/buffer?{query}").status_code == 200


def test_an_administrator_changes_a_rule_and_takes_it_back(waiting: Waiting) -> None:
    client = waiting.site.signed_in("admin")
    told = post(client, "/buffer/rules", "/buffer/rules", sender="sfr", field="snils", condition="never")
    assert "Правило действует с" in told
    assert "задано фондом" in told
    with waiting.site.hub.sessions() as session:
        row = session.scalars(select(BufferRule)).one()
    told = post(client, f"/buffer/rules/{row.id}/drop", "/buffer/rules")
    assert "действует исходное правило" in told
    wrong = post(client, "/buffer/rules", "/buffer/rules", sender="мы", field="snils", condition="never")
    assert "Выберите отправителя" in wrong
    late = {"sender": "sfr", "field": "snils", "condition": "never", "since": "2020-01-01"}
    assert "прошлое не переписывается" in post(client, "/buffer/rules", "/buffer/rules", **late)
    operator = waiting.site.signed_in("operator")
    assert "Изменить правило" not in operator.get("/buffer/rules").text
    page = operator.get("/buffer").text
    assert operator.post("/buffer/rules", data={"csrf_token": token_of(page)}).status_code == 403


def test_two_people_are_demanded_by_a_switch(waiting: Waiting) -> None:
    admin, operator = waiting.site.signed_in("admin"), waiting.site.signed_in("operator")
    assert "принимают двое" in post(admin, "/buffer/two-persons", "/buffer/rules", two="1")
    row = waiting.propose(8, surname="Двоих")
    post(operator, f"/buffer/{row}", f"/buffer/{row}", event="accept")
    assert waiting.status(row) == "seconded"
    assert "другой сотрудник" in post(operator, f"/buffer/{row}", f"/buffer/{row}", event="accept")
    post(admin, f"/buffer/{row}", f"/buffer/{row}", event="accept")
    assert waiting.status(row) == "accepted"
    post(admin, "/buffer/two-persons", "/buffer/rules", two="0")


@pytest.mark.browser
def test_an_operator_walks_the_buffer(waiting: Waiting, page: Page) -> None:
    first = waiting.propose(9, surname="Очередная", sex=1)
    waiting.propose(9, "630007", surname="Спорная")
    waiting.site.enter(page, "operator", "/buffer")
    page.screenshot(path=SCREENSHOTS / "buffer_list.png")
    page.get_by_role("row").filter(has_text="Очередная").get_by_role("link").first.click()
    page.wait_for_url(f"**/buffer/{first}")
    expect(page.get_by_text("Другие предложения о том же лице (1)")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "buffer_change.png", full_page=True)
    page.get_by_label("Причина отказа").fill("нет свидетельства о перемене имени")
    page.get_by_role("button", name="Отклонить").click()
    expect(page.get_by_text("Отклонить: 1 запись.")).to_be_visible()
    page.goto(f"{waiting.site.address}/buffer/rules")
    page.screenshot(path=SCREENSHOTS / "buffer_rules.png", full_page=True)


def test_the_demonstration_has_a_change_to_decide(site: Site) -> None:
    assert "Новобрачная" in site.signed_in("operator").get("/buffer").text
