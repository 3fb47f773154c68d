"""Setting the rules of the buffer: dated rows, the former ones stay for their days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.insured.buffer.rules import Rule
from registry.insured.buffer.tables import BufferRule

DAY = timedelta(days=1)


def set_rule(session: Session, rule: Rule, *, since: date, login: str, now: datetime) -> BufferRule:
    """Let a rule hold since a day; what was set for its sender and field before ends the day before."""
    _end(session, rule.sender, rule.field, since)
    row = BufferRule(
        sender=rule.sender,
        field=rule.field,
        condition=rule.condition.value,
        valid_from=since,
        changed_at=now,
        changed_by=login,
    )
    session.add(row)
    session.flush()
    return row


def drop_rule(session: Session, rule_id: int, *, since: date) -> BufferRule | None:
    """Let what ships hold again since a day; ``None`` when there is no such row."""
    row = session.get(BufferRule, rule_id)
    if row is not None:
        _end(session, row.sender, row.field, since)
        session.flush()
    return row


def _end(session: Session, sender: str, field: str, since: date) -> None:
    rows = session.scalars(
        select(BufferRule).where(BufferRule.sender == sender, BufferRule.field == field, BufferRule.valid_to >= since)
    )
    for row in rows:
        if row.valid_from >= since:
            session.delete(row)
        else:
            row.valid_to = min(row.valid_to, since - DAY)
