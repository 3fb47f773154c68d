"""A row of every table comes back from a backup as it was, in either database, and a broken file brings none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    inspect,
    select,
)
from sqlalchemy.orm import Session, sessionmaker

from migrations.tables import all_tables
from registry.core.errors import Permanent
from registry.store.base import Moment
from server.backups import compare_backup, make_backup, restore_backup
from server.bootstrap import Hub, build_hub
from server.settings import Settings
from tests.fixtures.databases import postgresql_database

MOMENT = datetime(2026, 11, 29, 9, 30, 15, 123456, tzinfo=UTC)


def value_of(column: Column[Any], number: int) -> Any:
    """A value of the kind of a column, of everything that is hard to carry."""
    kind = column.type
    if isinstance(kind, Moment | DateTime):
        return MOMENT
    if isinstance(kind, Date):
        return date(2026, 11, number)
    if isinstance(kind, LargeBinary):
        return bytes(range(256)) + bytes([number])
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Float):
        return 0.1 * number
    if isinstance(kind, Integer):
        return number
    if isinstance(kind, String):
        return f'ё\\"{number}\n'[: kind.length or 40] if (kind.length or 40) > 3 else str(number)[: kind.length]
    if isinstance(kind, JSON) or "JSON" in str(kind):
        return {"имя": "Ё \\ \" '", "числа": [1, 2.5, None, True]}
    raise AssertionError(f"{column}: no value for {kind!r}")


def fill(session: Session, table: Table) -> None:
    """Two rows with every column set, so that nothing is left to a default."""
    for number in (1, 2):
        row = {column.name: value_of(column, number) for column in table.columns}
        session.execute(table.insert().values(row))


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Hub]:
    environ = {"HUB_DATABASE_URL": url, "HUB_DATA_DIR": str(folder), "HUB_SECRET_KEY": "k" * 64}
    hub = build_hub(Settings.from_environment(environ))
    yield hub
    hub.close()


@pytest.fixture
def full(database_url: str, sessions: sessionmaker[Session], tmp_path: Path) -> Iterator[Hub]:
    """A hub whose every table has rows."""
    with opened(database_url, tmp_path / "full") as hub:
        with hub.sessions.begin() as session:
            if hub.engine.dialect.name == "sqlite":
                session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for table in all_tables().sorted_tables:
                fill(session, table)
        yield hub


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_row_of_every_table_comes_back_as_it_was(full: Hub, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "copy.hubbackup"
    made = make_backup(full, path)
    tables = all_tables().sorted_tables
    assert {name for name, one in made.tables.items() if one.rows < 2} == set()
    assert set(made.tables) | {"alembic_version"} == set(inspect(full.engine).get_table_names())
    with ExitStack() as stack:
        url = (
            f"sqlite:///{tmp_path / 'new.sqlite3'}" if kind == "sqlite" else stack.enter_context(postgresql_database())
        )
        restored = stack.enter_context(opened(url, tmp_path / "new"))
        assert restore_backup(restored, path).tables == made.tables
        assert compare_backup(restored, path)[1] == []
        with full.sessions() as before, restored.sessions() as after:
            for table in tables:
                count = select(func.count()).select_from(table)
                assert before.scalar(count) == after.scalar(count), table.name


def test_a_file_cut_off_anywhere_brings_no_row(full: Hub, tmp_path: Path) -> None:
    path = tmp_path / "copy.hubbackup"
    make_backup(full, path)
    whole = path.read_bytes()
    with ExitStack() as stack:
        if full.engine.dialect.name == "sqlite":
            url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
        else:
            url = stack.enter_context(postgresql_database())
        restored = stack.enter_context(opened(url, tmp_path / "new"))
        for share in range(1, 20):
            path.write_bytes(whole[: len(whole) * share // 20])
            with pytest.raises(Permanent, match="не годится"):
                restore_backup(restored, path)
        path.write_bytes(whole[:-1])
        with pytest.raises(Permanent, match="не годится"):
            restore_backup(restored, path)
        path.write_bytes(whole)
        restore_backup(restored, path)  # nothing stood in its way
