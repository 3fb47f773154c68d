"""A connection that breaks in the middle of a COPY is a trouble that passes, whoever was copying."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.core.clock import FixedClock
from registry.exchange.context import HubContext
from registry.exchange.jobs import add_job
from registry.exchange.tables import Job, Secret
from registry.insured.tables import PersonKey
from registry.store.blobs import LEAST, insert_blob
from registry.store.bulk import COPY_FROM, insert_rows
from registry.store.engine import create_hub_engine, session_factory
from registry.store.portions import PortionWriter
from registry.store.troubles import is_passing
from server.worker.loop import WorkLoop
from tests.fixtures.hubs import bare_hub

KEYS = PersonKey.__table__
COLUMNS = ("kind", "hash", "person_id", "valid_from")
MANY = 50_000
End = Callable[[], None]


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = create_hub_engine(postgresql_url)
    yield engine
    engine.dispose()


def rows(end: End, after: int = MANY // 2) -> Iterator[tuple[int, bytes, int, date]]:
    for number in range(MANY):
        if number == after:
            end()
        yield 1, number.to_bytes(16), number, date(2020, 1, 1)


def many_rows(session: Session, end: End) -> None:
    insert_rows(session, KEYS, COLUMNS, rows(end))


def a_blob(session: Session, end: End) -> None:
    end()
    insert_blob(session, Secret.__table__, {"name": "a blob", "value": bytes(LEAST)})  # type: ignore[arg-type] # a table


def portions(session: Session, end: End) -> None:
    with PortionWriter(session) as writer:
        writer.write(KEYS, COLUMNS, [(1, b"0" * 16, 1, date(2020, 1, 1))], {})  # type: ignore[arg-type] # a table
        writer.settle()
        end()
        writer.write(KEYS, COLUMNS, list(rows(lambda: None)), {})  # type: ignore[arg-type] # a table


def ending(engine: Engine, session: Session) -> End:
    """What ends the server's side of the session's connection, as a restart of the database would."""
    number = session.execute(text("SELECT pg_backend_pid()")).scalar()

    def end() -> None:
        other = create_hub_engine(engine.url.render_as_string(hide_password=False))
        with other.begin() as connection:
            assert connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": number}).scalar()
        other.dispose()

    return end


@pytest.mark.parametrize("copy", [many_rows, a_blob, portions])
def test_a_connection_ended_during_a_copy_passes_and_its_successor_works(
    postgresql_engine: Engine, copy: Callable[[Session, End], None]
) -> None:
    sessions = session_factory(postgresql_engine)
    with sessions() as session:
        with pytest.raises(DBAPIError) as broken:
            copy(session, ending(postgresql_engine, session))
        assert is_passing(broken.value)
        session.rollback()
        copy(session, lambda: None)
        session.rollback()
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(KEYS)) == 0


def test_a_copy_that_breaks_a_rule_of_the_table_does_not_pass(postgresql_engine: Engine) -> None:
    with session_factory(postgresql_engine)() as session:
        twice = [(1, b"0" * 16, 1, date(2020, 1, 1))] * COPY_FROM
        with pytest.raises(DBAPIError) as wrong:
            insert_rows(session, KEYS, COLUMNS, twice)
    assert not is_passing(wrong.value)


def test_a_job_whose_connection_ended_during_a_copy_is_done_again(postgresql_engine: Engine, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    hub = bare_hub(postgresql_engine, session_factory(postgresql_engine), tmp_path, clock)
    attempts = []

    def handler(session: Session, job: Job, context: HubContext) -> bool:
        attempts.append(job.attempts)
        many_rows(session, ending(postgresql_engine, session) if len(attempts) == 1 else lambda: None)
        return False

    with hub.sessions.begin() as session:
        number = add_job(session, "test", lane="", clock=clock).id
    for status, count in (("waiting", 0), ("done", MANY)):
        assert WorkLoop(hub, {"test": handler}).work(threading.Event()) == 1
        with hub.sessions() as session:
            found = session.get_one(Job, number)
            assert (found.status, "инцидент" in (found.error or "")) == (status, False)
            assert session.scalar(select(func.count()).select_from(KEYS)) == count
        clock.move(timedelta(hours=2))
