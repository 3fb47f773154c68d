"""Keeping the bytes of a question about many, which brings no packet of records (decisions, clause 3)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.exchange.content import RAW, pieces_of, store_content
from registry.exchange.stages.admit import hash_of
from registry.exchange.tables import JournalEntry, Packet


def keep_question(session: Session, entry: JournalEntry, kept: bytes) -> None:
    """Store a question as it came, secrets blanked, under the number of its journal line; it is answered already."""
    assert entry.organisation_id is not None  # noqa: S101 - only callers who were let in are answered
    session.add(
        Packet(
            id=entry.id,
            dialect=entry.dialect,
            channel=entry.channel,
            kind="",
            operation=entry.operation,
            organisation_id=entry.organisation_id,
            body_hash=hash_of(kept),
            size=len(kept),
            received_at=entry.at,
            started_at=entry.at,
            finished_at=entry.at,
            status=entry.status,
            attempt=1,
            properties={"login": entry.login},
        )
    )
    session.flush()
    store_content(session, entry.id, RAW, pieces_of(kept))
