"""A hub that takes events, on either database: two clinics, an insurer, and invented people of all ages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from registry.exchange.operations.register import register_account, register_organisation
from registry.insured.generator.lines import PersonLine
from registry.store.engine import create_hub_engine, session_factory
from soap.app import create_application
from tests.channels.events.calls import FOREIGN_LOGIN, FUND_LOGIN, INSURER_LOGIN, TODAY, born
from tests.channels.soap_hub import CLOCK, PASSWORD, Hub, hub_context, load_invented_people, seed
from tests.fixtures.databases import postgresql_database


@dataclass(frozen=True)
class EventsHub:
    """A hub with its grown-up and under-age people: ``known`` are never accepted, the others are taken once each."""

    hub: Hub
    known: list[PersonLine]
    adults: Iterator[PersonLine]
    children: Iterator[PersonLine]
    insured_here: Iterator[PersonLine]


def _further(session: Session) -> None:
    """Another clinic, and programs of the insurer, of that clinic and of the fund."""
    other = register_organisation(session, kind="clinic", name="Другая поликлиника", codes={"mcod": "630002"})
    fund = register_organisation(session, kind="fund", name="Программы фонда", codes={})
    insurer = register_organisation(session, kind="insurer", name="Страховая с программой", codes={"smocod": "63002"})
    for login, organisation in ((FOREIGN_LOGIN, other), (INSURER_LOGIN, insurer), (FUND_LOGIN, fund)):
        register_account(
            session,
            login=login,
            password=PASSWORD,
            organisation_id=organisation.id,
            role="service",
            title=login,
            clock=CLOCK,
        )


@contextmanager
def events_hub(url: str, folder: Path) -> Iterator[EventsHub]:
    """A hub on an empty migrated database."""
    engine = create_hub_engine(url)
    sessions = session_factory(engine)
    context = hub_context()
    seed(sessions, CLOCK)
    with sessions.begin() as session:
        _further(session)
    hub = Hub(create_application(sessions, context), sessions, context)
    people = load_invented_people(hub, folder, 700)
    adults = [one for one in people if 21 <= TODAY.year - born(one).year < 90]
    insured = [one for one in adults if one.insurer_code == "63002"]
    rest = [one for one in adults if one.insurer_code != "63002"]
    children = [one for one in people if 1 <= TODAY.year - born(one).year < 17]
    known, free = rest[:20], rest[20:]
    yield EventsHub(hub, known, iter(free), iter(children), iter(insured))
    engine.dispose()


@contextmanager
def hub_on(server: str, migrated: Path, template: str, folder: Path) -> Iterator[EventsHub]:
    """A hub on a copy of a migrated database of this sort."""
    if server == "sqlite":
        shutil.copy(migrated, folder / "hub.sqlite3")
        with events_hub(f"sqlite:///{folder / 'hub.sqlite3'}", folder) as hub:
            yield hub
    else:
        with postgresql_database(template) as url, events_hub(url, folder) as hub:
            yield hub
