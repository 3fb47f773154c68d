"""Telling subscribers what changed outside a packet: by a person at a screen, by the clock, at the command line."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.exchange.catalogue import Catalog


def tell_changes(session: Session, changes: Iterable[Change], catalog: Catalog) -> None:
    """Call every subscriber of every change, in the transaction that caused them."""
    for change in changes:
        for subscriber in catalog.subscribers.get(change.name, ()):
            subscriber(session, change)
