"""Statements prepared on PostgreSQL and said past the engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Integer, String, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.exchange.tables import Secret
from registry.store.engine import LONGEST_LIFE, create_hub_engine, session_factory
from registry.store.prepared import say_prepared
from registry.store.statistics import renew_statistics
from registry.store.troubles import is_passing


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = create_hub_engine(postgresql_url)
    yield engine
    engine.dispose()


def test_a_statement_said_often_is_planned_once_for_a_connection(postgresql_engine: Engine) -> None:
    name = bindparam("name", type_=String(40))
    often = select(literal("100 %", String), func.length(name), name == bindparam("other", type_=String))
    with session_factory(postgresql_engine).begin() as session:
        for value in ("МО", "%(name)s; ' --", "x" * 60):
            with session.begin_nested():
                said = say_prepared(session.connection(), often, {"name": value, "other": value})
            assert [tuple(row) for row in said] == [("100 %", len(value), True)]
        prepared = session.connection().execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar()
    assert prepared == 1


def test_a_statement_said_often_that_failed_is_undone_to_the_savepoint_and_told_by_its_state(
    postgresql_engine: Engine,
) -> None:
    share = select(literal(1, Integer) // bindparam("by", type_=Integer))
    with session_factory(postgresql_engine).begin() as session:
        with pytest.raises(DBAPIError) as told, session.begin_nested():
            say_prepared(session.connection(), share, {"by": 0})
        assert say_prepared(session.connection(), share, {"by": 1}) == [(1,)]
    assert told.value.orig is not None
    assert getattr(told.value.orig, "pgcode", "") == "22012"
    assert not is_passing(told.value)


def test_a_connection_that_is_gone_is_told_as_passing_and_the_next_call_has_another(postgresql_engine: Engine) -> None:
    one = select(bindparam("one", type_=Integer))
    sessions = session_factory(postgresql_engine)
    with sessions() as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with sessions.begin() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(DBAPIError) as told:
            say_prepared(session.connection(), one, {"one": 1})
    assert is_passing(told.value)
    with sessions.begin() as session:
        assert say_prepared(session.connection(), one, {"one": 1}) == [(1,)]


def estimated(session: Session, name: str) -> int:
    """How many rows the plan kept for this prepared statement expects of the table."""
    plan = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) EXECUTE {name}").scalar_one()
    return int(plan[0]["Plan"]["Plans"][0]["Plan Rows"])


def test_a_plan_kept_from_an_empty_table_is_made_anew_when_the_table_has_grown(postgresql_engine: Engine) -> None:
    often = select(func.count()).select_from(Secret)
    with session_factory(postgresql_engine)() as kept, postgresql_engine.connect() as other:
        kept.connection().exec_driver_sql("PREPARE often_kept AS " + str(often.compile()))
        assert estimated(kept, "often_kept") < 1_000
        kept.commit()
        rows = "INSERT INTO secret (name, value) SELECT 'n' || g, 'x' FROM generate_series(1, 20000) g"
        other.exec_driver_sql(rows)
        other.commit()
        assert estimated(kept, "often_kept") < 1_000  # nobody has told the server
        kept.commit()
        assert "secret" in renew_statistics(postgresql_engine)
        assert estimated(kept, "often_kept") == 20_000
        assert "secret" not in renew_statistics(postgresql_engine)


def test_a_table_is_looked_at_again_after_it_has_grown_by_half(postgresql_engine: Engine) -> None:
    def grow(count: int, word: str) -> bool:
        with postgresql_engine.begin() as connection:
            connection.exec_driver_sql(
                f"INSERT INTO secret (name, value) SELECT '{word}' || g, repeat('x', 100)::bytea"
                f" FROM generate_series(1, {count}) g"
            )
        return "secret" in renew_statistics(postgresql_engine)

    assert [grow(20_000, "a"), grow(2_000, "b"), grow(15_000, "c")] == [True, False, True]


def test_a_connection_is_not_taken_again_after_half_an_hour(postgresql_engine: Engine) -> None:
    def pid() -> int:
        with postgresql_engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())

    first = pid()
    assert pid() == first
    for record in (one for one in postgresql_engine.pool._pool.queue):  # type: ignore[attr-defined] # of the usual pool
        record.starttime -= LONGEST_LIFE + 1
    assert pid() != first


def test_sqlite_keeps_its_own_counsel(sqlite_url: str) -> None:
    engine = create_hub_engine(sqlite_url)
    assert renew_statistics(engine) == []
    engine.dispose()
