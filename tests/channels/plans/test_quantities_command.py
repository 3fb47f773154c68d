"""Approved numbers loaded at the command line are what clinics and insurers read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from server.cli import hub as command
from tests.channels.plans.hub import CLINIC, INSURER, PlansHub


def test_loaded_numbers_are_told_and_wrong_lines_are_named(
    hub: PlansHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_DATABASE_URL", hub.url)
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HUB_SECRET_KEY", "k" * 64)
    path = tmp_path / "quantities.csv"
    lines = [
        "code_mo;kind;kind2;year;mnth;quantity",
        "630001;1;0;2026;12;150",
        "630002;1;0;2026;12;90",
        "1;1;0;2026;1;1",
    ]
    path.write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    told = CliRunner().invoke(command, ["plans", "quantities", str(path)], standalone_mode=False)
    assert told.return_value == 1
    assert "добавлено 2, изменено 0" in told.output
    assert "строка 4: code_mo: дано «1»" in told.output
    (own,) = hub.call("getEvPlanQtys", CLINIC, year="2026").rows
    assert own.findtext("quantity") == "150"
    assert len(hub.call("getEvPlanQtys", INSURER, year="2026").rows) == 2
