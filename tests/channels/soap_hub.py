"""A whole hub behind the SOAP channel for tests: a real database, invented participants, the real pipeline."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from registry.catalog import collect
from registry.core.clock import Clock, FixedClock
from registry.exchange.context import HubContext
from registry.exchange.operations.register import register_account, register_organisation
from registry.insured.generator.lines import PersonLine
from registry.insured.generator.population import read_people_csv, write_people_csv
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.store.engine import create_hub_engine, session_factory
from soap.app import create_application

LOGIN = "07999"
PASSWORD = "Прогулка-по-набережной-17"
ZONE = ZoneInfo("Europe/Samara")
CLOCK = FixedClock(datetime(2026, 11, 20, 12, 0, tzinfo=ZONE))  # the generator knows its people until that month


@dataclass(frozen=True, slots=True)
class Hub:
    """The application with the database behind it."""

    application: Any
    sessions: sessionmaker[Session]
    context: HubContext


def seed(sessions: sessionmaker[Session], clock: Clock) -> None:
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


def load_invented_people(hub: Hub, folder: Path, number: int = 40) -> list[PersonLine]:
    """Loads people of the project's own generator and returns those with one open policy and a clinic of their own."""
    path = folder / "people.csv"
    write_people_csv(path, number, seed=7)
    with hub.sessions.begin() as session:
        load_people(session, path, secret=ensure_key_secret(session), clock=CLOCK)
    lines: dict[str, list[PersonLine]] = {}
    for line in read_people_csv(path):
        lines.setdefault(line.person_key, []).append(line)
    alone = [one[0] for one in lines.values() if len(one) == 1]
    return [one for one in alone if one.enp and one.clinic_code and not one.insured_to and not one.died_on]


def hub_context() -> HubContext:
    """The context of a hub as it runs, on a day that stands still."""
    return HubContext(catalog=collect(), clock=CLOCK, fund_code="63", timezone=ZONE)


@contextmanager
def hub_application(migrated: Path, folder: Path) -> Iterator[Hub]:
    """A hub on a copy of a migrated SQLite file."""
    database = folder / "hub.sqlite3"
    shutil.copy(migrated, database)
    engine = create_hub_engine(f"sqlite:///{database}")
    sessions = session_factory(engine)
    context = hub_context()
    seed(sessions, CLOCK)
    yield Hub(create_application(sessions, context), sessions, context)
    engine.dispose()
