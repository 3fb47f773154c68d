"""An operator's and a clerk's day, walked in Chromium: every address a person needs, one click after another."""

import threading
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.exchange.tables import AuditEntry
from registry.insured.kinds.identification import IdentificationRequest
from registry.insured.tables import Attachment, Person, PersonVersion
from server.demo.packets import dbf_file, packaged_layout
from server.worker.loop import WorkLoop
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import Site

pytestmark = pytest.mark.browser


def shown(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def request_file(site: Site, folder: Path) -> Path:
    """A request about three people: one of the registry, one with another surname, one unknown."""
    with site.hub.sessions() as session:
        known = session.scalars(select(PersonVersion).order_by(PersonVersion.id).limit(1)).one()
        enp = session.get_one(Person, known.person_id).enp
    facts = {"birth_date": known.birth_date, "sex": known.sex, "enp": enp}
    records = [
        IdentificationRequest(
            number="1", surname=known.surname, first_name=known.first_name, patronymic=known.patronymic, **facts
        ),
        IdentificationRequest(number="2", surname="ДРУГАЯ", first_name=known.first_name, **facts),
        IdentificationRequest(
            number="3",
            surname="НЕИЗВЕСТНОВ",
            first_name="ПЁТР",
            birth_date=date(1980, 5, 1),
            sex=1,
            snils="11223344595",
        ),
    ]
    layout = packaged_layout(site.hub.context.catalog, "crimea")
    path = folder / "630001_21112026_1.dbf"
    path.write_bytes(dbf_file(layout, records, code_page="cp866", today=date(2026, 11, 21)))
    return path


def test_a_file_goes_from_upload_to_the_answer(site: Site, page: Page, tmp_path: Path) -> None:
    site.enter(page, "operator", "/uploads")
    page.get_by_label("От имени какой организации").select_option(label="630001 · Городская поликлиника № 1")
    page.get_by_label("Файлы").set_input_files(request_file(site, tmp_path))
    page.get_by_role("button", name="Отправить").click()
    expect(page.locator("#sending")).to_contain_text("Принят, обработка идёт")
    expect(page.locator("#mine-rows tr").first).to_contain_text(
        "630001_21112026_1.dbf"
    )  # others handed files in before
    WorkLoop(site.hub).work(threading.Event())
    page.locator("#sending a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("630001_21112026_1.dbf")
    shown(page, "packet_of_an_upload")
    page.get_by_role("link", name="Записи").click()
    expect(page.locator("#records-rows tr")).to_have_count(3)
    page.locator("#records-rows tr").nth(2).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Замечания")).to_be_visible()
    shown(page, "record_not_found")
    page.get_by_role("link", name="Исходник", exact=True).click()
    expect(page.get_by_role("columnheader", name="FAM")).to_be_visible()
    shown(page, "source_of_a_dbf")
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать ответ").click()
    assert Path(download.value.path()).stat().st_size > 0
    with site.hub.sessions() as session:
        acts = set(session.scalars(select(AuditEntry.action)))
    assert {"upload", "open_record", "open_content", "download"} <= acts


def test_the_journal_is_narrowed_and_continued(site: Site, page: Page) -> None:
    site.enter(page, "admin", "/journal")
    rows = page.locator("#journal-rows tr[data-link]")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="Показать ещё").click()
    expect(rows).to_have_count(100)
    page.locator("#filter-status").select_option("Отклонён")
    page.wait_for_url("**status=rejected**")
    assert {text.strip() for text in page.locator("#journal-rows .hub-status").all_inner_texts()} == {"Отклонён"}
    page.get_by_role("link", name="Статус: Отклонён").click()
    page.locator("#filter-text").fill("ТАКОГО НЕТ")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Укажите цель поиска")).to_be_visible()  # the text may be a person's
    page.locator("#filter-purpose").select_option("Разбор пакета или замечания")
    expect(page.get_by_text("За этот период по этим условиям ничего нет")).to_be_visible()
    shown(page, "journal_empty")


def test_columns_are_kept_for_the_person(site: Site, page: Page) -> None:
    site.enter(page, "operator", "/journal")
    page.locator("summary", has_text="Столбцы").click()
    page.get_by_label("Глазами МИС").check()
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("columnheader", name="Глазами МИС")).to_be_visible()
    page.goto(f"{site.address}/journal?status=rejected")
    expect(page.get_by_role("columnheader", name="Глазами МИС")).to_be_visible()


