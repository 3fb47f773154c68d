"""The backup by the clock: where, how often and how many are kept are settings."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.exchange.queries.upkeep.backups import last_backup, last_turn
from registry.exchange.tables import BackupRun
from server.backups import forget_old, make_backup, scheduled_file, timed
from server.bootstrap import Hub
from server.cli.errors import REASONS

RETRY = timedelta(hours=1)

log = structlog.get_logger("hub.backup")


def back_up(hub: Hub) -> None:
    """Make a backup when the last one is old enough; one that failed is tried again in an hour, with an alarm."""
    now = hub.context.clock.now()
    with hub.sessions() as session:
        options = hub.context.options(session)
        last = last_turn(session)
    every = timedelta(hours=float(options["backup_hours"]))
    if not every:
        return
    if last is not None and now - last.made_at < (min(RETRY, every) if last.error else every):
        return
    folder = backup_folder(hub, str(options["backup_folder"]))
    run = BackupRun(made_at=now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = scheduled_file(folder, now)
        contents, seconds = timed(lambda: make_backup(hub, path))
        run.file, run.size, run.rows, run.seconds = str(path), path.stat().st_size, contents.rows, round(seconds)
        old = forget_old(folder, int(options["backup_keep"]))
    except (OSError, SQLAlchemyError) as trouble:
        known = REASONS.get(trouble.errno or 0) if isinstance(trouble, OSError) else "база недоступна"
        run.error = known or str(getattr(trouble, "strerror", "")) or type(trouble).__name__
        log.error("backup failed", alarm=True, error=run.error)
    else:
        log.info("backup made", file=str(path), size=run.size, rows=run.rows, removed=len(old))
    with hub.sessions.begin() as session:
        session.add(run)


def is_late(hub: Hub, session: Session) -> bool:
    """True when backups are wanted and the last one that was made is older than two turns."""
    every = timedelta(hours=float(hub.context.options(session)["backup_hours"]))
    made = last_backup(session)
    return bool(every) and (made is None or hub.context.clock.now() - made.made_at > 2 * every)


def backup_folder(hub: Hub, named: str) -> Path:
    """The folder of backups; a relative one lies in the data folder."""
    return hub.settings.data_dir / named
