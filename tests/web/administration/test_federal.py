"""Questions to the federal register on the screens: asked by an operator, shown as they went and were answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from registry.central.operations.question_federal import take_question
from registry.central.tables import CentralMessage
from registry.exchange.options import set_options
from registry.exchange.tables import AuditEntry
from server.scheduled.federal import ask_federal_register
from tests.channels.federal.service import TOKEN, FederalService, envelope, fault, nobody, serving
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import Site, token_of

ENP = "7756510844000447"
ASKED = {"surname": "Дальний", "first_name": "Иван", "birth_date": "1984-03-05", "register": "GPD"}
PERSON = """<p:getPersonDataResponse xmlns:p="http://ffoms.ru/types/24.1.2/mpiPersonInfoSchema"
 xmlns:c="http://ffoms.ru/types/24.1.2/commonTypes"><p:pd><p:oip>7700000000000042</p:oip>
<p:policy><p:policyItems><c:enp>{enp}</c:enp><c:pcyDateB>2020-01-01</c:pcyDateB><c:pcyType>Э</c:pcyType>
<c:pcyStatus>ДПП</c:pcyStatus><c:insurName>СМО «Столица»</c:insurName><c:insurOgrn>1027739008440</c:insurOgrn>
<c:okato>45000</c:okato></p:policyItems><p:policyItems><c:enp>{enp}</c:enp><c:pcyDateB>2012-01-01</c:pcyDateB>
<c:pcyDateT>2015-06-01</c:pcyDateT><c:pcyType>С</c:pcyType><c:pcyStatus>НВС</c:pcyStatus></p:policyItems></p:policy>
<p:attach><p:attachItems><c:areaType>1</c:areaType><c:attachMethod>2</c:attachMethod>
<c:dateAttachB>2021-02-03</c:dateAttachB><c:moCode>770017</c:moCode><c:attachStatus>ДПП</c:attachStatus>
</p:attachItems></p:attach><p:dudl><p:dudlItems><c:dudlSer>4510</c:dudlSer><c:dudlNum>123456</c:dudlNum>
<c:dudlType>14</c:dudlType></p:dudlItems></p:dudl><p:person><p:personItems><c:surname>ДАЛЬНИЙ</c:surname>
<c:firstName>ИВАН</c:firstName><c:birthDay>1984-03-05</c:birthDay></p:personItems></p:person></p:pd>
</p:getPersonDataResponse>"""


@dataclass(frozen=True)
class Register:
    """The federal register a site asks."""

    site: Site
    service: FederalService

    def turn(self) -> None:
        """What the scheduler does."""
        hub = self.site.hub
        ask_federal_register(replace(hub, settings=replace(hub.settings, ferzl_token=TOKEN)))

    def ask(self, **told: str) -> int:
        """Let an operator ask; return the number of the question."""
        operator = self.site.signed_in("operator")
        token = token_of(operator.get("/central/ask").text)
        shown = operator.post("/central/ask", data={"csrf_token": token, **ASKED, **told}, follow_redirects=True).text
        assert "Запрос в ФЕРЗЛ поставлен в очередь" in shown
        with self.site.hub.sessions() as session:
            query = select(CentralMessage.id).where(CentralMessage.trigger == "GPD").order_by(CentralMessage.id.desc())
            return session.scalars(query.limit(1)).one()


@pytest.fixture
def register(site: Site) -> Iterator[Register]:
    with serving() as service:
        _set(site, ferzl_exchange=True, ferzl_address=service.address)
        yield Register(site, service)
        _set(site, ferzl_exchange=False, ferzl_address="")


def _set(site: Site, **values: object) -> None:
    with site.hub.sessions.begin() as session:
        set_options(session, values, site.hub.context.clock.now())
    site.hub.context.remembered.forget()


def answered(service: FederalService) -> None:
    service.says = [lambda _call: (200, envelope(PERSON.format(enp=ENP)))]


def test_the_form_offers_the_registers_that_are_set_up_in_their_order(register: Register) -> None:
    operator = register.site.signed_in("operator")
    page = operator.get("/central/ask").text
    assert 0 < page.index('value="GPD"') < page.index('value="ZP1"')
    token = token_of(page)
    both = operator.post("/central/ask", data={"csrf_token": token, **ASKED, "enp": ENP, "register": ""}).text
    assert "Выберите, кого спросить" in both
    _set(register.site, ferzl_address="")
    assert 'value="GPD"' not in operator.get("/central/ask").text
    _set(register.site, central_exchange=False)
    assert "Спросить некого" in operator.get("/central/ask").text
    assert "обмен выключен" in operator.post("/central/ask", data={"csrf_token": token, **ASKED, "enp": ENP}).text
    _set(register.site, central_exchange=True)


def test_what_the_federal_register_cannot_be_asked_by_is_said_in_the_form(register: Register) -> None:
    operator = register.site.signed_in("operator")
    form = {"csrf_token": token_of(operator.get("/central/ask").text), **ASKED, "policy_number": "12345678901"}
    with register.site.hub.sessions() as session:
        last = session.scalar(select(func.max(AuditEntry.id))) or 0
    answer = operator.post("/central/ask", data=form)
    assert answer.status_code == 400
    assert "ФЕРЗЛ так не спросить" in answer.text
    with register.site.hub.sessions() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.id > last)).all() == []


def test_an_operator_asks_the_federal_register_and_reads_its_answer_in_words(register: Register) -> None:
    answered(register.service)
    number = register.ask(enp=ENP, on="2026-01-15")
    register.turn()
    [call] = register.service.calls
    assert (call.text("enp"), call.text("dt")) == (ENP, "2026-01-15")
    page = register.site.signed_in("operator").get(f"/central/{number}").text
    told = (
        "ДПП – Действующий, подтверждённый",
        "страхование действует",
        "НВС – Приостановлен: призыв",
        "страхование приостановлено",
        "прекращён 01.06.2015",
        "СМО «Столица»",
        "ОГРН 1027739008440",
        "ДПП – Действующее подушевое",
        "По личному заявлению",
        "770017",
        "Паспорт гражданина РФ",
        "Ответ HTTP 200",
        "попытка 1",
    )
    assert [words for words in told if words not in page] == []
    assert [hidden for hidden in (ENP, "123456", "getPersonData<") if hidden in page] == []


def test_what_went_and_what_came_is_shown_on_demand_and_the_look_is_audited(register: Register) -> None:
    register.service.says = [lambda _call: (503, "<b>позже</b>"), fault("ERR-17", "Нет прав на операцию")]
    number = register.ask(enp=ENP)
    register.turn()
    with register.site.hub.sessions.begin() as session:
        one = session.get_one(CentralMessage, number)
        one.available_at = one.created_at
    register.turn()
    operator = register.site.signed_in("operator")
    page = operator.get(f"/central/{number}").text
    assert "ERR-17" in page
    assert "Нет прав на операцию" in page
    assert "Ответ HTTP 503" in page
    assert "попытка 2" in page
    shown = operator.post(f"/central/{number}/reveal", data={"csrf_token": token_of(page)}).text
    assert "&lt;com:enp&gt;7756510844000447&lt;/com:enp&gt;" in shown
    assert "&lt;b&gt;позже&lt;/b&gt;" in shown
    assert "faultstring" in shown
    assert TOKEN not in shown
    with register.site.hub.sessions() as session:
        query = select(AuditEntry.action).where(
            AuditEntry.object_type == "central", AuditEntry.object_id == str(number)
        )
        assert {"ask_central", "open_central", "reveal_central"} <= set(session.scalars(query))
    listed = operator.get("/central?trigger=GPD&period=all").text
    assert "ФЕРЗЛ: запрос сведений о лице" in listed
    assert "Обмен с ЦС ЕРЗ и ФЕРЗЛ" in listed
    assert register.site.signed_in("clinic630001").post(f"/central/{number}/reveal").status_code in (400, 403)


def test_whoever_one_register_does_not_know_is_asked_about_at_the_other_by_two_clicks(register: Register) -> None:
    register.service.says = [nobody]
    number = register.ask(enp=ENP, patronymic="Петрович", sex="1")
    register.turn()
    operator = register.site.signed_in("operator")
    page = operator.get(f"/central/{number}").text
    assert f'href="/central/ask?like={number}"' in page
    form = operator.get(f"/central/ask?like={number}").text
    given = (f'value="{ENP}"', 'value="Петрович"', 'value="1984-03-05"', 'value="ZP1" required checked')
    assert [one for one in given if one not in form] == []
    assert '<option value="1" selected>' in form
    assert operator.get("/central/ask?like=999999").status_code == 404
    with register.site.hub.sessions() as session:
        query = select(AuditEntry.action, AuditEntry.details["what"].as_string()).where(
            AuditEntry.object_type == "central", AuditEntry.object_id == str(number)
        )
        noted = [tuple(row) for row in session.execute(query)]
    assert noted.count(("open_central", None)) == 2
    assert noted.count(("reveal_central", "question")) == 1


def test_a_call_that_broke_off_with_its_process_is_shown_as_one_nobody_knows_the_end_of(register: Register) -> None:
    answered(register.service)
    number = register.ask(enp=ENP)
    hub = register.site.hub
    with hub.sessions.begin() as session:
        assert take_question(session, hub.context) is not None
    operator = register.site.signed_in("operator")
    assert "чем кончилось, неизвестно" in operator.get(f"/central/{number}").text
    with hub.sessions.begin() as session:
        one = session.get_one(CentralMessage, number)
        one.due_at = one.created_at
    register.turn()
    page = operator.get(f"/central/{number}").text
    assert "попытка 2" in page
    assert "Ответ HTTP 200" in page


@pytest.mark.browser
def test_an_operator_asks_and_reads_in_a_browser(register: Register, page: Page) -> None:
    answered(register.service)
    register.site.enter(page, "operator", "/central/ask")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "federal_ask.png", full_page=True)
    page.get_by_label("Имя", exact=True).fill("Иван")
    page.get_by_label("Фамилия").fill("Дальний")
    page.get_by_label("Дата рождения").fill("1984-03-05")
    page.get_by_label("ЕНП").fill(ENP)
    page.get_by_role("radio", name="ФЕРЗЛ").check()
    page.get_by_role("button", name="Спросить").click()
    expect(page.get_by_text("Запрос в ФЕРЗЛ поставлен в очередь")).to_be_visible()
    register.turn()
    page.reload()
    expect(page.get_by_role("heading", name="Полисы")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "federal_message.png", full_page=True)
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("pre").last).to_contain_text("getPersonDataResponse")
    page.screenshot(path=SCREENSHOTS / "federal_reveal.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
