"""Puts a hub together from its settings: the only place where the parts meet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import SystemClock
from registry.exchange.broker import Broker, EmbeddedBroker
from registry.exchange.context import HubContext, Limits
from registry.store.engine import create_hub_engine, session_factory
from registry.store.migration import is_current, upgrade_database
from server import logs
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub ready to work: what entry points take their sessions, their context and their broker from."""

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    context: HubContext
    broker: Broker

    def close(self) -> None:
        """Let go of the broker and of the connections to the database."""
        self.broker.close()
        self.engine.dispose()


def build_hub(settings: Settings) -> Hub:
    """Return a hub; nothing is connected yet and no thread runs, so a process may still fork."""
    from registry.catalog import collect  # loads every description: only what needs a hub pays for it

    engine = create_hub_engine(settings.database_url)
    sessions = session_factory(engine)
    context = HubContext(
        catalog=collect(),
        clock=SystemClock(settings.timezone),
        fund_code=settings.fund_code,
        timezone=settings.timezone,
        default_dialect=settings.dialect,
        limits=Limits(upload=settings.max_upload_bytes),
    )
    return Hub(settings, engine, sessions, context, _broker(settings, sessions, context))


def prepare_database(settings: Settings) -> None:
    """Create the database or bring it to this release, with what every installation must have."""
    from server.seeding import seed

    upgrade_database(settings.database_url)
    hub = build_hub(settings)
    try:
        with hub.sessions.begin() as session:
            seed(session, hub.context)
    finally:
        hub.close()


def is_prepared(hub: Hub) -> bool:
    """True when the database has the tables of this release."""
    return is_current(hub.engine)


def settings_of(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment, with the log set up as they say."""
    settings = Settings.from_environment(environ)
    logs.configure(settings.log_level)
    return settings


@cache
def hub_of_environment() -> Hub:
    """The one hub of this process, made of its environment."""
    return build_hub(settings_of(os.environ))


def _broker(settings: Settings, sessions: sessionmaker[Session], context: HubContext) -> Broker:
    if settings.broker_url is None:
        return EmbeddedBroker(sessions, context.clock)
    from server.worker.rabbit import RabbitBroker

    return RabbitBroker(settings.broker_url)
