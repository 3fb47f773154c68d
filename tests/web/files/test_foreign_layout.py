"""A quite foreign table, described on the screen of layouts alone, comes by every road and is answered in its form."""

from __future__ import annotations

import io
import os
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.exchange.codecs.dbf import DbfReader
from registry.exchange.codecs.dbf_header import DbfField
from registry.exchange.codecs.dbf_writer import DbfWriter
from registry.exchange.operations.security.api_keys import add_key
from registry.exchange.queries.accounts import organisation_id_of_code
from registry.exchange.tables import Organisation
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import generate_people
from server.api.app import create_api
from server.scheduled.folders import watch_folders
from server.worker.loop import WorkLoop
from tests.web.conftest import Site, token_of

CLINIC = "630007"
HEADER = "column;field;form;must;type;length"
ASKED = (
    "NPP;;text;0;N;6",
    "FIO;surname+first_name+patronymic;full_name;1;C;90",
    "ROJD;birth_date;dotted_date;1;C;10",
    "POL;sex;sex_letter;1;C;1",
    "POLIS;enp;text;0;C;20",
    "PASPORT;document_series+document_number;joined( );0;C;20",
    "VIDDOK;document_type;code;0;C;2",
    "NADATU;on;dotted_date;0;C;10",
)
TOLD = (
    "OTKAZ;refusal;text;0;C;120",
    "POLIS_OK;policy_series+policy_number;joined( № );0;C;40",
    "S;insured_from;dotted_date;0;C;10",
    "PO;insured_to;dotted_date;0;C;10",
    "KOMPANIYA;insurer;text;0;C;5",
    "NOM;row_number;integer;0;N;3",
)
FIELDS = [
    DbfField("NADATU", "C", 10),
    DbfField("POL", "C", 1),
    DbfField("FIO", "C", 90),
    DbfField("KABINET", "C", 7),
    DbfField("POLIS", "C", 20),
    DbfField("ROJD", "C", 10),
    DbfField("NPP", "N", 6),
]


def dotted(day: str) -> str:
    return ".".join(reversed(day.split("-")))


def row(number: int, one: PersonLine, **changed: str) -> dict[str, str]:
    sex = "М" if one.sex == "1" else "Ж"
    names = f"{one.surname} {one.first_name} {one.patronymic}".strip()
    told = {"NPP": str(number), "FIO": names, "ROJD": dotted(one.birth_date), "POL": sex, "POLIS": one.enp}
    return {**told, "NADATU": "01.03.2026", "KABINET": f"к{number}", **changed}


@pytest.fixture(scope="module")
def people() -> list[PersonLine]:
    known = {line.person_key: line for line in generate_people(400, 7)}
    return [one for one in known.values() if one.enp and one.policy_type == "П" and not one.insured_to][:3]


@pytest.fixture(scope="module")
def table(people: list[PersonLine]) -> bytes:
    stream = io.BytesIO()
    with DbfWriter(stream, FIELDS, "cp1251") as writer:
        for each in (
            row(1, people[0]),
            row(2, people[1], ROJD="31.02.1980"),
            row(3, people[1]),
            row(3, people[1]),
            row(4, people[2], FIO="Неведомов Неведом", POLIS="", ROJD="01.01.1950"),
        ):
            writer.write_row(each)
    return stream.getvalue()


@pytest.fixture(scope="module", autouse=True)
def _described(site: Site) -> None:
    """What an administrator does: writes both layouts down and lays them down for the clinic, with its code page."""
    root = site.signed_in("admin")
    for base, name, lines, page in (
        ("crimea", "neva", ASKED, "cp1251"),
        ("crimea_short", "neva_answer", TOLD, ""),
    ):
        shown = root.get(f"/layouts/{base}").text
        assert "full_name" in shown
        form = {"csrf_token": token_of(shown), "name": name, "columns": "\n".join((HEADER, *lines))}
        assert "действует с" in root.post(f"/layouts/{base}", data=form, follow_redirects=True).text
        given = {"csrf_token": token_of(shown), "sender": CLINIC, "since": "2026-01-01", "encoding": page}
        assert CLINIC in root.post(f"/layouts/{name}/senders", data=given, follow_redirects=True).text


def worked(site: Site) -> None:
    WorkLoop(site.hub).work(threading.Event())


def by_browser(site: Site, name: str, body: bytes) -> bytes:
    client = site.signed_in(f"clinic{CLINIC}")
    token = token_of(client.get("/uploads").text)
    sent = client.post("/uploads", data={"csrf_token": token, "file": (io.BytesIO(body), name)})
    worked(site)
    return bytes(client.get(f"{sent.headers['Location']}/answer/download").data)


def by_program(site: Site, name: str, body: bytes) -> bytes:
    with site.hub.sessions.begin() as session:
        organisation_id = organisation_id_of_code(session, CLINIC)
        assert organisation_id is not None
        key = add_key(session, organisation_id, "проверка", site.hub.context.clock)[1]
    client, headers = create_api(site.hub).test_client(), {"Authorization": f"Bearer {key}"}
    sent = client.post(f"/api/v1/files?name={name}", data=body, headers=headers)
    worked(site)
    return bytes(client.get(f"/api/v1/packets/{sent.get_json()['packet']}/answer", headers=headers).data)


def by_folder(site: Site, name: str, body: bytes) -> bytes:
    lay_down(site, name, body)
    watch_folders(site.hub)
    worked(site)
    watch_folders(site.hub)
    return (site.hub.settings.data_dir / "out" / CLINIC / name).read_bytes()


