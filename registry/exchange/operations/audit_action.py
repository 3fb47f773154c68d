"""Note what a person looked at or did; the row is part of the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.exchange.tables import AuditEntry


@dataclass(frozen=True, kw_only=True)
class Act:
    """What was done to what; ``details`` hold no personal data beyond what the object shows anyway."""

    action: str
    object_type: str = ""
    object_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""


def audit(session: Session, account_id: int | None, act: Act, clock: Clock) -> AuditEntry:
    """The row that keeps this act for ever, written with the caller's transaction."""
    entry = AuditEntry(
        at=clock.now(),
        account_id=account_id,
        action=act.action,
        object_type=act.object_type,
        object_id=act.object_id[:60],
        details=dict(act.details),
        address=act.address[:45],
    )
    session.add(entry)
    return entry
