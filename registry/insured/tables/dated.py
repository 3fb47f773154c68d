"""The two clocks of every fact about a person: when it was true, and when the hub learnt it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, OPEN_MOMENT, BigId


class Dated:
    """Columns of a dated fact (registry model, clause 1.7): nothing is overwritten, a wrong row is retracted.

    ``valid_from``/``valid_to`` are inclusive days, open ends are 9999-12-31. ``recorded_at`` is when the row was
    learnt, ``retracted_at`` when it was replaced; the packet, record number, event and source say where it came from.
    ``history_id`` is the number of the history row («ID_HISTORY») of the act that wrote it, none for a loaded row;
    ``retracted_by`` that of the act that took it away, so that an act can be undone exactly.
    """

    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)
    recorded_at: Mapped[datetime]
    retracted_at: Mapped[datetime] = mapped_column(default=OPEN_MOMENT)
    packet_id: Mapped[int | None] = mapped_column(BigId)
    record_number: Mapped[str] = mapped_column(String(36), default="")
    event: Mapped[str] = mapped_column(String(4), default="")
    source: Mapped[str] = mapped_column(String(16), default="")
    history_id: Mapped[int | None] = mapped_column(BigId)
    retracted_by: Mapped[int | None] = mapped_column(BigId)
