"""The monitor «Отправка сведений в ТФОМС» in a real browser: a clinic sees its own attempts, the fund all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.exchange.access import caller_of_sender
from registry.exchange.pipeline import Incoming, handle
from registry.exchange.tables import JournalEntry, Sending
from registry.insured.generator.lines import PersonLine
from registry.insured.tables import Insurance, Person, PersonVersion
from registry.store.base import OPEN_DATE
from server.bootstrap import Hub
from tests.channels.events import calls
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import ZONE, Site, token_of

CLINIC, FOREIGN = "clinic630001", "630007"
DUPLICATE = "Дублирование данных по параметрам запроса: [Action] - тип действия"
NOT_FOUND = "Не найдены данные с запрошенными параметрами: [InsId] - серия и номер документа"
BAD_GROUP = "Недопустимое значение параметра: [Group] - группа здоровья"


def grown_up(hub: Hub, count: int) -> list[PersonLine]:
    """Insured adults of the demonstration, as lines."""
    with hub.sessions() as session:
        rows = session.execute(
            select(Person, PersonVersion)
            .join(PersonVersion, PersonVersion.person_id == Person.id)
            .join(Insurance, Insurance.person_id == Person.id)
            .where(
                Person.status == 1,
                Person.died_on.is_(None),
                PersonVersion.valid_to == OPEN_DATE,
                PersonVersion.birth_date < date(1985, 1, 1),
                Insurance.valid_to == OPEN_DATE,
            )
            .order_by(Person.id)
        ).all()
    empty = PersonLine(*[""] * len(PersonLine._fields))
    seen = {
        person.id: empty._replace(
            enp=person.enp,
            surname=version.surname,
            first_name=version.first_name,
            patronymic=version.patronymic,
            birth_date=version.birth_date.isoformat(),
            sex=str(version.sex),
        )
        for person, version in rows
        if person.enp
    }
    return list(seen.values())[:count]


def send(hub: Hub, mcod: str, operation: str, content: calls.Content) -> None:
    """One call of the contract as the channel hands it over."""
    raw = calls.body(operation, {name: (mcod if name == "MOCode" else value) for name, value in content.items()})
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, mcod)
        incoming = Incoming("soap", "events", operation, raw, element=etree.fromstring(raw)[0][0], caller=caller)
        assert handle(session, incoming, hub.context).element is not None


@pytest.fixture(scope="session")
def monitored(site: Site) -> Iterator[Site]:
    """The site with attempts of two clinics: accepted, refused in every way, settled."""
    today = datetime.now(ZONE).date()
    kept = calls.TODAY
    calls.TODAY = today
    people = grown_up(site.hub, 12)
    assert len(people) == 12
    for number, person in enumerate(people):
        card = f"DV-{today.year}-{number:06d}"
        send(site.hub, "630001", "SendDispensarization", calls.opening(person, card))
        if number % 3 == 0:
            send(site.hub, "630001", "SendDispensarization", calls.closing(person, card, Group="7"))
        if number % 6 == 0:
            send(site.hub, "630001", "SendDispensarization", calls.closing(person, card, Group="3а"))
        if number % 4 == 1:
            send(site.hub, "630001", "SendDispensarization", calls.opening(person, card, Place=3))
    stranger = people[0]._replace(enp="6394789728269662")
    send(site.hub, "630001", "SendProfExam", calls.opening(stranger, "PO-1", ExamKind="ОПВ"))
    send(site.hub, "630001", "SendDispensaryObservation", calls.observation(people[1]))
    send(site.hub, "630007", "SendProfExam", calls.opening(people[2], "PO-77", ExamKind="ОПВ"))
    yield site
    calls.TODAY = kept


def shot(page: Page, name: str) -> None:
    Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"sendings_{name}.png")


@pytest.mark.browser
def test_a_clinic_sees_its_own_attempts_of_today_with_the_columns_of_the_monitor(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings")
    for title in (
        "Дата и время отправки",
        "Статус",
        "Описание ошибки",
        "Отправлено при открытии карты",
        "Отправлено при закрытии карты",
        "Сервис",
    ):
        expect(page.get_by_role("columnheader", name=title, exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(23)
    expect(page.get_by_text("PO-77")).to_have_count(0)
    shot(page, "clinic")


@pytest.mark.browser
def test_several_statuses_are_chosen_at_once_and_stand_in_the_address(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings")
    page.locator("#filter-status").click()
    page.get_by_label("4 · значение").check()
    page.get_by_label("7 · дубль").check()
    shot(page, "choices")
    page.locator(".hub-choices[open]").get_by_role("button", name="Отобрать").click()
    expect(page.locator("tbody tr")).to_have_count(7)
    assert "status=4" in page.url
    assert "status=7" in page.url
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(7)


@pytest.mark.browser
def test_errors_are_counted_by_text_and_one_click_shows_them(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings")
    counted = page.get_by_role("navigation", name="Ошибки периода по числу строк")
    expect(counted.get_by_role("link")).to_have_count(3)
    counted.get_by_title(BAD_GROUP).click()
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_text("исправлено", exact=True)).to_have_count(2)
    shot(page, "by_text")


@pytest.mark.browser
def test_resending_is_asked_for_chosen_rows_and_then_for_all_with_errors(monitored: Site, page: Page) -> None:
    monitored.enter(page, "admin", "/sendings?status=7")
    page.locator("tbody input[name=id]").first.check()
    expect(page.get_by_text("Выбрано строк: 1")).to_be_visible()
    page.get_by_role("button", name="Запросить повтор отмеченных").click()
    expect(page.get_by_text("Повторная отправка запрошена для 1 строки")).to_be_visible()
    page.goto(f"{monitored.address}/sendings")
    page.get_by_role("button", name="Запросить повтор всех с ошибками").click()
    expect(page.get_by_text(re.compile(r"Повторная отправка запрошена для \d+ строк"))).to_be_visible()
    shot(page, "fund")
    with monitored.hub.sessions() as session:
        refused = session.scalars(
            select(Sending).where(Sending.code.in_((4, 5, 7)), Sending.settled_by.is_(None))
        ).all()
        assert refused
        assert all(one.resend_at is not None and one.resend_login == "admin" for one in refused)
        assert not session.scalars(select(Sending.id).where(Sending.code == 0, Sending.resend_at.is_not(None))).all()


@pytest.mark.browser
def test_the_page_of_a_card_tells_parameters_states_and_attempts(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings?texts=notempty")
    page.get_by_role("row").filter(has_text=BAD_GROUP).last.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name=re.compile("^Карта DV-"))).to_be_visible()
    expect(page.get_by_text("Для вида осмотра ДВ4 допустимы значения 1, 2, 3а, 3б").first).to_be_visible()
    expect(page.get_by_role("heading", name="История состояний")).to_be_visible()
    expect(page.get_by_role("heading", name="Все попытки (3)")).to_be_visible()
    page.screenshot(path=SCREENSHOTS / "sendings_card.png", full_page=True)


@pytest.mark.browser
def test_a_foreign_attempt_is_not_found_and_cannot_be_marked(monitored: Site, page: Page) -> None:
    with monitored.hub.sessions() as session:
        foreign = session.scalars(select(Sending.id).where(Sending.event_id == "PO-77")).one()
    monitored.enter(page, CLINIC, "/sendings")
    assert page.goto(f"{monitored.address}/sendings/{foreign}").status == 404  # type: ignore[union-attr]


def test_an_attempt_under_the_code_of_another_clinic_shows_nothing_of_its_card(monitored: Site) -> None:
    person = grown_up(monitored.hub, 20)[-1]
    send(monitored.hub, "630007", "SendProfExam", calls.opening(person, "PO-78", ExamKind="ОПВ", Comment="Тайна"))
    spied = calls.opening(person, "PO-78", ExamKind="ОПВ", DateOpen="1999-01-01")
    raw = calls.body("SendProfExam", spied | {"MOCode": "630007"})
    with monitored.hub.sessions.begin() as session:
        caller = caller_of_sender(session, "630001")
        incoming = Incoming("soap", "events", "SendProfExam", raw, element=etree.fromstring(raw)[0][0], caller=caller)
        spying = handle(session, incoming, monitored.hub.context).journal_id
    assert "Тайна" in monitored.signed_in("operator").get(f"/sendings/{spying - 1}").text
    for login in (CLINIC, "operator"):
        page = monitored.signed_in(login).get(f"/sendings/{spying}")
        assert page.status_code == 200
        assert "Тайна" not in page.text
        assert "Как карта принята" not in page.text


def test_only_refused_attempts_are_asked_for_once_more(monitored: Site) -> None:
    with monitored.hub.sessions() as session:
        accepted = session.scalars(select(Sending.id).where(Sending.code == 0).order_by(Sending.id)).first()
    client = monitored.signed_in("operator")
    token = token_of(client.get("/sendings").text)
    client.post("/sendings/resend", data={"csrf_token": token, "id": str(accepted)})
    with monitored.hub.sessions() as session:
        assert session.get_one(Sending, accepted).resend_at is None


@pytest.mark.browser
def test_an_empty_period_says_why_and_what_to_do(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings?since=2020-01-01&until=2020-01-02")
    expect(page.get_by_role("link", name="Показать за 90 дней")).to_be_visible()
    shot(page, "empty")


@pytest.mark.browser
def test_the_table_is_exported_as_it_is_filtered(monitored: Site, page: Page) -> None:
    monitored.enter(page, CLINIC, "/sendings?status=4&status=5")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("Дата и время отправки")
    assert BAD_GROUP in text
    assert NOT_FOUND in text
    assert DUPLICATE not in text


def test_a_question_that_was_answered_shows_its_call_and_offers_nothing_it_has_not(monitored: Site) -> None:
    day = calls.TODAY.isoformat()
    send(monitored.hub, "630001", "GetSendings", {"MOCode": "630001", "From": day, "To": day, "Page": 1})
    with monitored.hub.sessions() as session:
        number = session.scalars(
            select(JournalEntry.id).where(JournalEntry.operation == "GetSendings").order_by(JournalEntry.id.desc())
        ).first()
    client = monitored.signed_in(CLINIC)
    page = client.get(f"/packets/{number}").text
    assert "Скачать исходник" in page
    assert "Скачать ответ" not in page
    assert f"/packets/{number}/records" not in page
    assert "GetSendings" in client.get(f"/packets/{number}/raw").text
    assert monitored.signed_in(f"clinic{FOREIGN}").get(f"/packets/{number}/raw").status_code == 404
