"""Take rights from a role and give them to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from registry.exchange.tables import RoleRight


def change_rights(
    session: Session, organisation_kind: str, role: str, wanted: Mapping[str, bool | None], *, now: datetime, by: str
) -> None:
    """Set rights of a role; None lets what ships hold again."""
    for permission, granted in wanted.items():
        row = session.get(RoleRight, (organisation_kind, role, permission))
        if granted is None:
            if row is not None:
                session.delete(row)
        elif row is None or row.granted is not granted:
            session.merge(
                RoleRight(
                    organisation_kind=organisation_kind,
                    role=role,
                    permission=permission,
                    granted=granted,
                    changed_at=now,
                    changed_by=by,
                )
            )
    session.flush()
