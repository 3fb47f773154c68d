"""Searches of the whole registry: asked for, taken, told about while they go, stopped, ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.insured.tables import DuplicateSearch
from registry.store.locks import advisory_lock

WAITING, RUNNING, DONE, STOPPED, FAILED = "waiting", "running", "done", "stopped", "failed"
OPEN = (WAITING, RUNNING)
#: A search that has said nothing for so long died with its process.
PATIENCE = timedelta(minutes=30)
LOCK = "duplicate searches"
#: A search that takes its process with it so many times is left to people.
MOST_BEGUN = 3


def ask_search(session: Session, engine: str, source: str, now: datetime) -> tuple[DuplicateSearch, bool]:
    """The search that waits or runs, else a new one; and whether it is new. Two never run at once."""
    advisory_lock(session, LOCK)
    _bury_the_dead(session, now)
    known = session.scalars(select(DuplicateSearch).where(DuplicateSearch.status.in_(OPEN))).first()
    if known is not None:
        return known, False
    made = DuplicateSearch(engine=engine, source=source[:60], asked_at=now)
    session.add(made)
    session.flush()
    return made, True


def take_search(session: Session, now: datetime, search_id: int | None = None) -> DuplicateSearch | None:
    """Begin the oldest search that waits, or the one named."""
    advisory_lock(session, LOCK)
    _bury_the_dead(session, now)
    query = select(DuplicateSearch).where(DuplicateSearch.status == WAITING).order_by(DuplicateSearch.id)
    if search_id is not None:
        query = query.where(DuplicateSearch.id == search_id)
    found = session.scalars(query.limit(1)).first()
    if found is not None:
        found.status, found.started_at, found.told_at = RUNNING, now, now
        found.begun += 1
        session.flush()
    return found


def tell_search(session: Session, search_id: int, now: datetime, **values: Any) -> bool:
    """Note how far a search is; False when it was told to stop."""
    search = session.get_one(DuplicateSearch, search_id, populate_existing=True)
    search.told_at = now
    for name, value in values.items():
        setattr(search, name, value)
    session.flush()
    return not search.stop


def count_found(session: Session, search_id: int, found: int, proposed: int) -> None:
    """Add to what a search has found, in the transaction that proposed it."""
    search = session.get_one(DuplicateSearch, search_id, populate_existing=True)
    search.found += found
    search.proposed += proposed


def end_search(session: Session, search_id: int, now: datetime, status: str, trouble: str = "") -> None:
    """A search is over."""
    search = session.get_one(DuplicateSearch, search_id, populate_existing=True)
    search.status, search.ended_at, search.told_at, search.trouble = status, now, now, trouble[:500]
    session.flush()


def stop_search(session: Session, search_id: int, now: datetime) -> bool:
    """Ask a search to end after what it has in hand; one that waits ends at once. False when it is over already."""
    advisory_lock(session, LOCK)
    search = session.get(DuplicateSearch, search_id, populate_existing=True)
    if search is None or search.status not in OPEN:
        return False
    search.stop = True
    if search.status == WAITING:
        search.status, search.ended_at = STOPPED, now
    session.flush()
    return True


def was_asked(session: Session, source: str, since: datetime, until: datetime) -> bool:
    """Whether this source asked for a search in a period, whatever became of it."""
    asked = (DuplicateSearch.source == source, DuplicateSearch.asked_at >= since, DuplicateSearch.asked_at < until)
    return session.scalar(select(DuplicateSearch.id).where(*asked).limit(1)) is not None


def _bury_the_dead(session: Session, now: datetime) -> None:
    """A search whose process died waits again: what it proposed stays, so nothing is proposed twice. Not for ever.

    What was told at a moment to come was told by a clock that ran ahead, and its teller may be dead as well.
    """
    silent = or_(DuplicateSearch.told_at < now - PATIENCE, DuplicateSearch.told_at > now + PATIENCE)
    for search in session.scalars(select(DuplicateSearch).where(DuplicateSearch.status == RUNNING, silent)):
        if search.begun < MOST_BEGUN and not search.stop:
            search.status, search.found = WAITING, 0
        else:
            search.status, search.ended_at = FAILED, now
            search.trouble = "Поиск прерван вместе с процессом, который его вёл."
    session.flush()
