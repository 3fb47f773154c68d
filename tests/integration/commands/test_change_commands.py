"""hub people change … as a script uses it: preview, run, undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from registry.insured.tables import Attachment
from registry.store.base import OPEN_DATE, OPEN_MOMENT
from server.bootstrap import build_hub
from server.cli import hub
from server.settings import Settings

Run = Callable[..., Result]
CLINIC = "630001"
HELD = (Attachment.valid_to == OPEN_DATE, Attachment.retracted_at == OPEN_MOMENT, Attachment.clinic_code == CLINIC)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    runner = CliRunner()

    def call(*arguments: str) -> Result:
        return runner.invoke(hub, arguments, standalone_mode=False)

    assert call("init").exception is None
    assert call("demo", "load", "--people", "300").exception is None
    return call


def districts(tmp_path: Path) -> dict[str, int]:
    opened = build_hub(Settings.from_environment({"HUB_DATA_DIR": str(tmp_path / "data")}))
    with opened.sessions() as session:
        counted = select(Attachment.district_code, func.count()).where(*HELD, Attachment.area_type == 1)
        found = dict(session.execute(counted.group_by(Attachment.district_code)).all())
    opened.close()
    return found


def test_a_district_is_moved_as_it_was_previewed_and_moved_back(run: Run, tmp_path: Path) -> None:
    before = districts(tmp_path)
    district, people = max(before.items(), key=lambda one: one[1])
    other = next(code for code in before if code not in (district, ""))
    seen = run("people", "change", "preview", "--clinic", CLINIC, "--from", district, "--to", other, "--json")
    told = json.loads(seen.output)
    assert (told["status"], told["ready"], told["done"]) == ("Ждёт выполнения", people, 0)
    assert told["lines"][0]["after"] == {"district_code": other}
    assert districts(tmp_path) == before
    number = str(told["number"])
    ran = json.loads(run("people", "change", "run", number, "--json").output)
    assert (ran["status"], ran["done"]) == ("Выполнена", people)
    assert district not in districts(tmp_path)
    undone = run("people", "change", "undo", number)
    assert f"возвращено {people}" in undone.output
    assert districts(tmp_path) == before
    assert "Отменена" in run("people", "change", "list").output


def test_a_second_run_and_a_question_about_nothing_are_refused(run: Run) -> None:
    assert "Назовите файл строк" in str(run("people", "change", "preview", "--clinic", CLINIC).exception)
    assert "нет" in str(run("people", "change", "run", "99").exception)
    assert "нет" in str(run("people", "change", "show", "99").exception)
