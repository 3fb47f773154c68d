"""Exports, uploads without a browser, and what is said when something is wrong."""

import csv
import io
import zipfile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.exchange.tables import Account, JournalEntry, Packet
from server.web.export import safe_text
from tests.web.conftest import Site, token_of


def test_the_csv_holds_exactly_the_filtered_rows(site: Site) -> None:
    text = site.signed_in("admin").get("/journal?period=all&status=rejected&export=csv").data.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    with site.hub.sessions() as session:
        rejected = session.scalars(select(JournalEntry.id).where(JournalEntry.status == "rejected")).all()
    assert lines[0][0] == "Время (Europe/Samara)"
    assert len(lines) - 1 == len(rejected)
    assert {line[5] for line in lines[1:]} == {"Отклонён"}


def test_the_xlsx_carries_a_sheet_of_its_filters(site: Site) -> None:
    answer = site.signed_in("admin").get("/journal?period=all&status=rejected&export=xlsx", buffered=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert b"\xd0\x9e\xd1\x82\xd0\xb1\xd0\xbe\xd1\x80" in book.read("xl/workbook.xml")
        sheet = book.read("xl/worksheets/sheet2.xml").decode()
    assert "Отклонён" in sheet
    assert "Статус" in sheet


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_exported_text_is_a_formula(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def upload(site: Site, login: str, name: str, data: bytes) -> tuple[FlaskClient, TestResponse]:
    client = site.signed_in(login)
    token = token_of(client.get("/uploads").text)
    return client, client.post("/uploads", data={"csrf_token": token, "file": (io.BytesIO(data), name)})


def test_a_plain_form_leads_to_the_packet(site: Site) -> None:
    client, answer = upload(site, "clinic630001", "непонятно.xyz", b"abc")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Не принят" in page.text
    assert "FILE_NAME_UNKNOWN" in page.text


def test_staff_of_the_fund_must_say_whose_file_it_is(site: Site) -> None:
    client, answer = upload(site, "operator", "630001_21112026_9.dbf", b"abc")
    assert answer.headers["Location"] == "/uploads"
    assert "Выберите организацию" in client.get("/uploads").text


def test_a_file_beyond_the_limit_is_refused_in_words(site: Site) -> None:
    client = site.signed_in("clinic630001")
    token = token_of(client.get("/uploads").text)
    part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    body = (
        part.format("csrf_token", "", token)
        + part.format("file", '; filename="a.dbf"', "x" * 3 * 1024 * 1024)
        + "--b--"
    )
    answer = client.post("/uploads", data=body.encode(), content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "не больше 1 МБ" in answer.text


def test_no_uploaded_bytes_stay_in_the_spool(site: Site) -> None:
    upload(site, "clinic630001", "ещё.xyz", b"x" * 300_000)[1].close()
    assert list((site.hub.settings.data_dir / "spool").iterdir()) == []


def test_a_failure_shows_a_number_and_nothing_of_its_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    client = site.signed_in("admin")

    def broken() -> None:
        raise RuntimeError("СЕКРЕТ 11223344595")

    monkeypatch.setitem(site.app.view_functions, "overview.keys", broken)
    answer = client.get("/keys")
    assert answer.status_code == 500
    assert "Номер обращения" in answer.text
    assert "СЕКРЕТ" not in answer.text
    assert "Traceback" not in answer.text


def test_an_account_can_be_closed_and_given_a_new_password(site: Site) -> None:
    admin = site.signed_in("admin")
    clerk = site.signed_in("insurer63001")
    with site.hub.sessions() as session:
        number = session.scalars(select(Account.id).where(Account.login == "insurer63001")).one()
    page = f"/accounts/{number}"
    admin.post(f"{page}/active", data={"csrf_token": token_of(admin.get(page).text), "active": "0"})
    assert clerk.get("/journal").status_code == 302
    admin.post(f"{page}/active", data={"csrf_token": token_of(admin.get(page).text), "active": "1"})
    clerk = site.signed_in("insurer63001")
    assert clerk.get("/journal").status_code == 200
    shown = admin.post(f"{page}/password", data={"csrf_token": token_of(admin.get(page).text)})
    assert "показан один раз" in shown.text
    assert clerk.get("/journal").status_code == 302


def test_monitoring_reads_readiness_and_figures(site: Site) -> None:
    client = site.app.test_client()
    assert client.get("/health").json == {"status": "ok"}
    ready = client.get("/ready")
    assert (ready.status_code, set(ready.get_json()["parts"])) == (200, {"database", "broker", "disk"})
    assert 'hub_journal_day{status="rejected"}' in client.get("/metrics").text
    assert "hub_journal_day" in client.get("/metrics?format=json").get_json()


def test_hostile_text_is_shown_as_text(site: Site) -> None:
    client = site.signed_in("admin")
    for path in ("/journal?text=", "/people?surname=", "/search?q=", "/audit?login="):
        page = client.get(path + "<script>alert(1)</script>' OR 1=1 --", follow_redirects=True)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text


def test_the_page_of_a_packet_shows_who_signed_it(site: Site) -> None:
    with site.hub.sessions.begin() as session:
        packet = session.get_one(Packet, site.packets["accepted"])
        packet.properties = {**packet.properties, "signer": "CN=Поликлиника № 1, сертификат 0A1B"}
    told = site.signed_in("operator").get(f"/packets/{site.packets['accepted']}").text
    assert "Электронная подпись" in told
    assert "CN=Поликлиника № 1, сертификат 0A1B" in told
