"""The screen «Обмен с ЦС ЕРЗ»: the queue, one message with its answers, sending again, the state at the change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.central.operations.form_file import form_file
from registry.central.operations.queue_notices import queue_notices
from registry.central.queries.files import unanswered_files
from registry.central.tables import CentralMessage
from registry.exchange.access import caller_of_sender
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.pipeline import Incoming, advance, receive
from registry.exchange.tables import AuditEntry
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Insurance, Person
from registry.store.base import OPEN_DATE
from server.demo.centre import Element, Judge, Judgement, answers, text_of
from server.scheduled.central import exchange_with_centre
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import Site, token_of

VERDICTS = {
    "accepted": Judgement("AA"),
    "refused": Judgement("AE", (("204", "E", "Лицо не найдено <b>нигде</b>"),)),
    "also": Judgement("AR", (("204", "E", "Лицо не найдено"),)),
    "sent": None,
}


@dataclass(frozen=True)
class Exchanged:
    """Messages by what the central segment said of them, and their people."""

    messages: dict[str, int]
    people: dict[str, int]


@pytest.fixture(scope="module")
def exchanged(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Exchanged:
    with site.hub.sessions() as session:
        query = select(Person.id).join(Insurance).where(Person.status == 1, Insurance.valid_to == OPEN_DATE)
        chosen = session.scalars(query.group_by(Person.id).order_by(Person.id.desc()).offset(40).limit(6)).all()
    names = (*VERDICTS, "waiting")
    people = dict(zip(names, chosen, strict=False))
    _change(site, [people[name] for name in VERDICTS])
    exchange_with_centre(site.hub)
    _answer(site, people, tmp_path_factory.mktemp("centre"))
    _change(site, [people["waiting"]])
    with site.hub.sessions.begin() as session:
        queue_notices(session, site.hub.context.clock.now(), _week())
        found = {one.person_id: one.id for one in session.scalars(select(CentralMessage).order_by(CentralMessage.id))}
    return Exchanged({name: found[person] for name, person in people.items()}, people)


def _week() -> timedelta:
    return timedelta(days=7)


def _change(site: Site, people: list[int]) -> None:
    now = site.hub.context.clock.now()
    with site.hub.sessions.begin() as session:
        changes = [FactChange(one, {"birth_place": f"г. Сызрань {one}"}, now.date(), event="П04") for one in people]
        change_facts(session, changes, Told(now, "fund"))


def _answer(site: Site, people: dict[str, int], folder: Path) -> None:
    def judge(message: Element) -> Judgement | None:
        place = text_of(message, "PID/PID.23").rpartition(" ")[2]
        name = next((name for name, person in people.items() if str(person) == place), "sent")
        return VERDICTS[name]

    _hand_in(site, judge, folder)


def _hand_in(site: Site, judge: Judge, folder: Path) -> None:
    with site.hub.sessions() as session:
        bodies = [(one.name, stored_bytes(session, one.packet_id, RAW)) for one in unanswered_files(session)]
    for name, body in bodies:
        path = folder / name.replace("uprmes", "uprak2")
        path.write_bytes(answers(body, judge, site.hub.context.clock.now()))
        with site.hub.sessions.begin() as session:
            caller = caller_of_sender(session, "cs")
            incoming = Incoming("file", "files", path=path, file_name=path.name, caller=caller)
            reply = receive(session, incoming, site.hub.context)
            assert reply.packet_id is not None, reply.refusal
            while advance(session, reply.packet_id, site.hub.context):
                pass


def test_the_queue_is_narrowed_by_state_code_and_person(site: Site, exchanged: Exchanged) -> None:
    operator = site.signed_in("operator")
    refused = operator.get("/central?state=refused&code=204").text
    assert f"/central/{exchanged.messages['refused']}" in refused
    assert f"/central/{exchanged.messages['accepted']}" not in refused
    assert "&lt;b&gt;нигде" in refused
    assert f"/central/{exchanged.messages['waiting']}" in operator.get("/central?trigger=A08&state=waiting").text
    with site.hub.sessions() as session:
        enp = session.get_one(Person, exchanged.people["sent"]).enp
    found = operator.get(f"/central?person={enp}").text
    assert f"/central/{exchanged.messages['sent']}" in found
    assert f"/central/{exchanged.messages['refused']}" not in found
    exported = operator.get("/central?state=refused&export=csv")
    assert "Лицо не найдено" in exported.data.decode("utf-8-sig")


def test_only_the_fund_sees_the_exchange(site: Site, exchanged: Exchanged) -> None:
    for login in ("clinic630001", "insurer63001", "cs"):
        client = site.signed_in(login)
        for path in ("/central", f"/central/{exchanged.messages['refused']}"):
            assert client.get(path).status_code == 403, login
        assert "Обмен с ЦС ЕРЗ" not in client.get("/").text


def test_the_card_shows_the_state_at_the_change(site: Site, exchanged: Exchanged) -> None:
    operator = site.signed_in("operator")
    for name, word in (("accepted", "Принято"), ("refused", "Отклонено"), ("waiting", "Ждёт отправки")):
        page = operator.get(f"/people/{exchanged.people[name]}").text
        assert f'href="/central/{exchanged.messages[name]}"' in page
        assert word in page


def test_the_message_is_shown_on_demand_and_the_look_is_audited(site: Site, exchanged: Exchanged) -> None:
    operator, number = site.signed_in("operator"), exchanged.messages["accepted"]
    page = operator.get(f"/central/{number}").text
    assert "PID.3" not in page
    shown = operator.post(f"/central/{number}/reveal", data={"csrf_token": token_of(page)}).text
    assert "&lt;PID.3&gt;" in shown or "PID.3" in shown
    with site.hub.sessions() as session:
        query = select(AuditEntry.action).where(
            AuditEntry.object_type == "central", AuditEntry.object_id == str(number)
        )
        assert {"open_central", "reveal_central"} <= set(session.scalars(query))


def test_an_operator_sends_all_with_a_code_again_and_drops_one(site: Site, exchanged: Exchanged) -> None:
    operator = site.signed_in("operator")
    token = token_of(operator.get("/central").text)
    dropped = {"csrf_token": token, "id": str(exchanged.messages["waiting"]), "reason": "", "next": "/central"}
    assert "Напишите, почему" in operator.post("/central/drop", data=dropped, follow_redirects=True).text
    dropped["reason"] = "дубль"
    assert "Не будет передано: 1 сообщение" in operator.post("/central/drop", data=dropped, follow_redirects=True).text
    again = {"csrf_token": token, "scope": "all", "next": "/central"}
    shown = operator.post("/central/resend?state=refused&code=204&period=all", data=again, follow_redirects=True).text
    assert "В очередь возвращено: 2 сообщения" in shown
    with site.hub.sessions.begin() as session:
        assert form_file(session, site.hub.context) == 2
        assert session.get_one(CentralMessage, exchanged.messages["refused"]).tries == 2
        assert session.get_one(CentralMessage, exchanged.messages["waiting"]).comment == "дубль"


def test_an_operator_asks_about_a_person(site: Site, exchanged: Exchanged, tmp_path: Path) -> None:
    operator = site.signed_in("operator")
    token = token_of(operator.get("/central/ask").text)
    form = {"csrf_token": token, "surname": "Дальний", "first_name": "Иван", "birth_date": "1984-03-05"}
    assert "Нужен хотя бы один номер" in operator.post("/central/ask", data=form).text
    form["enp"] = "7856510844000447"
    assert "ЕНП неверен" in operator.post("/central/ask", data=form).text
    form["enp"] = "7856510844000446"
    shown = operator.post("/central/ask", data=form, follow_redirects=True).text
    assert "Запрос в ЦС ЕРЗ поставлен в очередь" in shown
    assert "Дальний Иван" in shown
    with site.hub.sessions.begin() as session:
        assert form_file(session, site.hub.context, questions=True) == 1
    person = {"PID.3": [{"CX.1": "7856510844000446", "CX.5": "NI"}], "PID.7": "1984-03-05", "PID.8": "1"}
    insurance = {"IN1.1": "1", "IN1.3": {"CX.1": "1027739008440"}, "IN1.12": "2020-01-01", "IN1.15": "40000"}
    known = Judgement("AA", known=({"PID": [person], "IN1": [insurance], "QRI": [{"QRI.1": "Д", "QRI.2": ["H02"]}]},))
    _hand_in(site, lambda _message: known, tmp_path)
    with site.hub.sessions() as session:
        query = select(CentralMessage).where(CentralMessage.trigger == "ZP1").order_by(CentralMessage.id.desc())
        number = session.scalars(query.limit(1)).one().id
    page = operator.get(f"/central/{number}").text
    told = ("ОГРН 1027739008440, ОКАТО 40000", "с 01.01.2020", "H02, доверие Д")
    assert [words for words in told if words not in page] == []
    assert "7856510844000446" not in operator.get("/central?trigger=ZP1").text


@pytest.mark.browser
def test_an_operator_walks_from_the_card_to_the_message_and_back(site: Site, exchanged: Exchanged, page: Page) -> None:
    site.enter(page, "operator", "/central")
    expect(page.get_by_role("heading", name="Обмен с ЦС ЕРЗ")).to_be_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "central.png", full_page=True)
    page.goto(f"{site.address}/people/{exchanged.people['accepted']}")
    page.locator(f'a[href="/central/{exchanged.messages["accepted"]}"]').first.click()
    expect(page.get_by_text("Ответ AA")).to_be_visible()
    page.get_by_role("button", name="Показать").click()
    expect(page.locator("pre")).to_contain_text("PID.3")
    page.screenshot(path=SCREENSHOTS / "central_message.png", full_page=True)
    page.locator(f'a[href^="/people/{exchanged.people["accepted"]}"]').first.click()
    expect(page.get_by_role("heading", name="История записи")).to_be_visible()
