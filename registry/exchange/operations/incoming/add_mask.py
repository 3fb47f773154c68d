"""Adding one mask of file names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.tables import FileMask


def add_mask(session: Session, mask: Mapping[str, Any]) -> bool:
    """Add a mask unless one of its code is there; what staff changed stays."""
    if session.scalar(select(FileMask.id).where(FileMask.code == mask["code"])) is not None:
        return False
    session.add(FileMask(**mask))
    session.flush()
    return True