def lay_down(site: Site, name: str, body: bytes, *, ago: float = 60) -> Path:
    with site.hub.sessions.begin() as session:
        one = session.get_one(Organisation, organisation_id_of_code(session, CLINIC))
        one.options = {**one.options, "tray_folder": True}
    path = site.hub.settings.data_dir / "in" / CLINIC / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (time.time() - ago,) * 2)
    return path


@pytest.mark.parametrize(("number", "road"), [(1, by_browser), (2, by_program), (3, by_folder)])
def test_a_foreign_table_is_answered_in_its_own_form_by_every_road(
    site: Site, table: bytes, people: list[PersonLine], number: int, road: Callable[[Site, str, bytes], bytes]
) -> None:
    answer = DbfReader(io.BytesIO(road(site, f"{CLINIC}_01032026_{number}.dbf", table)))
    assert [one.name for one in answer.fields] == [
        *(one.name for one in FIELDS),
        *(line.partition(";")[0] for line in TOLD),
    ]
    rows = list(answer)
    assert [one.raw[: len(asked.raw)] for one, asked in zip(rows, DbfReader(io.BytesIO(table)), strict=True)] == [
        one.raw for one in DbfReader(io.BytesIO(table))
    ]
    assert [one.values["NOM"] for one in rows] == ["1", "2", "3", "4", "5"]
    found, impossible, twice, again, unknown = (one.values for one in rows)
    for each, person in ((found, people[0]), (twice, people[1]), (again, people[1])):
        assert (each["OTKAZ"], each["KOMPANIYA"]) == ("", person.insurer_code)
        assert each["POLIS_OK"].endswith(person.policy_number or person.enp)
        assert re.fullmatch(r"\d\d\.\d\d\.\d{4}", each["S"])
    assert "дата" in impossible["OTKAZ"].lower()
    assert unknown["OTKAZ"]


def test_a_table_that_is_not_of_the_layout_is_refused_with_the_columns_it_lacks(site: Site) -> None:
    stream = io.BytesIO()
    with DbfWriter(stream, [DbfField("FAM", "C", 10)], "cp1251") as writer:
        writer.write_row({"FAM": "ИВАНОВ"})
    name = f"{CLINIC}_01032026_4.dbf"
    path = lay_down(site, name, stream.getvalue())
    watch_folders(site.hub)
    worked(site)
    watch_folders(site.hub)
    told = path.parents[2] / "out" / CLINIC / f"{name}.txt"
    assert "Отсутствуют обязательные колонки: FIO, ROJD, POL" in told.read_text("utf-8-sig")
    assert not path.exists()


def test_a_folder_says_why_a_file_was_not_taken_and_leaves_what_still_grows(site: Site, table: bytes) -> None:
    grows = lay_down(site, f"{CLINIC}_01032026_5.dbf", table[:100], ago=0)
    part = lay_down(site, f"{CLINIC}_01032026_6.dbf.part", table)
    strange = lay_down(site, "письмо.doc", b"text")
    foreign = lay_down(site, "630001_01032026_77.dbf", table)
    watch_folders(site.hub)
    assert (grows.exists(), part.exists(), strange.exists(), foreign.exists()) == (True, True, False, False)
    out = strange.parents[2] / "out" / CLINIC
    assert "ни одной маске" in (out / "письмо.doc.txt").read_text("utf-8-sig")
    assert "для другой организации" in (out / "630001_01032026_77.dbf.txt").read_text("utf-8-sig")
    grows.unlink()
    part.unlink()


def test_a_file_laid_down_twice_is_answered_with_the_same_and_another_under_its_name_refused(
    site: Site, table: bytes
) -> None:
    name = f"{CLINIC}_01032026_7.dbf"
    first = by_folder(site, name, table)
    assert by_folder(site, name, table) == first
    lay_down(site, name, table + b"\x1a")
    watch_folders(site.hub)
    told = site.hub.settings.data_dir / "out" / CLINIC / f"{name}.txt"
    assert "с таким именем уже зарегистрирован" in told.read_text("utf-8-sig")


def test_an_answer_in_foreign_columns_is_checked_as_the_asking_program_would(site: Site, table: bytes) -> None:
    name = f"{CLINIC}_01032026_8.dbf"
    answer = by_browser(site, name, table)
    client = site.signed_in(f"clinic{CLINIC}")
    token = token_of(client.get("/batches/compare").text)
    page = client.post("/batches/compare", data={"csrf_token": token, "file": (io.BytesIO(answer), name)}).text
    assert "в точности ответ, выданный хабом" in page
    assert [f"<b>{number}</b>" in page for number in (3, 2, 0)] == [True] * 3


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fam;surname;text;1;C;60", "заглавных латинских"),
        ("DR;birth_date;date;1;D;8", "compact_date"),
        ("W;sex;sex;1;N;0", "нулевая длина"),
        ("W;sex;sex;1;L;1", "нет подходящей формы"),
        ("FIO;surname;full_name;1;C;60", "carries 3 fields"),
        ("PASPORT;document_series+document_number;joined();0;C;60", "no form is called"),
    ],
)
def test_a_column_no_table_can_have_is_refused_when_it_is_written_down(site: Site, line: str, words: str) -> None:
    root = site.signed_in("admin")
    form = {"csrf_token": token_of(root.get("/layouts/neva").text), "name": "neva", "columns": line}
    refused = root.post("/layouts/neva", data=form)
    assert (refused.status_code, words in refused.text) == (400, True)
