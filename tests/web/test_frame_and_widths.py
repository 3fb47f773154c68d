"""The frame fits the windows people have: whole titles in the menu, pages inside their window, words for names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from server.api.operations import OPERATIONS
from server.web.exchange.wording import CONTRACTS, JOBS, answer_pairs
from server.worker.handlers import HANDLERS
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import Site

NOTEBOOK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
CUT = """() => [...document.querySelectorAll('.nav-link-title')]
  .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"""
HEADS = """() => [...document.querySelectorAll('.hub-table th')]
  .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"""
BEYOND = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BESIDE = "() => [...document.querySelectorAll('.hub-scroll')].map(one => one.scrollWidth - one.clientWidth)"


@pytest.mark.browser
def test_no_title_of_the_menu_is_cut_and_the_present_one_stands_in_sight(site: Site, page: Page) -> None:
    page.set_viewport_size(NOTEBOOK)
    site.enter(page, "admin", "/audit")
    assert page.evaluate(CUT) == []
    expect(page.get_by_role("navigation", name="Главное меню").get_by_role("link", name="Аудит")).to_be_in_viewport()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "menu_of_an_administrator.png")


@pytest.mark.browser
def test_the_lists_of_exchange_fit_a_notebook_without_scrolling_aside(site: Site, page: Page) -> None:
    page.set_viewport_size(NOTEBOOK)
    site.enter(page, "operator")
    for path in ("/journal", "/sendings?period=90", "/outgoing?period=all", "/agencies", "/batches"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate(BESIDE) in ([0], []), path


@pytest.mark.browser
def test_no_page_is_wider_than_a_phone(site: Site, page: Page) -> None:
    page.set_viewport_size(PHONE)
    site.enter(page, "admin")
    packet = site.packets["partly_rejected"]
    lists = ("/", "/journal", "/sendings?period=90", "/duplicates", "/batches")
    for path in (*lists, "/people/1", "/keys", f"/packets/{packet}/raw", f"/packets/{packet}", "/formats"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate(BEYOND) == 0, path


@pytest.mark.browser
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_text_stands_out_from_what_lies_behind_it(site: Site, page: Page, look: str) -> None:
    site.enter(page, "admin")
    page.context.add_cookies([{"name": "theme", "value": look, "url": site.address}])
    script = (Path(__file__).parent / "contrast.js").read_text("utf-8")
    packet = site.packets["partly_rejected"]
    lists = ("/", "/journal", "/sendings?period=90", "/buffer", "/checks", "/matching", "/statistics", "/nothing")
    for path in (*lists, "/people/1", f"/packets/{packet}", f"/packets/{packet}/raw", "/formats", "/settings"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate(script) == [], path


def test_every_contract_and_every_job_has_words(site: Site) -> None:
    assert set(site.hub.context.catalog.dialects) <= set(CONTRACTS)
    assert set(HANDLERS) == set(JOBS)


@pytest.mark.browser
def test_the_heads_of_a_list_are_whole(site: Site, page: Page) -> None:
    page.set_viewport_size(NOTEBOOK)
    site.enter(page, "operator")
    for path in ("/sendings?period=90", "/journal", "/checks", "/batches"):
        page.goto(f"{site.address}{path}")
        assert page.evaluate(HEADS) == [], path


def test_on_paper_the_answer_of_a_batch_is_a_name(site: Site) -> None:
    printed = site.signed_in("operator").get("/batches?print=1").text
    assert "Скачать" not in printed


def test_a_layout_says_in_words_how_its_columns_are_written(site: Site) -> None:
    told = site.signed_in("admin").get("/layouts/federal24").text
    for words in ("дата ГГГГММДД", "серия № номер", "Серия полиса + Номер полиса"):
        assert words in told


def test_an_integrator_sees_first_where_the_services_are_and_how_one_enters(site: Site) -> None:
    told = site.app.test_client().get("/formats").text
    assert told.index("Веб-сервисы") < told.index("Виды сообщений</h2>")
    assert "вход HTTP Basic" in told


def test_the_description_of_rest_is_a_page_of_the_reference_open_to_everybody(site: Site) -> None:
    page = site.app.test_client().get("/formats/rest").text
    assert all(f"{one.method.upper()} {one.path}" in page for one in OPERATIONS)
    assert "Главное меню" in page
    assert 'href="http' not in page


def test_a_browser_that_asks_for_the_usual_icon_gets_ours(site: Site) -> None:
    with site.app.test_client().get("/favicon.ico") as icon:
        assert (icon.status_code, icon.mimetype) == (200, "image/vnd.microsoft.icon")
        assert icon.data.startswith(b"\x00\x00\x01\x00")
        assert "max-age" in icon.headers["Cache-Control"]


def test_what_an_insurer_was_answered_of_an_insurance_is_said_in_words(site: Site) -> None:
    told = {
        "person_id": 5,
        "insurance": {"insurer_code": "63001", "policy_type": "В", "policy_series": None, "erp": False},
    }
    with site.app.app_context():
        pairs = answer_pairs("insured_change", told)
    assert [title for title, _ in pairs] == ["Номер записи регистра", "СМО", "Тип полиса", "Признак учёта в ЦС"]


def test_districts_stand_in_the_order_people_count_them(site: Site) -> None:
    page = site.signed_in("operator").get("/districts?clinic=630001").text
    codes = [int(one) for one in re.findall(r'data-link="[^"]*district=(\d+)', page)]
    assert len(codes) > 3
    assert codes == sorted(codes)
