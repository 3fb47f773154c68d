"""Settling two cards of one person: the fund marks the one that the other stands for (contract, clause 8.2)."""

from __future__ import annotations

from datetime import datetime

from registry.support.tables import Card


def replace_card(card: Card, *, on: bool, now: datetime) -> None:
    """Mark a card as replaced, or take the mark back; a replaced card keeps no other one from being accepted."""
    card.replaced_at = now if on else None
