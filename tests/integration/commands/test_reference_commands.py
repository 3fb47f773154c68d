"""hub reference as an operator types it: load, confirm, historical, list, describe; exit statuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.cli import hub

Run = Callable[..., Result]
HEAD = "IDSPEC;SPECNAME;DATEBEG;DATEEND"
ROWS = [f"{number};Специальность {number};01.01.2020;" for number in range(1, 11)]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    runner = CliRunner()
    runner.invoke(hub, ["init"], standalone_mode=False)
    return lambda *arguments: runner.invoke(hub, ["reference", *arguments], standalone_mode=False)


def book(folder: Path, name: str, *rows: str, head: str = HEAD) -> str:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return str(path)


def listed(run: Run, code: str) -> dict[str, Any]:
    return next(one for one in json.loads(run("list", "--json").output) if one["book"] == code)


def test_a_new_installation_has_the_small_books_as_teaching_data(run: Run) -> None:
    told = run("list").output
    assert "V006" in told
    assert "учебный" in told
    assert listed(run, "V006") | {"title": ""} == {
        "book": "V006",
        "title": "",
        "state": "sample",
        "edition": "2.0",
        "date": "2017-12-13",
        "rows": 4,
        "waiting": 0,
        "listed_edition": "2.0",
        "listed_date": "2017-12-13",
    }
    assert listed(run, "V021")["state"] == "absent"


def test_a_book_is_loaded_once(run: Run, tmp_path: Path) -> None:
    file = book(tmp_path, "V021_4.9_20250911.csv", *ROWS)
    first = run("load", file)
    assert first.return_value == 0
    assert "строк 10, добавлено 10" in first.output
    again = run("load", file)
    assert again.return_value == 0
    assert "уже загружена" in again.output
    assert (listed(run, "V021")["state"], listed(run, "V021")["rows"]) == ("current", 10)


def test_an_edition_that_lost_rows_waits_for_its_confirmation(run: Run, tmp_path: Path) -> None:
    run("load", book(tmp_path, "V021_4.9_20250911.csv", *ROWS))
    short = book(tmp_path, "V021_5.0_20260911.csv", *ROWS[:8])
    told = run("load", short)
    assert told.return_value == 1
    assert "пропало строк: 2 из 10" in told.output
    assert listed(run, "V021")["edition"] == "4.9"
    assert listed(run, "V021")["waiting"] == 1
    assert run("load", short).return_value == 1
    confirmed = run("load", short, "--confirm")
    assert confirmed.return_value == 0
    assert "исчезло 2" in confirmed.output
    assert (listed(run, "V021")["edition"], listed(run, "V021")["rows"]) == ("5.0", 10)


def test_an_older_edition_is_refused_unless_it_is_loaded_as_history(run: Run, tmp_path: Path) -> None:
    run("load", book(tmp_path, "V021_4.9_20250911.csv", *ROWS))
    older = book(tmp_path, "V021_3.0_20180911.csv", "77;Упразднённая;01.01.2011;")
    refused = run("load", older)
    assert refused.return_value == 2
    assert "историческую" in refused.output
    assert run("load", older, "--historical").return_value == 0
    assert (listed(run, "V021")["edition"], listed(run, "V021")["rows"]) == ("4.9", 11)


def test_files_are_taken_one_by_one_and_the_status_tells_of_refusals(run: Run, tmp_path: Path) -> None:
    good = book(tmp_path, "V021_4.9_20250911.csv", *ROWS)
    bad = book(tmp_path, "V020_2.0_20260122.csv", "1;Койки", head="NUMBER;NAME")
    told = run("load", bad, good, "--json")
    assert told.return_value == 1
    assert [(one["book"], one["status"]) for one in json.loads(told.output)] == [
        ("V020", "refused"),
        ("V021", "loaded"),
    ]
    unknown = run("load", book(tmp_path, "list.csv", "1;x", head="code;name"))
    assert unknown.return_value == 2
    assert "какой это справочник" in unknown.output


def test_a_regional_book_is_described_and_loaded_by_the_template(run: Run, tmp_path: Path) -> None:
    described = tmp_path / "books.csv"
    described.write_text("code\ttitle\tkey_fields\tname_field\nX001\tКабинеты\tcode\tname\n", encoding="utf-8")
    assert "Описано справочников: 1" in run("describe", str(described)).output
    file = book(tmp_path, "cabinets.csv", "К1;Первый;2026-01-01;", head="code;name;date_beg;date_end")
    assert run("load", file, "--book", "X001", "--edition", "1", "--date", "2026-01-01").return_value == 0
    assert listed(run, "X001")["rows"] == 1


def test_the_list_of_federal_editions_tells_which_books_are_older(run: Run, tmp_path: Path) -> None:
    run("load", book(tmp_path, "V021_4.9_20250911.csv", *ROWS))
    versions = book(tmp_path, "versions.csv", "V021,Специальности,5.1,2026-10-01", head="book,name,version,date")
    assert run("load", versions).return_value == 0
    assert (listed(run, "V021")["state"], listed(run, "V021")["listed_edition"]) == ("older", "5.1")
