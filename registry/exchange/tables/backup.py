"""Backups made by the clock: when, where, how large, and what kept one from being made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Identifier


class BackupRun(Base):
    """One turn of the scheduled backup; ``error`` is empty for one that was made."""

    __tablename__ = "backup_run"

    id: Mapped[Identifier]
    made_at: Mapped[datetime]
    file: Mapped[str] = mapped_column(String(500), default="")
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    rows: Mapped[int] = mapped_column(BigInteger, default=0)
    seconds: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
