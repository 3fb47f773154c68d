"""A registry of invented people in a PostgreSQL database of its own, for benchmarks of loading and searching."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg2

from registry.core.clock import FixedClock
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import LoadReport, load_people
from registry.store.engine import create_hub_engine, session_factory
from registry.store.migration import upgrade_database

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
            return load_people(session, path, secret=ensure_key_secret(session), clock=FixedClock(LOADED))
    finally:
        engine.dispose()


def moment() -> datetime:
    """A moment after the load: everything is recorded."""
    return LOADED.replace(day=20)
