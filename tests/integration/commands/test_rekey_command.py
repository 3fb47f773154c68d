"""hub people rekey: the same people are found by keys made with another secret."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from registry.insured.keys import ensure_key_secret, operations
from registry.insured.tables import PersonKey
from server.bootstrap import build_hub
from server.cli import hub
from server.settings import Settings


def test_keys_are_made_anew_with_a_new_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "SETTLING", timedelta())
    monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(hub, arguments, standalone_mode=False)
        assert done.exception is None, done.exception
        return done.output

    def keys() -> tuple[bytes, int, set[bytes]]:
        opened = build_hub(Settings.from_environment({"HUB_DATA_DIR": str(tmp_path / "data")}))
        with opened.sessions() as session:
            secret = ensure_key_secret(session)
            count = session.scalar(select(func.count()).select_from(PersonKey)) or 0
            hashes = set(session.scalars(select(PersonKey.hash)))
        opened.close()
        return secret, count, hashes

    run("init")
    run("people", "generate", "30", str(tmp_path / "people.csv"))
    run("people", "load", str(tmp_path / "people.csv"))
    before = keys()
    assert f"Ключей поиска: {before[1]}." in run("people", "rekey")
    assert keys() == before
    assert "Секрет новый" in run("people", "rekey", "--new-secret")
    assert "Пересчёт начат" in run("people", "rekey", "--begin-only")
    assert "Продолжаем" in run("people", "rekey", "--new-secret")
    after = keys()
    assert after[0] != before[0]
    assert after[1] == before[1] > 100
    assert not after[2] & before[2]
