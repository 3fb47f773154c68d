"""The МИС installations on the broker."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import Channel


def dialects_of_channels(session: Session) -> dict[str, str]:
    """The dialect of every active channel by its code."""
    active = select(Channel.code, Channel.dialect).where(Channel.active).order_by(Channel.code)
    return {row.code: row.dialect for row in session.execute(active)}


def active_channel(session: Session, code: str) -> Channel | None:
    """The active channel with this code."""
    return session.scalar(select(Channel).where(Channel.code == code, Channel.active))
