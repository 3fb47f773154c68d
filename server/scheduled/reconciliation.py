"""The act of reconciliation («акт сверки») of every month that ended."""

from __future__ import annotations

import structlog

from registry.insured.operations.make_act import make_act
from server.bootstrap import Hub

log = structlog.get_logger("hub.reconciliation")


def make_acts(hub: Hub) -> None:
    """Make the act of the month that ended; a second turn finds it made."""
    clock = hub.context.clock
    with hub.sessions.begin() as session:
        act = make_act(session, clock.today(), clock.now())
    if act is not None:
        log.info("act made", year=act.year, month=act.month)
