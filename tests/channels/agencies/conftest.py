"""A database with departments and people, made once for each kind of database; every test takes back what it did."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.agencies.hub import AgenciesHub, agencies_hub, prepare
from tests.fixtures.databases import postgresql_database


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("agencies")
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite'), folder / 'hub.sqlite3')}"
        prepare(url, folder)
        yield url
    else:
        with postgresql_database(request.getfixturevalue("migrated_postgresql")) as url:
            prepare(url, folder)
            yield url


@pytest.fixture
def hub(prepared: str, tmp_path: Path) -> Iterator[AgenciesHub]:
    with agencies_hub(prepared, tmp_path) as hub:
        yield hub
