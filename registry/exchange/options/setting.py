"""Setting and resetting: checked before it is kept, and what was before stays in the history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.exchange.options.keeping import read_options
from registry.exchange.options.list import DEFAULTS, check_relations, check_value, option_of
from registry.exchange.tables import Setting, SettingChange


def set_option(session: Session, name: str, value: Any, now: datetime, by: str = "") -> bool:
    """Set one setting; a name or value outside what is described is refused. False when it was so already."""
    return bool(set_options(session, {name: value}, now, by))


def set_options(session: Session, values: Mapping[str, Any], now: datetime, by: str = "") -> list[str]:
    """Set settings that belong together, all or none; return the names that changed."""
    for name, value in values.items():
        check_value(name, value)
    check_relations(read_options(session), values)
    return [name for name, value in values.items() if _keep(session, name, value, now, by)]


def reset_option(session: Session, name: str, now: datetime, by: str = "") -> bool:
    """Let a setting be what ships again; False when nobody had set it."""
    option_of(name)
    row = session.get(Setting, name)
    if row is None:
        return False
    if name in DEFAULTS:
        check_relations(read_options(session), {name: DEFAULTS[name]})
    session.add(SettingChange(name=name, before=row.value, after=None, changed_at=now, changed_by=by))
    session.delete(row)
    session.flush()
    return True


def _keep(session: Session, name: str, value: Any, now: datetime, by: str) -> bool:
    told = json.dumps(value, ensure_ascii=False)
    row = session.get(Setting, name)
    if row is not None and row.value == told:
        return False
    before = row.value if row is not None else None
    session.add(SettingChange(name=name, before=before, after=told, changed_at=now, changed_by=by))
    if row is None:
        session.add(Setting(name=name, value=told, changed_at=now, changed_by=by))
    else:
        row.value, row.changed_at, row.changed_by = told, now, by
    session.flush()
    return True
