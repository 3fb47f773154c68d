"""The store means the same on SQLite and on PostgreSQL."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    Date,
    Engine,
    Integer,
    LargeBinary,
    SmallInteger,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from registry.exchange.queries.packets import kept_answers
from registry.exchange.tables import Organisation, Secret, Setting
from registry.insured.tables import PersonKey
from registry.store.base import OPEN_DATE
from registry.store.bulk import insert_rows, reserve_ids
from registry.store.engine import create_hub_engine, session_factory, start_writing
from registry.store.locks import advisory_lock, is_leader
from registry.store.probe import probe
from registry.store.savepoints import end_statements_after
from registry.store.together import Writes
from registry.store.troubles import is_out_of_time, is_passing

Sessions = sessionmaker[Session]
KEYS = PersonKey.__table__
ORGANISATIONS = Organisation.__table__
KEY_COLUMNS = ("kind", "hash", "person_id", "valid_from")


def key_rows(count: int) -> list[tuple[int, bytes, int, date]]:
    return [(1 + number % 17, number.to_bytes(16, "big"), number, date(2020, 1, 1)) for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 19, 20, 12_345])
def test_every_inserted_row_is_there_with_the_defaults_of_the_model(sessions: Sessions, count: int) -> None:
    with sessions.begin() as session:
        assert insert_rows(session, KEYS, KEY_COLUMNS, iter(key_rows(count))) == count
    with sessions() as session:
        found = session.execute(select(PersonKey).order_by(PersonKey.person_id)).scalars().all()
    assert [(key.kind, key.hash, key.person_id, key.valid_from) for key in found] == key_rows(count)
    assert all(key.valid_to == OPEN_DATE for key in found)


@pytest.mark.parametrize("rows", [1, 30])
def test_texts_with_tabs_backslashes_and_line_ends_come_back_unchanged(sessions: Sessions, rows: int) -> None:
    naughty = '\\N \\t\ttab\nline\r\n\\\\ «кавычки» ёЁ {"json": 1} \' %s :name'
    with sessions.begin() as session:
        given = [("clinic", f"{naughty}{number}", {"ключ": naughty, "n": number}) for number in range(rows)]
        insert_rows(session, ORGANISATIONS, ("kind", "name", "options"), given)
    with sessions() as session:
        found = session.execute(select(Organisation).order_by(Organisation.id)).scalars().all()
    assert [(row.kind, row.name, row.options) for row in found] == given
    assert {(row.short_name, row.parent_id, row.active) for row in found} == {("", None, True)}


def test_reserved_ids_are_given_to_nobody_else(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
    with sessions.begin() as session:
        first = list(reserve_ids(session, ORGANISATIONS, 3))
        second = list(reserve_ids(session, ORGANISATIONS, 2))
        assert len(set(first + second)) == 5
        insert_rows(
            session, ORGANISATIONS, ("id", "kind", "name"), [(number, "clinic", "МО") for number in first + second]
        )
    with sessions.begin() as session:
        session.add(added := Organisation(kind="clinic", name="ещё"))
        session.flush()
        assert added.id not in first + second


@pytest.mark.parametrize("count", [0, 1, 150, 5_000])
def test_a_probe_joins_rows_of_memory_with_a_table(sessions: Sessions, count: int) -> None:
    with sessions.begin() as session:
        insert_rows(session, KEYS, KEY_COLUMNS, key_rows(1_000))
    with sessions() as session:
        wanted = [(number, 1 + number % 17, number.to_bytes(16, "big"), None) for number in range(count)]
        columns = [("rec", Integer), ("kind", SmallInteger), ("hash", LargeBinary), ("on", Date())]
        batch = probe(session, columns, wanted)
        joined = select(batch.c.rec, PersonKey.person_id, batch.c.on).join(
            PersonKey, (PersonKey.kind == batch.c.kind) & (PersonKey.hash == batch.c.hash)
        )
        found = session.execute(joined).all()
    assert sorted(tuple(row) for row in found) == [(number, number, None) for number in range(min(count, 1_000))]


def test_dates_of_a_probe_compare_with_dates_of_a_table(sessions: Sessions) -> None:
    with sessions.begin() as session:
        insert_rows(session, KEYS, KEY_COLUMNS, key_rows(3))
        batch = probe(session, [("on", Date)], [(date(2020, 1, 1),), (date(2019, 12, 31),)])
        found = session.execute(
            select(batch.c.on, PersonKey.person_id).join(PersonKey, PersonKey.valid_from <= batch.c.on)
        ).all()
    assert sorted(found) == [(date(2020, 1, 1), number) for number in range(3)]


def test_a_big_probe_needs_no_write_lock_on_sqlite(sqlite_url: str) -> None:
    engine = create_hub_engine(sqlite_url)
    sessions = session_factory(engine)
    with sessions.begin() as writer:
        writer.add(Organisation(kind="fund", name="Фонд"))
        writer.flush()
        with sessions() as reader:
            batch = probe(reader, [("rec", Integer)], [(number,) for number in range(1_000)])
            assert len(reader.execute(select(batch.c.rec)).all()) == 1_000
    engine.dispose()


def test_temporary_tables_go_when_the_connection_goes_back(sqlite_url: str) -> None:
    engine = create_hub_engine(sqlite_url)
    sessions = session_factory(engine)
    for _ in range(3):
        with sessions() as session:
            probe(session, [("rec", Integer)], [(number,) for number in range(1_000)])
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_temp_master")).scalar() == 0
    engine.dispose()


def test_a_reader_never_waits_for_a_writer_and_sees_only_what_is_committed(sessions: Sessions) -> None:
    with sessions.begin() as writer:
        writer.add(Organisation(kind="fund", name="Фонд"))
        writer.flush()
        started = time.monotonic()
        with sessions() as reader:
            assert reader.execute(select(Organisation)).all() == []
        assert time.monotonic() - started < 1
    with sessions() as reader:
        assert len(reader.execute(select(Organisation)).all()) == 1


def test_what_was_read_before_another_commit_does_not_break_a_later_write(sessions: Sessions) -> None:
    with sessions() as slow:
        assert slow.execute(select(Organisation)).all() == []
        with sessions.begin() as quick:
            quick.add(Organisation(kind="fund", name="Фонд"))
        slow.add(Organisation(kind="clinic", name="МО"))
        slow.commit()
    with sessions() as reader:
        assert len(reader.execute(select(Organisation)).all()) == 2


def test_many_writers_of_one_row_lose_no_update(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Secret(name="counter", value=b"0"))

    def add_ten() -> None:
        for _ in range(10):
            with sessions.begin() as session:
                advisory_lock(session, "counter")
                counter = session.get_one(Secret, "counter")
                counter.value = str(int(counter.value) + 1).encode()

    threads = [threading.Thread(target=add_ten) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert session.get_one(Secret, "counter").value == b"80"


def test_a_savepoint_takes_back_only_its_part(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
        session.flush()
        savepoint = session.begin_nested()
        session.add(Organisation(kind="clinic", name="лишняя"))
        session.flush()
        savepoint.rollback()
    with sessions() as session:
        assert [row.kind for row in session.execute(select(Organisation)).scalars()] == ["fund"]


def test_a_savepoint_before_the_first_write_takes_back_what_follows(sessions: Sessions) -> None:
    with sessions.begin() as session:
        outer = session.begin_nested()
        inner = session.begin_nested()
        session.add(Organisation(kind="clinic", name="лишняя"))
        session.flush()
        inner.rollback()
        session.add(Organisation(kind="fund", name="Фонд"))
        outer.commit()
    with sessions() as session:
        assert [row.kind for row in session.execute(select(Organisation)).scalars()] == ["fund"]


def test_a_savepoint_takes_back_many_rows_copied_after_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
        session.flush()
        released = session.begin_nested()
        session.execute(insert(Organisation), [{"kind": "clinic", "name": f"МО {n}"} for n in range(3)])
        released.commit()
        taken_back = session.begin_nested()
        insert_rows(session, KEYS, KEY_COLUMNS, key_rows(50))
        taken_back.rollback()
        session.add(Organisation(kind="insurer", name="СМО"))
    with sessions() as session:
        kinds = [row.kind for row in session.execute(select(Organisation).order_by(Organisation.id)).scalars()]
        assert kinds == ["fund", "clinic", "clinic", "clinic", "insurer"]
        assert session.execute(select(PersonKey)).all() == []


def test_a_statement_that_failed_after_a_savepoint_is_undone_with_it_alone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
        session.flush()
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text("SELECT nothing FROM nowhere"))
        session.add(Organisation(kind="clinic", name="МО"))
    with sessions() as session:
        assert len(session.execute(select(Organisation)).all()) == 2


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = create_hub_engine(postgresql_url)
    yield engine
    engine.dispose()


def test_what_was_kept_for_an_answer_stays_on_the_server_until_it_is_looked_at(postgresql_engine: Engine) -> None:
    cursors: list[str | None] = []
    with session_factory(postgresql_engine).begin() as session:
        session.execute(text("CREATE TEMPORARY TABLE record (packet_id bigint, position integer, answer json)"))
        session.execute(
            text("INSERT INTO record SELECT 1, n, json_build_object('n', n) FROM generate_series(1, 5000) n")
        )
        event.listen(postgresql_engine, "before_cursor_execute", lambda *given: cursors.append(given[1].name))
        assert [told["n"] for told in kept_answers(session, 1)] == list(range(1, 5001))
        session.rollback()
    assert len(cursors) == 1
    assert cursors[0]  # only a cursor with a name is one of the server's


def test_a_savepoint_costs_postgresql_no_statement_of_its_own(postgresql_engine: Engine) -> None:
    said: list[str] = []
    event.listen(postgresql_engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with session_factory(postgresql_engine).begin() as session:
        with session.begin_nested():
            session.execute(text("SELECT 1"))
        with session.begin_nested():
            pass
    assert len(said) == 1


def test_writes_are_made_together_with_the_defaults_of_the_model(sessions: Sessions) -> None:
    naughty = '\\N \t «кавычки» ёЁ {"json": 1} \' %s :name'
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
        session.flush()
        number = session.execute(select(Organisation.id)).scalar_one()
        writes = Writes(session)
        writes.insert(ORGANISATIONS, ("kind", "name", "options"), [("clinic", naughty, {"ключ": naughty})] * 3)
        writes.insert(KEYS, KEY_COLUMNS, [])
        writes.insert_one(Secret.__table__, {"name": "together", "value": b"\0\xff"})
        writes.change(ORGANISATIONS, number, {"name": "Фонд ОМС", "active": False})
        writes.send()
    with sessions() as session:
        fund, *clinics = session.execute(select(Organisation).order_by(Organisation.id)).scalars()
        assert (fund.name, fund.active, fund.kind) == ("Фонд ОМС", False, "fund")
        assert [(one.name, one.options, one.short_name, one.active) for one in clinics] == [
            (naughty, {"ключ": naughty}, "", True)
        ] * 3
        assert session.get_one(Secret, "together").value == b"\0\xff"


def test_a_statement_lasts_no_longer_than_its_transaction_allows(postgresql_engine: Engine) -> None:
    sessions = session_factory(postgresql_engine)
    with sessions() as session:
        end_statements_after(session.connection(), 0.1)
        with pytest.raises(DBAPIError) as ended:
            session.execute(text("SELECT pg_sleep(20)"))
    assert is_out_of_time(ended.value)
    assert not is_passing(ended.value)
    with sessions.begin() as session:
        assert session.execute(text("SHOW statement_timeout")).scalar() == "0"


def test_a_connection_that_went_away_while_idle_is_replaced(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.store.engine.IDLE_SECONDS", 0.0)
    with postgresql_engine.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    other = create_hub_engine(postgresql_engine.url.render_as_string(hide_password=False))
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": number})
    other.dispose()
    with postgresql_engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1


def test_reading_under_a_savepoint_keeps_no_writer_waiting(sessions: Sessions) -> None:
    with sessions.begin() as slow:
        nested = slow.begin_nested()
        assert slow.execute(select(Organisation)).all() == []
        with sessions.begin() as quick:
            quick.add(Organisation(kind="fund", name="Фонд"))
        slow.add(Organisation(kind="clinic", name="МО"))
        nested.commit()
    with sessions() as session:
        assert len(session.execute(select(Organisation)).all()) == 2


def test_a_rolled_back_transaction_leaves_nothing(sessions: Sessions) -> None:
    with sessions() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
        session.flush()
        session.rollback()
    with sessions() as session:
        assert session.execute(select(Organisation)).all() == []


def test_a_foreign_key_to_nothing_is_refused(sessions: Sessions) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"), sessions.begin() as session:
        session.add(Organisation(kind="clinic", name="МО", parent_id=12345))


def test_only_one_connection_leads_on_postgresql(postgresql_url: str) -> None:
    engine = create_hub_engine(postgresql_url)
    with engine.connect() as first, engine.connect() as second:
        assert is_leader(first, "scheduler")
        assert is_leader(first, "scheduler")
        assert not is_leader(second, "scheduler")
        assert is_leader(second, "another name")
        first.detach()
        first.connection.close()
    with engine.connect() as third:
        deadline = time.monotonic() + 5
        while not (led := is_leader(third, "scheduler")) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert led
    engine.dispose()


def test_a_locked_database_and_an_absent_server_pass_and_a_wrong_statement_does_not(
    sqlite_url: str, engine: Engine
) -> None:
    with pytest.raises(OperationalError) as away, create_hub_engine("postgresql://nobody@127.0.0.1:1/none").connect():
        pass
    assert is_passing(away.value)
    holder, other = create_hub_engine(sqlite_url), create_hub_engine(sqlite_url)
    with holder.connect() as first, other.connect() as second:
        start_writing(first)
        second.exec_driver_sql("PRAGMA busy_timeout = 10")
        with pytest.raises(OperationalError) as busy:
            start_writing(second)
        with pytest.raises(OperationalError) as busy_too:
            second.execute(insert(Organisation).values(kind="fund", name="Фонд", options={}))
    assert is_passing(busy.value)
    assert is_passing(busy_too.value)
    with pytest.raises(Exception, match=r"(?i)syntax|near") as wrong, engine.connect() as connection:
        connection.execute(text("SELEC 1"))
    assert not is_passing(wrong.value)
    holder.dispose()
    other.dispose()


def test_moments_come_back_aware_and_equal(sessions: Sessions) -> None:
    moment = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    with sessions.begin() as session:
        insert_rows(session, Setting.__table__, ("name", "value", "changed_at"), [("a", "1", moment)])
        rows = [(f"b{number}", "1", moment) for number in range(25)]
        insert_rows(session, Setting.__table__, ("name", "value", "changed_at"), rows)
    with sessions() as session:
        assert {row.changed_at for row in session.execute(select(Setting)).scalars()} == {moment}
