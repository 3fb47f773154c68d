"""hub option … as a script uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from registry.exchange.tables import AuditEntry
from server.bootstrap import build_hub
from server.cli import hub
from server.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    runner = CliRunner()

    def call(*arguments: str) -> Result:
        return runner.invoke(hub, arguments, standalone_mode=False)

    assert call("init").exception is None
    return call


def test_a_script_lists_sets_and_resets(run: Run, tmp_path: Path) -> None:
    listed = {one["name"]: one for one in json.loads(run("option", "list", "--json").output)}
    assert listed["unknown_district"]["value"] == "warn"
    assert listed["unknown_district.dcx"]["value"] == "refuse"
    assert "целое число" in listed["max_failures"]["expected"]
    told = json.loads(run("option", "set", "unknown_district.dcx", "warn", "--json").output)
    assert told == {"name": "unknown_district.dcx", "before": "refuse", "after": "warn", "changed": True}
    assert "менять нечего" in run("option", "set", "unknown_district.dcx", "warn").output
    changed = json.loads(run("option", "list", "--changed", "--json").output)
    assert [(one["name"], one["changed_by"]) for one in changed] == [("unknown_district.dcx", "командная строка")]
    assert "принять с замечанием → отклонить" in run("option", "reset", "unknown_district.dcx").output
    assert json.loads(run("option", "list", "--changed", "--json").output) == []
    assert "Папка резервных копий" in run("option", "list", "копи").output
    opened = build_hub(Settings.from_environment({"HUB_DATA_DIR": str(tmp_path / "data")}))
    with opened.sessions() as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.action == "set_option")).all()
        assert [one.details["after"] for one in acts] == ["warn", "refuse"]
    opened.close()


def test_a_refused_value_is_told_to_people_and_to_machines(run: Run) -> None:
    refused = run("option", "set", "insurer_until", "31.12", "--json")
    assert "ожидается месяц и день" in str(refused.exception)
    told = json.loads(refused.output)
    assert (told["code"], told["place"], told["value"]) == ("VALUE_MALFORMED", "insurer_until", "31.12")
    assert "нет" in str(run("option", "set", "insurer_untill", "12-31").exception)
    assert run("option", "set", "insurer_until", "12-31").exception is None