def test_a_person_is_found_and_a_number_revealed(site: Site, page: Page) -> None:
    with site.hub.sessions() as session:
        version = session.scalars(select(PersonVersion).order_by(PersonVersion.id).limit(1)).one()
        enp = session.get_one(Person, version.person_id).enp
    site.enter(page, "operator")
    page.keyboard.press("/")
    page.keyboard.type(enp)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people?q=**")
    expect(page.get_by_text("Укажите цель поиска")).to_be_visible()
    shown(page, "people_without_a_purpose")
    page.get_by_label("Цель поиска").select_option("packet")
    expect(page.locator("#people-rows tr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/people/{version.person_id}")
    secret = page.locator("#secret-enp-0")
    assert enp[:4] not in secret.inner_text()
    secret.get_by_role("button", name="Показать номер").click()
    expect(secret).to_contain_text(enp[:4])
    shown(page, "person_revealed")
    with site.hub.sessions() as session:
        looks = select(AuditEntry).where(AuditEntry.action == "reveal", AuditEntry.object_id == str(version.person_id))
        revealed = session.scalars(looks.order_by(AuditEntry.id.desc()).limit(1)).all()
    assert [one.details for one in revealed] == [{"what": "enp:0", "purpose": "packet"}]


def test_a_clerk_finds_only_attached_people(site: Site, page: Page) -> None:
    with site.hub.sessions() as session:
        foreign = session.scalars(select(Attachment.person_id).where(Attachment.clinic_code == "630007").limit(1)).one()
    site.enter(page, "clinic630001", "/people")
    page.goto(f"{site.address}/people?surname=ИВ&purpose=check")
    clinics = page.locator("#people-rows tr td:nth-child(7)").all_inner_texts()
    assert set(clinics) <= {"630001"}
    assert page.goto(f"{site.address}/people/{foreign}").status == 404  # type: ignore[union-attr]
    shown(page, "not_found")


def test_pages_say_nothing_in_the_console_in_both_looks(site: Site, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    site.enter(page, "admin")
    packet = f"/packets/{site.packets['partly_rejected']}"
    paths = ("/", "/journal", packet, f"{packet}/records/1", f"{packet}/findings", f"{packet}/raw", f"{packet}/history")
    more = ("/uploads", "/people/1", "/state", "/audit", "/accounts", "/organisations", "/formats", "/formats/findings")
    set_by_staff = (
        "/settings",
        "/settings/outgoing_kinds",
        "/rights",
        "/rights/fund.operator",
        "/checks",
        "/reference",
        "/reference/V006",
    )
    also = (*set_by_staff, "/checks/attachment.NAME_PLACEHOLDER", "/formats/settings")
    for look in ("light", "dark"):
        found = "/people?surname=ИВ&purpose=check"
        for path in (*paths, *more, *also, "/formats/kinds/attachment", "/keys", "/people", found):
            page.goto(f"{site.address}{path}")
            assert page.locator("html").get_attribute("data-bs-theme") == look
            assert page.get_by_role("heading", level=1).count() == 1, path
            unnamed = page.locator("input:visible, select:visible, button:visible").evaluate_all(
                "all => all.filter(one => !(one.labels?.length || one.ariaLabel || one.textContent.trim())).length"
            )
            assert unnamed == 0, path
            wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
            assert not wider, f"{path} scrolls sideways"
            shown(page, f"{look}_{path.strip('/').replace('/', '_').replace('?', '_') or 'home'}")
        page.get_by_role("button", name="Тёмное оформление" if look == "light" else "Светлое оформление").click()
    assert said == []


def test_the_menu_opens_on_a_tablet(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 820, "height": 1180})
    site.enter(page, "admin", "/journal")
    menu = page.get_by_role("navigation", name="Главное меню")
    expect(menu).to_be_hidden()
    page.locator("label[for=hub-menu]").click()
    expect(menu).to_be_visible()
    shown(page, "tablet_menu")


def test_everything_works_without_scripts(site: Site, page: Page) -> None:
    assert page.context.browser is not None
    bare = page.context.browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 768})
    plain = bare.new_page()
    site.enter(plain, "admin", "/journal")
    plain.get_by_role("link", name="Показать ещё").click()
    expect(plain.locator("#journal-rows tr[data-link]")).to_have_count(50)
    plain.goto(f"{site.address}/people/1")
    plain.locator("#secret-enp-0").get_by_role("button").click()
    expect(plain.locator("#secret-enp-0")).not_to_contain_text("•")
    bare.close()
