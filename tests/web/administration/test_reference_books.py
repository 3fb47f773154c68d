"""Books on their screens: found by words and days, loaded after a look at what changes, taken back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from registry.reference.tables import Book, BookFile, BookRow, BookVersion
from server.scheduled.books import switch_due_books
from tests.web.conftest import Site, token_of

EARLIER = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = [f"{number};Профиль {number};01.01.2020;" for number in range(1, 11)]
FIRST = ("V002_4.0_20240101.csv", ["IDPR;PRNAME;DATEBEG;DATEEND", *ROWS, "99;Закрытый <b>;01.01.2011;31.12.2019"])
SECOND = ("V002_5.0_20260130.csv", ["IDPR;PRNAME;DATEBEG;DATEEND", *ROWS[:8], "11;Новый;30.01.2026;"])


@pytest.fixture(autouse=True)
def as_it_was(site: Site) -> Iterator[None]:
    yield
    with site.hub.sessions.begin() as session:
        ours = BookVersion.book == "V002"
        session.execute(delete(BookRow).where(BookRow.book == "V002"))
        numbers = [one.id for one in session.query(BookVersion).filter(ours)]
        session.execute(delete(BookFile).where(BookFile.version_id.in_(numbers)))
        session.execute(delete(BookVersion).where(ours))
        session.execute(update(Book).where(Book.code == "V002").values(revision=0))
    site.hub.context.remembered.forget()


def load(client: FlaskClient, file: tuple[str, list[str]], **form: str) -> TestResponse:
    name, lines = file
    sent = {"csrf_token": token_of(client.get("/reference").text), **form}
    content = io.BytesIO("\n".join(lines).encode())
    return client.post("/reference/load", data={**sent, "file": (content, name)}, follow_redirects=True)


def press(client: FlaskClient, page: TestResponse, action: str) -> TestResponse:
    address = f"{page.request.path}/{action}"
    assert f'action="{address}"' in page.text
    return client.post(address, data={"csrf_token": token_of(page.text)}, follow_redirects=True)


def test_a_book_is_looked_at_before_it_counts(site: Site) -> None:
    operator = site.signed_in("operator")
    page = load(operator, FIRST)
    assert "Ждёт решения" in page.text
    assert "Справочник не загружен" in operator.get("/reference/V002").text
    assert "Действует" in press(operator, page, "use").text
    rows = operator.get("/reference/V002?q=ПРОФИЛЬ+3")
    assert "Профиль 3" in rows.text
    assert "Профиль 4" not in rows.text
    assert "Закрытый &lt;b&gt;" in operator.get("/reference/V002?on=2019-12-31").text
    assert "Закрытый" not in operator.get("/reference/V002?on=2020-01-01").text


def test_a_doubtful_edition_says_why_and_is_taken_back(site: Site) -> None:
    operator = site.signed_in("operator")
    press(operator, load(operator, FIRST), "use")
    page = load(operator, SECOND)
    assert "пропало строк: 2 из 11" in page.text
    assert "Подтвердить и ввести в действие" in page.text
    assert "V002, версия 5.0 от 30.01.2026" in operator.get("/reference").text
    used = press(operator, page, "use")
    assert "нет в новой версии" in operator.get("/reference/V002?q=профиль+9").text
    assert "Отозвана" in press(operator, used, "withdraw").text
    assert "нет в новой версии" not in operator.get("/reference/V002?q=профиль+9").text
    versions = operator.get("/reference/V002/versions").text
    assert versions.index("5.0") < versions.index("4.0")
    assert "Версия справочника отозвана" in site.signed_in("admin").get("/audit?action=withdraw_book").text


def test_an_edition_may_wait_for_its_day(site: Site) -> None:
    operator = site.signed_in("operator")
    page = load(operator, FIRST)
    tomorrow = (site.hub.context.clock.today() + timedelta(days=1)).isoformat()
    sent = {"csrf_token": token_of(page.text), "since": tomorrow}
    planned = operator.post(f"{page.request.path}/use", data=sent, follow_redirects=True)
    assert "Ждёт своего дня" in planned.text
    switch_due_books(site.hub)
    assert "Справочник не загружен" in operator.get("/reference/V002").text
    with site.hub.sessions.begin() as session:
        session.execute(update(BookVersion).where(BookVersion.book == "V002").values(active_from=EARLIER))
    switch_due_books(site.hub)
    assert "Профиль 3" in operator.get("/reference/V002").text


def test_an_edition_may_be_left_out_and_a_broken_file_says_why(site: Site) -> None:
    operator = site.signed_in("operator")
    assert "Не введена" in press(operator, load(operator, FIRST), "drop").text
    assert "нет колонок ключа: IDPR" in load(operator, ("V002_6.0_20260101.csv", ["NUMBER", "1"])).text
    assert "какой это справочник" in load(operator, ("rows.csv", ["code;name", "1;x"])).text
    assert "исторической" in load(operator, FIRST, historical="1").text.casefold()


def test_others_look_and_change_nothing(site: Site) -> None:
    operator, clinic = site.signed_in("operator"), site.signed_in("clinic630001")
    page = load(operator, FIRST)
    seen = clinic.get(page.request.path)
    assert "Решает сотрудник фонда" in seen.text
    assert "Загрузить справочники" not in clinic.get("/reference").text
    assert "V006" in clinic.get("/reference?use=used").text
    token = {"csrf_token": token_of(clinic.get("/uploads").text)}
    assert clinic.post(f"{page.request.path}/use", data=token).status_code == 403
    assert clinic.post("/reference/load", data=token).status_code == 403
    assert operator.get("/reference/X999").status_code == 404
    assert operator.get("/reference/versions/999999").status_code == 404
