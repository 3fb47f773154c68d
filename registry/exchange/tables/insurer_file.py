"""Files that went to insurers: their numbers within the month, and until when each sort has told."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class InsurerFile(Base):
    """One file to an insurer: ``letter`` is s (STOPLIST), k (RECLIST) or c (CONFLICTLIST), ``until`` what it told of.

    A row without a packet says that there was nothing to tell until then.
    """

    __tablename__ = "insurer_file"

    id: Mapped[Identifier]
    insurer_code: Mapped[str] = mapped_column(String(5))
    letter: Mapped[str] = mapped_column(String(1))
    point: Mapped[str] = mapped_column(String(10), default="")
    month: Mapped[date]
    number: Mapped[int]
    until: Mapped[datetime]
    packet_id: Mapped[int | None] = mapped_column(BigId)

    __table_args__ = (Index("ix_insurer_file_insurer_code", "insurer_code", "letter", "until"),)
