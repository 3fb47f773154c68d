"""Tables of information support."""

from registry.support.tables.card import Card, CardStep

__all__ = ["Card", "CardStep"]
