"""Changing what the fund demands of an organisation's calls; it holds some seconds later."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from registry.exchange.queries.security.demands import DENIED, MUST_SIGN
from registry.exchange.tables import Organisation


def set_must_sign(session: Session, organisation_id: int, *, must_sign: bool) -> None:
    """Demand signatures of the organisation and its departments, or no longer."""
    one = session.get_one(Organisation, organisation_id)
    one.options = {**(one.options or {}), MUST_SIGN: must_sign}


def deny_operations(session: Session, organisation_id: int, patterns: Iterable[str]) -> None:
    """Let the organisation call everything its kind may but for these operations (`*` stands for anything)."""
    one = session.get_one(Organisation, organisation_id)
    one.options = {**(one.options or {}), DENIED: sorted(patterns)}
