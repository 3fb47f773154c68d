"""A registry of invented people in a PostgreSQL database of its own, for benchmarks of loading and searching."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

from registry.core.clock import FixedClock
from registry.insured.generator.population import write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import LoadReport, load_people
from registry.store.engine import create_hub_engine, session_factory
from registry.store.migration import is_current, upgrade_database

SERVER = os.environ.get("HUB_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/")
LOADED = datetime(2026, 11, 1, 12, tzinfo=UTC)


@contextmanager
def scratch_database() -> Iterator[str]:
    """A PostgreSQL database with every table that lives as long as the block."""
    name = f"hub_bench_{uuid.uuid4().hex[:12]}"
    run_on_server(f"CREATE DATABASE {name}")
    try:
        url = f"{SERVER}{name}"
        upgrade_database(url)
        yield url
    finally:
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def registry_of(people: int, seed: int, keep: str = "") -> Iterator[tuple[str, Path]]:
    """A loaded registry of so many invented people and the file they came from.

    Both are gone after the block, unless ``keep`` names a folder: there the file stays, and the database beside it on
    the server, for the next run that asks for the same people, however it measures them.
    """
    if not keep:
        with tempfile.TemporaryDirectory() as folder, scratch_database() as url:
            path = Path(folder) / "people.csv"
            write_people_csv(path, people, seed)
            load_registry(url, path)
            yield url, path
        return
    name = f"hub_bench_kept_{people}_{seed}"
    path, url = Path(keep) / f"people_{people}_{seed}.csv", f"{SERVER}{name}"
    if not (path.exists() and _is_loaded(url)):
        run_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_people_csv(path, people, seed)
        run_on_server(f"CREATE DATABASE {name}")
        upgrade_database(url)
        load_registry(url, path)
        run_on_server(f"COMMENT ON DATABASE {name} IS '{WHOLE}'")
    yield url, path


WHOLE = "people are loaded"  # what a kept database is known by that no broken run left behind


def _is_loaded(url: str) -> bool:
    """Whether a kept database is whole and has the present tables."""
    name = url.rpartition("/")[2]
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with closing(psycopg2.connect(f"{SERVER}postgres")) as connection, connection.cursor() as cursor:
        cursor.execute(query, (name,))
        if cursor.fetchone() != (WHOLE,):
            return False
    engine = create_hub_engine(url)
    try:
        return is_current(engine)
    finally:
        engine.dispose()


def run_on_server(statement: str) -> None:
    """Runs what may not stand in a transaction."""
    with closing(psycopg2.connect(f"{SERVER}postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


def load_registry(url: str, path: Path) -> LoadReport:
    """The people of a CSV in the registry, committed."""
    engine = create_hub_engine(url)
    try:
        with session_factory(engine).begin() as session:
            report = load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
    finally:
        engine.dispose()
    _vacuum(url)
    return report


def _vacuum(url: str) -> None:
    """What PostgreSQL does by itself within minutes where autovacuum is not switched off: indexes are read alone."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def moment() -> datetime:
    """A moment after the load: everything is recorded."""
    return LOADED.replace(day=20)
