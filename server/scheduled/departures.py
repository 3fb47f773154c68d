"""Every former clinic learns on the day it takes effect who has left it."""

from __future__ import annotations

import structlog

from registry.exchange.departures import tell_departures
from server.bootstrap import Hub

log = structlog.get_logger("hub.departures")


def tell_of_departures(hub: Hub) -> None:
    """Send the lists that are due; a second turn finds them sent."""
    with hub.sessions.begin() as session:
        told = tell_departures(session, hub.context)
    if told:
        log.info("departures told", clinics=len(told), people=sum(told.values()))
