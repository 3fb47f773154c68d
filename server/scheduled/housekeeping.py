"""What is cleared away when nobody needs it any more."""

from __future__ import annotations

from datetime import timedelta

import structlog

from registry.exchange.jobs import forget_done_jobs
from server.bootstrap import Hub

KEPT = timedelta(days=7)

log = structlog.get_logger("hub.housekeeping")


def forget_done_work(hub: Hub) -> None:
    """Remove jobs done a week ago."""
    with hub.sessions.begin() as session:
        count = forget_done_jobs(session, hub.context.clock.now() - KEPT)
    if count:
        log.info("done jobs forgotten", count=count)
