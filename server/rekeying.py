"""Search keys made anew beside the work of the hub: by a command to its end, by the schedule a while in every turn.

When this code brings other rules of normalisation than the keys are made by, the schedule begins by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from registry.exchange.operations.audit_action import Act, audit
from registry.insured.keys import begin_rekeying, count_keys, last_rekeying, rekey_portion, rules_are_newer
from registry.insured.tables import KeyRebuild
from server.bootstrap import Hub

TURN = 40.0
PAUSE = 0.2
SCHEDULE = "расписание"

log = structlog.get_logger("hub.rekeying")


def begin(hub: Hub, new_secret: bool, by: str = "") -> KeyRebuild:
    """Begin a making of all keys, or return the one under way; noted in the audit."""
    with hub.sessions.begin() as session:
        begun = begin_rekeying(session, hub.context.clock.now(), new_secret=new_secret, by=by)
        if not begun.done:
            details = {"new_secret": new_secret, "rules": begun.rules, "former_rules": begun.former_rules}
            audit(session, None, Act(action="rekey_people", details=details), hub.context.clock)
    return begun


def rekey_everybody(hub: Hub, progress: Callable[[int, int], None]) -> int:
    """Go on until the keys of everybody are made anew; returns how many keys there are."""
    while _portion(hub):
        with hub.sessions() as session:
            last = last_rekeying(session)
            if last is not None:
                progress(last.done, last.total)
    with hub.sessions() as session:
        return count_keys(session)


def rekey_a_while(hub: Hub) -> None:
    """The turn of the schedule: what a command began, or was stopped in, goes on; new rules of this code begin."""
    with hub.sessions() as session:
        due = rules_are_newer(session)
    if due:
        begun = begin(hub, new_secret=False, by=SCHEDULE)
        log.info("search keys go over to other rules", rules=begun.rules, former=begun.former_rules)
    until = time.monotonic() + TURN
    while _portion(hub) and time.monotonic() < until:
        pass


def _portion(hub: Hub) -> bool:
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        before = last_rekeying(session)
        reached = before.last_id if before is not None else 0
        more = rekey_portion(session, now)
        waits = more and before is not None and before.last_id == reached
    if waits:
        time.sleep(PAUSE)
    return more
