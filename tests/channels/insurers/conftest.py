from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from registry.store.engine import create_hub_engine, session_factory
from tests.channels.insurers.hub import InsurersHub


@pytest.fixture
def hub(sqlite_url: str, tmp_path: Path) -> InsurersHub:
    """A hub with two insurers: what is read and answered does not depend on the database."""
    return InsurersHub(session_factory(create_hub_engine(sqlite_url)), tmp_path)


@pytest.fixture
def both(sessions: sessionmaker[Session], tmp_path: Path) -> InsurersHub:
    """The same on either database, for tests of what is written."""
    return InsurersHub(sessions, tmp_path)
