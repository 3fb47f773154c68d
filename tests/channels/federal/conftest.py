from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.channels.federal.hub import FederalHub
from tests.channels.federal.service import FederalService, serving


@pytest.fixture
def service() -> Iterator[FederalService]:
    with serving() as found:
        yield found


@pytest.fixture
def hub(sessions: sessionmaker[Session], tmp_path: Path, service: FederalService) -> FederalHub:
    """A hub on either database that asks the service."""
    return FederalHub(sessions, tmp_path, service=service)
