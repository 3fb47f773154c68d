"""hub backup and hub restore as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.cli import hub

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    runner = CliRunner()

    def call(*arguments: str, database: str = "") -> Result:
        if database:
            monkeypatch.setenv("HUB_DATABASE_URL", f"sqlite:///{tmp_path / database}")
        return runner.invoke(hub, arguments, standalone_mode=False)

    return call


def test_a_backup_is_made_compared_and_restored(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "copy.hubbackup")
    assert run("init").exception is None
    made = run("backup", file, "--json")
    assert json.loads(made.output)["tables"]["organisation"]["rows"] == 1
    assert "равна базе" in run("backup", "--verify", file).output
    assert "База не пуста" in str(run("restore", file).exception)
    restored = run("restore", file, database="new.sqlite3")
    assert "Суммы всех таблиц сошлись" in restored.output
    assert run("backup", "--verify", file).return_value == 0
    assert run("account", "organisation", "630001", "Новая", "--code", "mcod=630001").exception is None
    differing = run("backup", "--verify", file)
    assert differing.return_value == 1
    assert "organisation: в копии строк 1, в базе 2" in differing.output
