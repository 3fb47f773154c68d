"""The screens of mass changes: seen first, run by a worker, taken back; a clinic has no business there."""

from __future__ import annotations

import io
import re
import threading
from collections import Counter

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from registry.insured.mass.tables import MassChange
from registry.insured.tables import Attachment, Person
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.worker.loop import WorkLoop
from tests.fixtures.browser import SCREENSHOTS
from tests.web.conftest import Site, token_of

ADDRESS = "/mass-changes"


def work(site: Site) -> None:
    WorkLoop(site.hub, lane="mass_change").work(threading.Event())


def attached(site: Site, clinic: str = "630001") -> tuple[str, list[str]]:
    """A district of a clinic, and the numbers of some attached to it."""
    with site.hub.sessions() as session:
        rows = session.execute(
            select(Attachment.district_code, Person.bdz_id)
            .join(Person, Person.id == Attachment.person_id)
            .where(
                Attachment.clinic_code == clinic,
                Attachment.area_type == 1,
                Attachment.district_code != "",
                Attachment.valid_to == OPEN_DATE,
                Attachment.retracted_at == OPEN_MOMENT,
                Person.merged_into.is_(None),
            )
            .order_by(Attachment.district_code, Person.id)
        ).all()
    district = Counter(row.district_code for row in rows).most_common(1)[0][0]
    return district, [row.bdz_id for row in rows if row.district_code == district]


def start(site: Site, **data: object) -> tuple[int, str]:
    client = site.signed_in("operator")
    token = token_of(client.get(ADDRESS).text)
    answer = client.post(ADDRESS, data={"csrf_token": token, **data}, content_type="multipart/form-data")
    assert answer.status_code == 303
    found = re.search(r"/mass-changes/(\d+)$", answer.headers["Location"])
    return int(found.group(1)) if found else 0, client.get(answer.headers["Location"]).text


def move(site: Site, change_id: int, event: str) -> str:
    client = site.signed_in("operator")
    token = token_of(client.get(f"{ADDRESS}/{change_id}").text)
    data = {"csrf_token": token, "event": event}
    return client.post(f"{ADDRESS}/{change_id}", data=data, follow_redirects=True).text


def test_a_file_is_seen_run_and_taken_back(site: Site) -> None:
    _, numbers = attached(site)
    doctor = "112-233-445 95"
    lines = [f'"";"{one}";"630001";"1";"";"{doctor}"' for one in numbers[:2]] + ['"";"нет такого";"630001";"1";"9"']
    file = (io.BytesIO("\r\n".join(lines).encode("cp1251")), "участки.csv")
    change_id, page = start(site, file=file)
    assert "Готовится просмотр" in page
    work(site)
    page = site.signed_in("operator").get(f"{ADDRESS}/{change_id}").text
    assert re.search(r"Изменить\s+2\s+строки", page)
    assert "СНИЛС врача" in page
    assert "Лицо не найдено." in page
    assert "Выполнение начато" in move(site, change_id, "run")
    work(site)
    with site.hub.sessions() as session:
        change = session.get_one(MassChange, change_id)
        assert (change.status, change.done, change.run_by) == ("done", 2, "operator")
    assert "Отмена начата" in move(site, change_id, "undo")
    work(site)
    page = site.signed_in("operator").get(f"{ADDRESS}/{change_id}?state=undone").text
    assert page.count("Отменена</span>") >= 2
    assert "Отменять нечего" not in page


def test_what_is_missing_in_the_form_is_told(site: Site) -> None:
    assert "Выберите файл или укажите МО и участок" in start(site, clinic="630001")[1]
    district, _ = attached(site)
    assert "Укажите новый участок или врача" in start(site, clinic="630001", from_district=district)[1]
    told = start(site, clinic="630001", from_district=district, district="9", since="2099-01-01")[1]
    assert "Дата не может быть в будущем" in told


def test_only_staff_of_the_fund_come_here(site: Site) -> None:
    clerk = site.signed_in("clinic630001")
    assert clerk.get(ADDRESS).status_code == 403
    assert site.signed_in("operator").get(f"{ADDRESS}/999999").status_code == 404
    assert site.app.test_client().post(ADDRESS).status_code in {302, 400, 401}


@pytest.mark.browser
def test_a_whole_district_is_moved_in_the_browser(site: Site, page: Page) -> None:
    district, numbers = attached(site)
    site.enter(page, "operator", ADDRESS)
    page.get_by_label("МО", exact=True).select_option("630001")
    page.get_by_label("Участок сейчас").fill(district)
    page.locator("form", has=page.get_by_label("Участок сейчас")).get_by_label("СНИЛС врача").fill("112-233-445 95")
    page.screenshot(path=SCREENSHOTS / "mass_changes.png", full_page=True)
    page.locator("form", has=page.get_by_label("Участок сейчас")).get_by_role("button").click()
    page.wait_for_url(re.compile(r"/mass-changes/\d+$"))
    work(site)
    expect(page.get_by_role("button", name=re.compile("^Изменить"))).to_be_visible(timeout=10_000)
    expect(page.locator("#mass_lines-rows tr")).to_have_count(min(len(numbers), 50) + (len(numbers) > 50))
    page.screenshot(path=SCREENSHOTS / "mass_change.png", full_page=True)
