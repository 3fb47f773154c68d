"""The hub of these tests, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.dcx.attached import attached_hub
from tests.channels.hospital.hub import HospitalHub


@pytest.fixture
def hub(database_url: str, tmp_path: Path) -> Iterator[HospitalHub]:
    with attached_hub(database_url, tmp_path) as hub:
        yield hub
