"""hub people rekey: the same people are found by keys made with another secret."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from registry.core.normalisation import name_key
from registry.insured.keys import begin_rekeying, ensure_key_secret, last_rekeying, operations, rekey_portion
from registry.insured.keys.queries import RULES
from registry.insured.keys.rules import PRESENT, FormRules
from registry.insured.tables import KeyRebuild, PersonKey
from registry.store.migration import upgrade_database
from server.bootstrap import build_hub
from server.cli import hub
from server.rekeying import rekey_a_while
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


def test_the_schedule_goes_over_to_the_rules_of_newer_code_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SETTLING", timedelta())
    former = FormRules(0, name=lambda text: name_key(text).lower())
    opened = build_hub(Settings.from_environment({"HUB_DATA_DIR": str(tmp_path / "data")}))
    upgrade_database(opened.settings.database_url)
    opened.sessions.configure(info={RULES: (former, PRESENT)})
    now = opened.context.clock.now()
    with opened.sessions.begin() as session:
        ensure_key_secret(session)
        begin_rekeying(session, now, rules=former)
        while rekey_portion(session, now):
            pass
        assert ensure_key_secret(session).rules is former
    rekey_a_while(opened)
    with opened.sessions() as session:
        told = last_rekeying(session)
        assert told is not None
        assert (told.former_rules, told.rules, told.began_by) == (0, PRESENT.version, "расписание")
        assert told.ended_at is not None
        assert ensure_key_secret(session).rules is PRESENT
    rekey_a_while(opened)
    with opened.sessions() as session:
        assert session.scalar(select(func.count()).select_from(KeyRebuild)) == 2
    opened.close()
