"""Who looked at what and did what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.exchange.queries.visibility import Visibility
from registry.exchange.tables import Account, AuditEntry, Organisation


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What the audit is narrowed to; empty means any."""

    since: datetime | None = None
    until: datetime | None = None
    action: str = ""
    login: str = ""
    object_type: str = ""
    object_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act with the login and organisation of who did it."""

    entry: AuditEntry
    login: str
    organisation: str

    @property
    def key(self) -> int:
        """What the next page continues from."""
        return self.entry.id


def _selection() -> Select[AuditEntry, str | None, str | None]:
    return (
        select(AuditEntry, Account.login, Organisation.name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(Organisation, Organisation.id == Account.organisation_id)
    )


def audit_page(session: Session, wanted: AuditFilter, *, after: int | None = None, limit: int = 50) -> list[AuditLine]:
    """Acts, newest first, going on behind the id ``after``."""
    query = _selection()
    for column, value in (
        (AuditEntry.action, wanted.action),
        (AuditEntry.object_type, wanted.object_type),
        (AuditEntry.object_id, wanted.object_id),
        (Account.login, wanted.login),
    ):
        if value:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if after is not None:
        query = query.where(AuditEntry.id < after)
    return _lines(session, query.order_by(AuditEntry.id.desc()).limit(limit))


def looks_at(
    session: Session, visibility: Visibility, object_type: str, object_id: str, limit: int = 100
) -> list[AuditLine]:
    """Acts on one object, newest first; organisations see those of their own accounts only."""
    query = _selection().where(AuditEntry.object_type == object_type, AuditEntry.object_id == object_id)
    query = query.where(visibility.condition(Account.organisation_id))
    return _lines(session, query.order_by(AuditEntry.id.desc()).limit(limit))


def _lines(session: Session, query: Select[AuditEntry, str | None, str | None]) -> list[AuditLine]:
    return [AuditLine(entry, login or "", name or "") for entry, login, name in session.execute(query)]
