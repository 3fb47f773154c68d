"""The act of reconciliation («акт сверки») of every month that ended."""

from __future__ import annotations

import structlog

from registry.insured.operations.make_act import days_without_act, make_act
from server.bootstrap import Hub

log = structlog.get_logger("hub.reconciliation")


def make_acts(hub: Hub) -> None:
    """Make the acts of the months that ended since the last one; a second turn finds them made."""
    clock = hub.context.clock
    with hub.sessions.begin() as session:
        for day in days_without_act(session, clock.today()):
            act = make_act(session, day, clock.now())
            if act is not None:
                log.info("act made", year=act.year, month=act.month)
