"""A hub that asks a federal register over HTTP before it asks the central segment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine

from registry.exchange.broker import EmbeddedBroker
from registry.exchange.options import set_options
from server.bootstrap import Hub
from server.scheduled.federal import ask_federal_register
from server.settings import Settings
from tests.channels.central.hub import CentralHub
from tests.channels.federal.service import TOKEN, FederalService
from tests.channels.insurers.hub import NOW


@dataclass
class FederalHub(CentralHub):
    """Both registers are switched on; the federal one is the service."""

    service: FederalService = field(kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.set(ferzl_exchange=True, ferzl_address=self.service.address, ferzl_timeout=1)

    def set(self, **values: Any) -> None:
        """Change settings."""
        with self.sessions.begin() as session:
            set_options(session, values, NOW)
        self.context.remembered.forget()

    def ask(self, token: str = TOKEN) -> None:
        """One turn of the scheduler."""
        ask_federal_register(self.installed(token))

    def installed(self, token: str = TOKEN) -> Hub:
        """The hub as commands and the scheduler have it."""
        settings = Settings.from_environment({"HUB_DATA_DIR": str(self.folder), "HUB_FERZL_TOKEN": token})
        engine = self.sessions.kw["bind"]
        assert isinstance(engine, Engine)
        broker = EmbeddedBroker(self.sessions, self.clock)
        return Hub(settings, engine, self.sessions, self.context, broker)

    def later(self, **by: float) -> None:
        """Move the clock."""
        self.clock.moment += timedelta(**by)
