from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from registry.store.engine import create_hub_engine, session_factory
from tests.channels.central.hub import CentralHub


@pytest.fixture
def hub(sqlite_url: str, tmp_path: Path) -> CentralHub:
    """A hub with the central segment: what is read and answered does not depend on the database."""
    return CentralHub(session_factory(create_hub_engine(sqlite_url)), tmp_path)


@pytest.fixture
def both(sessions: sessionmaker[Session], tmp_path: Path) -> CentralHub:
    """The same on either database."""
    return CentralHub(sessions, tmp_path)
