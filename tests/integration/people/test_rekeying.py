"""The keys of everybody are made anew beside the work of the hub: nobody is lost on the way (clause 8.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.exchange.tables import Secret
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import read_people_csv, write_people_csv
from registry.insured.keys import (
    KeySecret,
    begin_rekeying,
    ensure_key_secret,
    last_rekeying,
    operations,
    refresh_keys,
    rekey_portion,
)
from registry.insured.keys.hashing import SPAN
from registry.insured.loading import load_people
from registry.insured.matching import SearchRequest, identify
from registry.insured.tables import Person, PersonKey

LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
BEGUN = LOADED + timedelta(days=1)
SETTLED = BEGUN + operations.SETTLING
Sessions = sessionmaker[Session]


@pytest.fixture
def people(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[PersonLine]:
    """Forty people, gone over seven at a time."""
    monkeypatch.setattr(operations, "PORTION", 7)
    path = tmp_path / "people.csv"
    write_people_csv(path, 40, seed=3)
    with sessions.begin() as session:
        load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
    last = {line.person_key: line for line in read_people_csv(path)}
    return [line for line in last.values() if line.enp]


def found(session: Session, people: list[PersonLine], secret: bytes) -> int:
    """How many of them are found by ЕНП, names and birth date."""
    requests = [
        SearchRequest(
            on=LOADED.date(),
            surname=one.surname,
            first_name=one.first_name,
            patronymic=one.patronymic,
            birth_date=datetime.fromisoformat(one.birth_date).date(),
            enp=one.enp,
        )
        for one in people
    ]
    # asked one by one: only then by keys alone
    answers = [identify(session, [one], recorded_at=SETTLED, fund_okato="36000", secret=secret)[0] for one in requests]
    return sum(one.stage in (1, 2) and one.person_id is not None for one in answers)


def editions(session: Session) -> set[int]:
    return {kind // SPAN for kind in session.scalars(select(PersonKey.kind).distinct())}


def test_everybody_is_found_before_during_and_after_a_new_secret(sessions: Sessions, people: list[PersonLine]) -> None:
    with sessions.begin() as session:
        former = ensure_key_secret(session)
        count = session.scalar(select(func.count()).select_from(PersonKey))
        begin_rekeying(session, BEGUN, new_secret=True)
    steps = 0
    more = True
    while more:
        with sessions.begin() as session:
            secret = ensure_key_secret(session)
            assert secret != former
            assert found(session, people, secret) == len(people)
            more = rekey_portion(session, SETTLED)
            steps += 1
        with sessions() as session:
            told = last_rekeying(session)
            assert told is not None
            assert told.done == min(steps * 7, told.total)
    assert steps > 5
    with sessions() as session:
        secret = ensure_key_secret(session)
        assert found(session, people, secret) == len(people)
        assert found(session, people, former) == 0
        assert (secret.edition, secret.former) == (1, None)
        assert editions(session) == {1}
        assert session.scalar(select(func.count()).select_from(PersonKey)) == count
        assert session.get(Secret, "person_key_former") is None
        told = last_rekeying(session)
        assert told is not None
        assert told.ended_at == SETTLED


def test_a_portion_that_is_undone_is_done_again_and_nothing_begins_twice(
    sessions: Sessions, people: list[PersonLine]
) -> None:
    with sessions.begin() as session:
        begun = begin_rekeying(session, BEGUN, new_secret=True).id
    with sessions.begin() as session:
        assert rekey_portion(session, SETTLED)
    with sessions() as session:
        assert rekey_portion(session, SETTLED)
        session.rollback()  # as a process that was killed
    with sessions.begin() as session:
        assert begin_rekeying(session, SETTLED, new_secret=True).id == begun
        told = last_rekeying(session)
        assert told is not None
        assert told.done == 7
        while rekey_portion(session, SETTLED):
            pass
        assert found(session, people, ensure_key_secret(session)) == len(people)
        assert begin_rekeying(session, SETTLED).id != begun
        while rekey_portion(session, SETTLED + operations.SETTLING):
            pass
        assert (ensure_key_secret(session).edition, editions(session)) == (0, {0})
        assert found(session, people, ensure_key_secret(session)) == len(people)


def test_who_has_not_read_of_the_new_edition_yet_is_waited_for(sessions: Sessions, people: list[PersonLine]) -> None:
    """Until then nobody goes over, and whoever is written meanwhile is found by both."""
    with sessions.begin() as session:
        former = ensure_key_secret(session)
        begin_rekeying(session, BEGUN, new_secret=True)
        assert rekey_portion(session, BEGUN)
        changed = session.scalars(select(Person.id).order_by(Person.id).limit(5)).all()
        refresh_keys(session, changed, ensure_key_secret(session))
        assert editions(session) == {0, 1}
        assert found(session, people, former) == found(session, people, ensure_key_secret(session)) == len(people)


def test_keys_of_the_former_edition_that_come_late_go_over_too(sessions: Sessions, people: list[PersonLine]) -> None:
    with sessions.begin() as session:
        former = ensure_key_secret(session)
        begin_rekeying(session, BEGUN, new_secret=True)
        while rekey_portion(session, SETTLED):
            pass
        late = session.scalars(select(Person.id).order_by(Person.id).limit(9)).all()
        refresh_keys(session, late, KeySecret(former))  # committed by who had begun before
        assert editions(session) == {0, 1}
        while rekey_portion(session, SETTLED):
            pass
        assert editions(session) == {1}
        assert found(session, people, ensure_key_secret(session)) == len(people)
