"""Which checks are switched off on a day, and what staff have switched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.context import HubContext
from registry.exchange.tables import CheckSwitch


class Switch(NamedTuple):
    """A check of a kind that does not fire from a day to another."""

    kind: str
    code: str
    since: date
    until: date


def checks_off(session: Session, context: HubContext, on: date) -> Mapping[str, frozenset[str]]:
    """The codes by kind that do not fire for data of a day."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in context.remembered.get("checks_off", lambda: _switches(session)):
        if one.since <= on <= one.until:
            found[one.kind].add(one.code)
    return {kind: frozenset(codes) for kind, codes in found.items()}


def switch_rows(session: Session) -> Sequence[CheckSwitch]:
    """Everything that was ever switched off, the newest first."""
    return session.scalars(select(CheckSwitch).order_by(CheckSwitch.id.desc())).all()


def _switches(session: Session) -> list[Switch]:
    rows = session.execute(
        select(CheckSwitch.kind, CheckSwitch.code, CheckSwitch.valid_from, CheckSwitch.valid_to).where(
            CheckSwitch.valid_from <= CheckSwitch.valid_to
        )
    )
    return [Switch(*row) for row in rows]
