"""Noting that clinics were told who left them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from registry.insured.tables import DepartureNotice

INSERT = insert(cast(Table, DepartureNotice.__table__))


def note_departures(
    session: Session, clinic: str, attachment_ids: Iterable[int], *, packet_id: int | None, now: datetime
) -> None:
    """Note it once for each attachment; a second notice of one is refused by its key."""
    rows = [
        {"attachment_id": one, "clinic_code": clinic, "told_at": now, "packet_id": packet_id} for one in attachment_ids
    ]
    if rows:
        session.execute(INSERT, rows)
