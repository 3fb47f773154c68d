"""What the clock does for insurers: files about what others did to their people, applications whose day has come."""

from __future__ import annotations

import structlog

from registry.exchange.operations.outgoing.insurer_files import send_insurer_files
from registry.insured.operations.finish_applications import finish_applications
from server.bootstrap import Hub

log = structlog.get_logger("hub.insurer_files")


def tell_insurers(hub: Hub) -> None:
    """Send what insurers were not told yet, in one transaction."""
    with hub.sessions.begin() as session:
        files = send_insurer_files(session, hub.context)
    if files:
        log.info("files to insurers", files=files)


def finish_waiting_applications(hub: Hub) -> None:
    """Mark applications done whose insurance has begun; in portions with a commit each."""
    clock = hub.context.clock
    while True:
        with hub.sessions.begin() as session:
            if not finish_applications(session, clock.now(), clock.today()):
                break
