"""Statements prepared on PostgreSQL and said past the engine."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Integer, String, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from registry.store.engine import create_hub_engine, session_factory
from registry.store.prepared import say_prepared
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
