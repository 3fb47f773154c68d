"""The backups made by the clock."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import BackupRun


def last_backup(session: Session) -> BackupRun | None:
    """The newest backup that was made."""
    return session.scalar(select(BackupRun).where(BackupRun.error == "").order_by(BackupRun.id.desc()).limit(1))


def last_turn(session: Session) -> BackupRun | None:
    """The newest turn, made or failed."""
    return session.scalar(select(BackupRun).order_by(BackupRun.id.desc()).limit(1))
