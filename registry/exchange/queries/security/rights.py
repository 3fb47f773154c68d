"""Which rights of roles administrators have changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import RoleRight


def changed_rights(session: Session, organisation_kind: str, role: str) -> dict[str, bool]:
    """Rights taken from a role (False) and given to it (True); asked with every click, so a change holds at once."""
    rows = session.execute(
        select(RoleRight.permission, RoleRight.granted).where(
            RoleRight.organisation_kind == organisation_kind, RoleRight.role == role
        )
    )
    return {row.permission: row.granted for row in rows}


def all_changed_rights(session: Session) -> Sequence[RoleRight]:
    """Every right that differs from what ships, the newest change first."""
    return session.scalars(select(RoleRight).order_by(RoleRight.changed_at.desc())).all()
