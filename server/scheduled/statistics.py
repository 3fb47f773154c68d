"""The count of the registry of every day."""

from __future__ import annotations

import structlog

from registry.insured.statistics.operations import count_registry, counted_on
from server.bootstrap import Hub

log = structlog.get_logger("hub.statistics")


def count_day(hub: Hub) -> None:
    """Count today's registry once; a second turn finds it counted."""
    clock = hub.context.clock
    with hub.sessions.begin() as session:
        if counted_on(session, clock.today()):
            return
        people = count_registry(session, clock.today(), clock.now())
    log.info("registry counted", people=people)
