"""The way a database comes to the present tables: one Alembic history for SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url

from registry.store.engine import create_hub_engine, start_writing
from registry.store.locks import lock_number

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
LOCK = "hub migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """The configuration of Alembic without a file; with a connection its migrations run on that one."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d_%%(slug)s")
    config.set_main_option("truncate_slug_length", "60")
    return config


def upgrade_database(url: str) -> None:
    """Bring a database to the newest tables in one transaction; a second process that tries waits and finds it done."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and database.database:
        Path(database.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_hub_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            upgrade_connection(connection)
    finally:
        engine.dispose()


def upgrade_connection(connection: Connection) -> None:
    """Bring the database of this connection to the newest tables and commit."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # tables are rebuilt; only outside a transaction
        start_writing(connection)
    else:
        # another process may be at it on a slow machine; a table somebody uses is no reason to stand still
        connection.exec_driver_sql("SET LOCAL lock_timeout = '5min'")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (lock_number(LOCK),))
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    command.upgrade(alembic_config(connection), "head")
    if sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            connection.rollback()
            raise RuntimeError(f"a migration broke a foreign key of {broken[0]}")
    connection.commit()
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def is_current(engine: Engine) -> bool:
    """True when the database has every migration of this release."""
    heads = set(ScriptDirectory.from_config(alembic_config()).get_heads())
    with engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == heads
