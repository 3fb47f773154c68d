"""A whole hub behind the SOAP channel for tests: a real database, invented participants, the real pipeline."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import SystemClock
from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_account, register_organisation
from registry.store.engine import create_hub_engine, session_factory
from soap.app import create_application

LOGIN = "07999"
PASSWORD = "Прогулка-по-набережной-17"
ZONE = ZoneInfo("Europe/Samara")


@dataclass(frozen=True, slots=True)
class Hub:
    """The application with the database behind it."""

    application: Any
    sessions: sessionmaker[Session]
    context: HubContext


def seed(sessions: sessionmaker[Session], clock: SystemClock) -> None:
    """A fund, a clinic that may call every contract, an insurer."""
    with sessions.begin() as session:
        register_organisation(session, kind="fund", name="Фонд", codes={"tf": "63", "dcexchange": "9007"})
        clinic = register_organisation(
            session, kind="clinic", name="Поликлиника", codes={"mcod": "630001", "dcexchange": LOGIN}
        )
        register_organisation(session, kind="insurer", name="Страховая", codes={"smocod": "63001"})
        register_account(
            session,
            login=LOGIN,
            password=PASSWORD,
            organisation_id=clinic.id,
            role="service",
            title="Программа поликлиники",
            clock=clock,
        )


def hub_context() -> HubContext:
    """The context of a hub as it runs, by the clock of this machine."""
    return HubContext(catalog=collect(), clock=SystemClock(ZONE), fund_code="63", timezone=ZONE)


@contextmanager
def hub_application(migrated: Path, folder: Path) -> Iterator[Hub]:
    """A hub on a copy of a migrated SQLite file."""
    database = folder / "hub.sqlite3"
    shutil.copy(migrated, database)
    engine = create_hub_engine(f"sqlite:///{database}")
    sessions = session_factory(engine)
    context = hub_context()
    seed(sessions, SystemClock(ZONE))
    yield Hub(create_application(sessions, context), sessions, context)
    engine.dispose()
