"""The watchdog: says aloud what nobody would notice otherwise."""

from __future__ import annotations

import shutil
from datetime import timedelta

import structlog

from registry.exchange.queries.upkeep.backups import last_backup
from registry.exchange.queries.upkeep.work import WorkState, work_state
from server.bootstrap import Hub
from server.scheduled.backup import is_late

PATIENCE = timedelta(minutes=10)
LEAST_FREE = 0.05

log = structlog.get_logger("hub.watchdog")


def watch(hub: Hub) -> None:
    """Look at queues, outbox and disk, and raise an alarm for each thing that is not as it should be."""
    with hub.sessions() as session:
        state = work_state(session)
        made = last_backup(session)
        late = made is not None and is_late(hub, session)
    if late and made is not None:
        log.error("no backup for long", alarm=True, since=made.made_at.isoformat())
    for alarm, facts in alarms(hub, state).items():
        log.error(alarm, alarm=True, **facts)


def alarms(hub: Hub, state: WorkState) -> dict[str, dict[str, object]]:
    """What is wrong, with the facts of it."""
    late = hub.context.clock.now() - PATIENCE
    found: dict[str, dict[str, object]] = {}
    if state.oldest_job is not None and state.oldest_job < late:
        found["work waits too long"] = {"since": state.oldest_job.isoformat(), "waiting": state.jobs.get("waiting", 0)}
    if state.oldest_delivery is not None and state.oldest_delivery < late:
        found["deliveries wait too long"] = {"since": state.oldest_delivery.isoformat()}
    if state.deliveries.get("undeliverable"):
        found["messages no queue takes"] = {"count": state.deliveries["undeliverable"]}
    if state.jobs.get("parked"):
        found["jobs wait for an operator"] = {"count": state.jobs["parked"]}
    disk = shutil.disk_usage(hub.settings.data_dir) if hub.settings.data_dir.exists() else None
    if disk is not None and disk.free < disk.total * LEAST_FREE:
        found["disk almost full"] = {"free_mb": disk.free // 1024**2}
    return found
