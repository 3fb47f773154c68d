"""Duplicates in the registry: searched every night, and when somebody asks for it at the screen."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog

from registry.insured.twins.operations.searches import ask_search, take_search, was_asked
from server.bootstrap import Hub
from server.duplicates import engine_of, run_search

NIGHTLY = "nightly"
HOURS = 3

log = structlog.get_logger("hub.duplicates")


def search_duplicates(hub: Hub) -> None:
    """Ask for the search of this night, and do what was asked for."""
    clock = hub.context.clock
    with hub.sessions.begin() as session:
        if _is_due(hub):
            options = hub.context.options(session)
            morning = datetime.combine(clock.today(), time.min, hub.context.timezone)
            if not was_asked(session, NIGHTLY, morning, morning + timedelta(days=1)):
                ask_search(session, engine_of(str(options["duplicates_engine"])), NIGHTLY, clock.now())
        taken = take_search(session, clock.now())
        search_id = taken.id if taken is not None else None
        limit = int(hub.context.options(session)["duplicates_limit"])
    if search_id is not None:
        search = run_search(hub, search_id, limit=limit)
        log.info("duplicates searched", status=search.status, found=search.found, proposed=search.proposed)


def _is_due(hub: Hub) -> bool:
    """True in the three hours that begin with the one set; a hub started by day does not catch up the night."""
    now = hub.context.clock.now().astimezone(hub.context.timezone)
    with hub.sessions() as session:
        first = int(hub.context.options(session)["duplicates_hour"])
    return first <= now.hour < first + HOURS
