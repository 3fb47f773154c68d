"""The term of referrals to hospitals."""

from __future__ import annotations

import structlog

from registry.support.hospital.operations.mark_overdue import mark_overdue
from server.bootstrap import Hub

log = structlog.get_logger("hub.referrals")


def expire_referrals(hub: Hub) -> None:
    """Mark referrals overdue whose day passed long ago, in portions with a commit each."""
    clock = hub.context.clock
    total = 0
    while True:
        with hub.sessions.begin() as session:
            days = int(hub.context.options(session)["referral_term_days"])
            moved = mark_overdue(session, today=clock.today(), now=clock.now(), days=days)
        total += moved
        if not moved:
            break
    if total:
        log.info("referrals overdue", count=total)
