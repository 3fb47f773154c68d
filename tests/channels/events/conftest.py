"""Hubs for events, one for each database and test module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.events.hubs import EventsHub, hub_on


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EventsHub]:
    """A hub that takes events."""
    template = request.getfixturevalue("migrated_postgresql") if request.param == "postgresql" else ""
    with hub_on(request.param, migrated_sqlite, template, tmp_path_factory.mktemp("events")) as hub:
        yield hub
