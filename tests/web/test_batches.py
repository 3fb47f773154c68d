"""Screens of batch identification and of layouts: what a fund's operator and a clinic's clerk see and may do."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.exchange.access import caller_of_sender
from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.content import ANSWER, stored_bytes
from registry.exchange.jobs import Worker, claim_job, release_job
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import Packet
from registry.insured.generator.population import generate_people
from server.worker.loop import WorkLoop
from tests.fixtures.requests import write_identification_request
from tests.web.conftest import Site, token_of

ROWS = 40


def handed_in(site: Site, path: Path, code: str = "630001", *, worked: bool = True) -> int:
    write_identification_request(path, generate_people(400, 7), ROWS)
    hub = site.hub
    with hub.sessions.begin() as session:
        incoming = Incoming(
            channel="file",
            dialect="files",
            path=path,
            caller=caller_of_sender(session, code),
            file_name=path.name,
        )
        reply = receive(session, incoming, hub.context)
    assert reply.packet_id is not None
    if worked:
        WorkLoop(hub).work(threading.Event())
    return reply.packet_id


@pytest.fixture(scope="module")
def batch(site: Site, tmp_path_factory: pytest.TempPathFactory) -> int:
    return handed_in(site, tmp_path_factory.mktemp("asked") / "630001_01032026_71.dbf")


def answer_of(site: Site, packet_id: int) -> bytes:
    with site.hub.sessions() as session:
        return stored_bytes(session, packet_id, ANSWER)


def test_the_list_tells_files_with_their_numbers_and_their_answers(site: Site, batch: int) -> None:
    page = site.signed_in("operator").get("/batches?name=630001_01032026_71&answered=yes")
    assert page.status_code == 200
    assert "630001_01032026_71.dbf" in page.text
    assert f"/packets/{batch}/answer/download" in page.text
    assert "100 %" in page.text
    assert "630001_01032026_71" not in site.signed_in("operator").get("/batches?answered=no").text


def test_the_list_tells_what_was_identified_what_failed_and_steps_through_periods(site: Site, batch: int) -> None:
    operator = site.signed_in("operator")
    page = operator.get("/batches?name=630001_01032026_71").text
    for title in ("Идентифицировано", "С ошибкой", "Ответ готов", "Назад", "День", "Неделя", "Месяц", "Вперёд"):
        assert title in page
    lines = operator.get("/batches?name=630001_01032026_71&export=csv").text.splitlines()
    heading = next(line for line in lines if "Идентифицировано" in line).split(";")
    row = dict(zip(heading, next(line for line in lines if "630001_01032026_71" in line).split(";"), strict=True))
    told = {name.strip('"'): value.strip('"') for name, value in row.items()}
    with site.hub.sessions() as session:
        outcomes = session.get_one(Packet, batch).properties["outcomes"]
    identified = sum(outcomes.get(one, 0) for one in ("found", "found_diff", "elsewhere"))
    assert int(told["Идентифицировано"]) == identified
    assert int(told["С ошибкой"]) == ROWS - identified - outcomes.get("held", 0)
    assert "630001_01032026_71" not in operator.get("/batches?since=2020-01-01&until=2020-01-31").text


def test_numbers_of_a_batch_are_those_of_its_rows(site: Site, batch: int) -> None:
    operator = site.signed_in("operator")
    seen = 0
    for group in ("found", "found_diff", "elsewhere", "not_insured", "several", "not_found", "invalid", "held"):
        rows = operator.get(f"/batches/{batch}?outcome={group}&export=csv").text
        seen += len([line for line in rows.splitlines() if line.startswith(tuple("0123456789"))])
    assert seen == ROWS
    assert operator.get(f"/batches/{batch}?text=7").text.count(f'/packets/{batch}/records/7"') >= 1
    assert "Строк с такими условиями нет" in operator.get(f"/batches/{batch}?text=Несуществующий").text


def test_a_foreign_batch_is_not_there(site: Site, batch: int) -> None:
    stranger = site.signed_in("insurer63001")
    assert stranger.get(f"/batches/{batch}").status_code == 404
    assert "630001_01032026_71" not in stranger.get("/batches").text
    own = site.signed_in("clinic630001").get(f"/batches/{batch}")
    assert own.status_code == 200
    assert f"/batches/{batch}/repeat" not in own.text


def test_a_stopped_batch_goes_on_where_it_stopped(site: Site, tmp_path: Path) -> None:
    packet_id = handed_in(site, tmp_path / "630001_01032026_72.dbf", worked=False)
    operator = site.signed_in("operator")
    token = {"csrf_token": token_of(operator.get(f"/batches/{packet_id}").text)}
    assert (
        "Обработка остановлена" in operator.post(f"/batches/{packet_id}/stop", data=token, follow_redirects=True).text
    )
    WorkLoop(site.hub).work(threading.Event())
    assert not answer_of(site, packet_id)
    shown = operator.post(f"/batches/{packet_id}/proceed", data=token, follow_redirects=True)
    assert "Обработка продолжится" in shown.text
    WorkLoop(site.hub).work(threading.Event())
    assert answer_of(site, packet_id)
    assert "Останавливать нечего" in operator.post(f"/batches/{packet_id}/stop", data=token, follow_redirects=True).text


def test_the_work_in_hand_is_taken_back_when_its_batch_is_stopped(site: Site, tmp_path: Path) -> None:
    packet_id = handed_in(site, tmp_path / "630001_01032026_73.dbf", worked=False)
    worker = Worker("here/1/x", site.hub.context.clock)
    with site.hub.sessions.begin() as session:
        job = claim_job(session, worker)
    assert job is not None
    operator = site.signed_in("operator")
    token = {"csrf_token": token_of(operator.get(f"/batches/{packet_id}").text)}
    operator.post(f"/batches/{packet_id}/stop", data=token)
    with pytest.raises(Exception, match="job"), site.hub.sessions.begin() as session:
        release_job(session, job, worker)
    operator.post(f"/batches/{packet_id}/proceed", data=token)
    WorkLoop(site.hub).work(threading.Event())
    assert answer_of(site, packet_id)


def test_a_batch_done_once_more_has_the_same_rows(site: Site, batch: int) -> None:
    before = answer_of(site, batch)
    operator = site.signed_in("operator")
    token = {"csrf_token": token_of(operator.get(f"/batches/{batch}").text)}
    assert "обработан заново" in operator.post(f"/batches/{batch}/repeat", data=token, follow_redirects=True).text
    WorkLoop(site.hub).work(threading.Event())
    assert answer_of(site, batch) == before
    assert site.signed_in("clinic630001").post(f"/batches/{batch}/repeat", data=token).status_code in {400, 403}


def test_chosen_people_become_a_batch_of_the_fund(site: Site) -> None:
    operator = site.signed_in("operator")
    assert "никто не подходит" in operator.get("/batches/choose?surname=Ъъъ").text
    page = operator.get("/batches/choose?clinic=630001&born_since=1950-01-01")
    assert "Сформировать пакет" in page.text
    form = {"csrf_token": token_of(page.text), "clinic": "630001", "born_since": "1950-01-01"}
    made = operator.post("/batches/choose", data=form)
    assert made.status_code == 303
    WorkLoop(site.hub).work(threading.Event())
    number = int(made.headers["Location"].rpartition("/")[2])
    rows = list(DbfReader(io.BytesIO(answer_of(site, number))))
    assert rows
    assert all(row.values["RENP"] == row.values["ENP"] for row in rows if row.values["RENP"] and row.values["ENP"])
    assert (
        "Задайте хотя бы одно условие"
        in operator.post("/batches/choose", data={"csrf_token": form["csrf_token"]}, follow_redirects=True).text
    )
    assert site.signed_in("clinic630001").get("/batches/choose").status_code == 403


def test_an_answer_is_checked_as_the_asking_program_would(site: Site, batch: int) -> None:
    clerk = site.signed_in("clinic630001")
    token = token_of(clerk.get("/batches/compare").text)

    def check(name: str, body: bytes) -> str:
        data = {"csrf_token": token, "file": (io.BytesIO(body), name)}
        return clerk.post("/batches/compare", data=data, content_type="multipart/form-data").text

    answer = answer_of(site, batch)
    assert "в точности ответ, выданный хабом" in check("630001_01032026_71.DBF", answer)
    header, length = int.from_bytes(answer[8:10], "little"), int.from_bytes(answer[10:12], "little")
    cut = answer[:4] + (3).to_bytes(4, "little") + answer[8 : header + 3 * length] + b"\x1a"
    assert f"<b>{ROWS - 3}</b>" in check("630001_01032026_71.dbf", cut)
    assert "нет среди ваших" in check("630001_09092026_1.dbf", answer)
    assert "расширение DBF" in check("630001_01032026_71.txt", answer)
    assert "Файл DBF не читается" in check("630001_01032026_71.dbf", b"\x03" + bytes(40))


def test_an_administrator_makes_a_layout_and_gives_it_to_a_sender(site: Site, tmp_path: Path) -> None:
    root = site.signed_in("admin")
    page = root.get("/layouts")
    assert "crimea_short" in page.text
    shown = root.get("/layouts/crimea_short")
    token = token_of(shown.text)
    lines = ("column;field;form;must;type;length", "ERR;refusal;text;0;C;100", "SMO;insurer;text;0;C;5")
    columns = "\n".join((*lines, "NUM;row_number;integer;0;N;1"))
    form = {"csrf_token": token, "name": "narrow", "columns": columns}
    assert "действует с" in root.post("/layouts/crimea_short", data=form, follow_redirects=True).text
    given = {"csrf_token": token, "sender": "630002"}
    assert "630002" in root.post("/layouts/narrow/senders", data=given, follow_redirects=True).text
    packet_id = handed_in(site, tmp_path / "630002_01032026_1.dbf", "630002")
    rows = list(DbfReader(io.BytesIO(answer_of(site, packet_id))))
    assert len(rows) == ROWS
    assert [field for field in rows[0].values if field in {"ERR", "SMO", "NUM"}] == ["ERR", "SMO", "NUM"]
    wrong = form | {"columns": "ERR;no_such_field;text;0;C;100"}
    refused = root.post("/layouts/crimea_short", data=wrong)
    assert (refused.status_code, "no_such_field" in refused.text) == (400, True)
    assert site.signed_in("operator").get("/layouts").status_code == 403


def test_a_file_that_could_not_be_read_says_what_to_do_next(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "630001_20112026_404.DBF"
    path.write_bytes(b"no table at all\r\n" * 20)
    hub = site.hub
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, "630001")
        incoming = Incoming(channel="file", dialect="files", path=path, caller=caller, file_name=path.name)
        packet_id = receive(session, incoming, hub.context).packet_id
    WorkLoop(hub).work(threading.Event())
    page = site.signed_in("operator").get(f"/batches/{packet_id}").text
    assert "исправьте файл и загрузите его снова" in page
    assert "появляются порциями" not in page


@pytest.mark.browser
def test_the_list_fits_a_notebook_without_scrolling_aside(site: Site, batch: int, page: Page) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    site.enter(page, "operator", "/batches")
    expect(page.locator("#batches-rows tr").first).to_be_visible()
    assert page.evaluate("(one => one.scrollWidth - one.clientWidth)(document.querySelector('.hub-scroll'))") == 0
