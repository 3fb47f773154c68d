"""The history of the database ends with the tables of the models, on both databases, whoever runs it."""

import multiprocessing
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, inspect
from sqlalchemy.orm import Session, sessionmaker

from migrations.tables import all_tables
from migrations.write import VERSIONS
from registry.exchange.tables import Organisation
from registry.store.engine import create_hub_engine
from registry.store.migration import alembic_config, is_current, upgrade_connection, upgrade_database
from tests.fixtures.databases import postgresql_database

Sessions = sessionmaker[Session]


def scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(alembic_config())


def test_the_history_ends_with_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, all_tables()) == []


def test_indexes_of_open_facts_are_partial_on_both_databases(engine: Engine) -> None:
    found = {index["name"]: index for index in inspect(engine).get_indexes("attachment")}
    options = found["uq_attachment_open"]["dialect_options"]
    assert "9999-12-31" in str(options[f"{engine.dialect.name}_where"])


def test_there_is_one_head_and_every_name_is_a_dated_sentence() -> None:
    assert len(scripts().get_heads()) == 1
    for path in VERSIONS.glob("*.py"):
        assert re.fullmatch(r"20\d\d_\d\d_\d\d_\d{4}_[a-z0-9_]+\.py", path.name)


def test_every_migration_says_what_it_does() -> None:
    for script in scripts().walk_revisions():
        assert script.doc
        assert len(script.doc.split()) >= 3


def test_going_down_takes_everything_back_and_going_up_again_works(engine: Engine) -> None:
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    assert not is_current(engine)
    with engine.connect() as connection:
        upgrade_connection(connection)
    assert set(inspect(engine).get_table_names()) == {"alembic_version", *all_tables().tables}
    assert is_current(engine)


def test_upgrading_again_changes_nothing(database_url: str, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(Organisation(kind="fund", name="Фонд"))
    upgrade_database(database_url)
    with sessions() as session:
        assert session.query(Organisation).count() == 1


@pytest.mark.parametrize("server", ["sqlite", "postgresql"])
def test_processes_that_start_together_upgrade_once(
    server: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if server == "sqlite":
        together(f"sqlite:///{tmp_path / 'new' / 'hub.sqlite3'}")
    else:
        request.getfixturevalue("migrated_postgresql")
        with postgresql_database() as url:
            together(url)


def together(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=upgrade_database, args=(url,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    engine = create_hub_engine(url)
    assert is_current(engine)
    engine.dispose()


def test_a_failing_migration_leaves_nothing_behind(
    database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
    newest = scripts().get_revision("head")
    assert newest is not None

    def break_off() -> None:
        raise RuntimeError("broken off")

    monkeypatch.setattr("alembic.script.base.Script._from_path", _broken(newest.path, break_off))
    with pytest.raises(RuntimeError, match="broken off"):
        upgrade_database(database_url)
    assert inspect(engine).get_table_names() in ([], ["alembic_version"])


def _broken(path: str, break_off: object) -> object:
    from alembic.script.base import Script

    genuine = Script._from_path.__func__  # type: ignore[attr-defined]  # a class method

    def from_path(scriptdir: ScriptDirectory, path_: Path) -> Script | None:
        script: Script | None = genuine(Script, scriptdir, path_)
        if script is not None and str(script.path) == str(path):
            script.module.upgrade = break_off  # type: ignore[attr-defined]  # what a migration defines
        return script

    return from_path


def test_a_database_of_nothing_is_not_current(tmp_path: Path) -> None:
    engine = create_hub_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert not is_current(engine)
    engine.dispose()


def test_every_table_has_a_primary_key_and_named_constraints() -> None:
    metadata: MetaData = all_tables()
    assert len(metadata.tables) > 20
    for table in metadata.tables.values():
        assert table.primary_key.columns
        assert all(constraint.name for constraint in table.constraints)
