"""Passwords guessed in numbers: the hub stays quick, and whoever works with a right one is not locked out by it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.exchange import access
from registry.exchange.access import check_password
from registry.exchange.tables import Account, JournalEntry
from tests.channels.soap_calls import IDENTIFICATION, Request, call, envelope
from tests.channels.soap_hub import LOGIN, PASSWORD, Hub, hub_application

QUESTION = envelope('<a:GetAttach xmlns:a="urn:tfoms-hub:attach:1"><a:ENP>1</a:ENP></a:GetAttach>')


@pytest.fixture
def hub(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Hub]:
    with hub_application(migrated_sqlite, tmp_path) as made:
        yield made


def ask(hub: Hub, login: str, password: str) -> int:
    return call(hub.application, Request(QUESTION, IDENTIFICATION, login=login, password=password)).status


def lines(hub: Hub) -> int:
    with hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def test_logins_that_are_not_there_cost_a_hash_only_so_many_times_a_minute(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(access, "_matches", lambda password, _stored: hashed.append(password))
    with hub.sessions.begin() as session:
        for number in range(200):
            assert check_password(session, f"nobody{number}", "x", hub.context) is None
    assert len(hashed) == access.MOST_STRANGERS < 200


def test_a_hundred_connections_after_a_quiet_time_cost_one_hash(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once: list[int] = []
    hashed: list[str] = []

    def slow(password: str, _stored: str) -> bool:
        hashed.append(password)
        at_once.append(1)
        most.append(len(at_once))
        time.sleep(0.02)
        at_once.pop()
        return password == PASSWORD

    most: list[int] = []
    monkeypatch.setattr(access, "_matches", slow)
    with hub.sessions() as session:
        stored = session.scalars(select(Account.password_hash).where(Account.login == LOGIN)).one()
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(access._is_right, LOGIN, PASSWORD, stored, hub.context) for _ in range(100)]
        assert all(one.result() for one in asked)
        assert len(hashed) == 1
        asked = [pool.submit(access._is_right, LOGIN, f"мимо{n}", stored, hub.context) for n in range(10)]
        assert not any(one.result() for one in asked)
    assert len(hashed) == 11
    assert max(most) == 1


def test_a_program_at_work_is_not_locked_out_by_the_guesses_of_another(hub: Hub) -> None:
    assert ask(hub, LOGIN, PASSWORD) == 200
    for _ in range(8):
        assert ask(hub, LOGIN, "мимо") == 401
    with hub.sessions() as session:
        assert session.scalars(select(Account.locked_until).where(Account.login == LOGIN)).one() is not None
    hub.context.verified._entered.clear()
    assert ask(hub, LOGIN, PASSWORD) == 200
    hub.context.verified.forget(LOGIN)
    assert ask(hub, LOGIN, PASSWORD) == 401


def test_refused_guesses_of_one_address_fill_no_journal(hub: Hub) -> None:
    before = lines(hub)
    for number in range(150):
        assert ask(hub, "", "") == 401, number
    assert lines(hub) - before == 60
