"""What an effect is given: the open items of one kind and the transaction they are applied in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from registry.core.outcomes import Item

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


#: Asked by an effect of the registry, answered by systems above it: what is known of people after a day, in words.
LifeSign = Callable[[Any, Mapping[int, date | None]], Mapping[int, str]]


@dataclass(slots=True)
class Work:
    """One application of a kind's effect: set-based over ``items``, inside the caller's ``session``.

    ``may_hold`` is False when what a record waits for has not come in time. ``options`` are settings kept as data, the
    dialect's own already laid over the general ones; ``sender_codes`` are the clinics and insurers the sender may
    speak for; ``fund_code`` is the fund's own (F001), ``sender_id`` the organisation that sent the packet.
    ``life_signs`` are questions to systems above the registry.
    """

    session: Session
    items: list[Item]
    packet_id: int
    now: datetime
    today: date
    as_of: date
    options: Mapping[str, Any]
    source: str
    by_fund: bool = False
    may_hold: bool = True
    sender_codes: frozenset[str] = frozenset()
    fund_code: str = ""
    sender_id: int | None = None
    life_signs: tuple[LifeSign, ...] = ()
