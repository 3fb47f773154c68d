"""The backup by the clock: where, how often and how many are kept are settings."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from registry.exchange.queries.upkeep.backups import last_backup, last_turn
from registry.exchange.tables import BackupRun
from registry.store.backup import Damaged, read_contents
from server.backups import forget_old, made_by_the_clock, make_backup, scheduled_file, timed
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
    if last is not None and timedelta() <= now - last.made_at < (min(RETRY, every) if last.error else every):
        return  # a turn noted for a moment to come was noted by a clock that ran ahead: it keeps nothing waiting
    folder = backup_folder(hub, str(options["backup_folder"]))
    run = BackupRun(made_at=now)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _unnoted(folder, last, now, every) or scheduled_file(folder, now)
        contents, seconds = timed(lambda: read_contents(path) if path.exists() else make_backup(hub, path))
        run.made_at = contents.made_at
        run.file, run.size, run.rows, run.seconds = str(path), path.stat().st_size, contents.rows, round(seconds)
        old = forget_old(folder, int(options["backup_keep"]), path)
    except (OSError, SQLAlchemyError, Damaged) as trouble:
        run.error = _told(trouble)
        log.error("backup failed", alarm=True, error=run.error)
    else:
        log.info("backup made", file=str(path), size=run.size, rows=run.rows, removed=len(old))
    with hub.sessions.begin() as session:
        session.add(run)


def _told(trouble: Exception) -> str:
    if isinstance(trouble, Damaged):
        return f"копия не годится: {trouble}"
    known = REASONS.get(trouble.errno or 0) if isinstance(trouble, OSError) else "база недоступна"
    return known or str(getattr(trouble, "strerror", "")) or type(trouble).__name__


def _unnoted(folder: Path, last: BackupRun | None, now: datetime, every: timedelta) -> Path | None:
    """A backup of this turn whose process died before it was noted: it is whole, so it is noted and not made again."""
    since = max(now - every, last.made_at) if last is not None else now - every
    names = scheduled_file(folder, since.astimezone(now.tzinfo)).name, scheduled_file(folder, now).name
    made = [one for one in made_by_the_clock(folder) if names[0] < one.name <= names[1]]
    return made[-1] if made else None


def is_late(hub: Hub, session: Session) -> bool:
    """True when backups are wanted and the last one that was made is older than two turns."""
    every = timedelta(hours=float(hub.context.options(session)["backup_hours"]))
    made = last_backup(session)
    return bool(every) and (made is None or abs(hub.context.clock.now() - made.made_at) > 2 * every)


def backup_folder(hub: Hub, named: str) -> Path:
    """The folder of backups; a relative one lies in the data folder."""
    return hub.settings.data_dir / named
