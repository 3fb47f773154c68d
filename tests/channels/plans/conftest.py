"""Databases with participants and people, made once and copied for every test about plans."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.plans.hub import PlansHub, plans_hub, prepare
from tests.fixtures.databases import postgresql_database


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database with participants and people, for tests to copy."""
    folder = tmp_path_factory.mktemp("plans")
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), folder / 'prepared.sqlite3')}"
        prepare(url, folder)
        yield url
    else:
        with postgresql_database(request.getfixturevalue("migrated_postgresql")) as url:
            prepare(url, folder)
            yield url


@pytest.fixture
def hub(prepared: str, tmp_path: Path) -> Iterator[PlansHub]:
    if prepared.startswith("sqlite"):
        copy = shutil.copy(prepared.removeprefix("sqlite:///"), tmp_path / "hub.sqlite3")
        with plans_hub(f"sqlite:///{copy}") as hub:
            yield hub
    else:
        with postgresql_database(prepared.rpartition("/")[2]) as url, plans_hub(url) as hub:
            yield hub
