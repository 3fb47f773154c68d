"""Packets of the hub itself whose receivers keep silent."""

from __future__ import annotations

import structlog

from registry.exchange.operations.follow_outgoing import follow_overdue
from server.bootstrap import Hub

log = structlog.get_logger("hub.outgoing")


def follow_silence(hub: Hub) -> None:
    """Send unanswered messages again, mark what nobody took overdue; in portions with a commit each."""
    now = hub.context.clock.now()
    again = overdue = 0
    while True:
        with hub.sessions.begin() as session:
            portion = follow_overdue(session, hub.context.options(session), now)
        again, overdue = again + portion[0], overdue + portion[1]
        if portion == (0, 0):
            break
    if again or overdue:
        log.warning("packets without an answer", sent_again=again, overdue=overdue)
