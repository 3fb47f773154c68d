"""What every row of plans has that a participant reports under numbers of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import BigId


class Reported:
    """The sender and its own number, which are unique together; the sender's words by canonical names; two moments.

    A row the hub derives itself has neither sender nor number.
    """

    sender_id: Mapped[int | None] = mapped_column(BigId)
    rid: Mapped[int | None]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    packet_id: Mapped[int | None] = mapped_column(BigId)
    recorded_at: Mapped[datetime]
    changed_at: Mapped[datetime]
