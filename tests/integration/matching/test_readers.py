"""Some connections read one state of the database side by side."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.insured.generator.damage import damaged_requests
from registry.insured.generator.population import generate_people, write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.insured.matching import identify
from registry.insured.matching.stages import PORTION
from registry.insured.tables import District
from registry.insured.training.labelled import request_of_columns
from registry.store.readers import readers_of

LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)
PEOPLE = 60


def district(code: str) -> District:
    return District(clinic_code="140011", area_type=1, code=code, building="")


def count(session: Session, _part: int) -> int:
    return session.scalar(select(func.count()).select_from(District)) or 0


def test_every_part_sees_what_was_committed_at_the_beginning(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        session.add(district("1"))
    with sessions() as session, readers_of(session, 2) as readers:
        assert readers.share(count, [0, 1, 2]) == [1, 1, 1]
        with sessions.begin() as other:
            other.add(district("2"))
        seen = readers.share(count, range(6))
        is_sqlite = session.connection().dialect.name == "sqlite"
    assert seen == ([2] if is_sqlite else [1]) * 6


def test_a_caller_within_a_savepoint_has_readers_too(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session, session.begin_nested():
        session.execute(select(func.count()).select_from(District))
        with readers_of(session, 3) as readers:
            assert readers.share(count, range(5)) == [0] * 5


def test_parts_are_answered_in_their_order_and_a_failure_is_told_as_it_was(sessions: sessionmaker[Session]) -> None:
    def failing(_session: Session, part: int) -> int:
        if part == 3:
            raise LookupError("третья часть")
        return part

    with sessions() as session, readers_of(session, 2) as readers:
        assert readers.share(lambda _, part: part * 2, range(9)) == [part * 2 for part in range(9)]
        with pytest.raises(LookupError, match="третья часть"):
            readers.share(failing, range(9))
        assert readers.share(count, [0]) == [0]


def test_no_two_threads_use_one_reader(sessions: sessionmaker[Session]) -> None:
    used: dict[int, int] = {}
    alone = threading.Lock()

    def watched(session: Session, _part: int) -> int:
        with alone:
            used[id(session)] = used.get(id(session), 0) + 1
            assert used[id(session)] == 1
        found = count(session, 0)
        with alone:
            used[id(session)] -= 1
        return found

    with sessions() as session, readers_of(session, 3) as readers:
        assert readers.share(watched, range(30)) == [0] * 30


def test_a_large_file_is_answered_as_its_rows_are_alone(sessions: sessionmaker[Session], tmp_path: Path) -> None:
    write_people_csv(tmp_path / "people.csv", PEOPLE, 7)
    with sessions.begin() as session:
        secret = ensure_key_secret(session)
        load_people(session, tmp_path / "people.csv", secret=secret, clock=FixedClock(LOADED))
    given = [one for one, _, _ in damaged_requests(iter(generate_people(PEOPLE, 7)), 200, 0.4, 3, 0.3)]
    days = [date(2026, 10, 5) - timedelta(days=number) for number in range(PORTION // len(given) + 2)]
    asked = [replace(request_of_columns(one, days[0]), on=day) for day in days for one in given]
    assert len(asked) > PORTION

    with sessions() as session, session.begin_nested():  # as a portion of a packet is worked on
        together = identify(session, asked, recorded_at=LOADED, fund_okato="36000", secret=secret)
        apart = [
            one
            for start in range(0, len(asked), 1000)
            for one in identify(
                session, asked[start : start + 1000], recorded_at=LOADED, fund_okato="36000", secret=secret
            )
        ]
    assert together == apart
