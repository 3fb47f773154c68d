"""The values staff have set, who set them and what they were before, as read from the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.exchange.options.described import Group, Option
from registry.exchange.options.list import DEFAULTS, GROUPS, Options
from registry.exchange.tables import Setting, SettingChange


@dataclass(frozen=True, slots=True)
class OptionState:
    """A setting of one name as it is: ``dialect`` is empty for the general value; ``row`` is what staff have set."""

    group: Group
    option: Option
    dialect: str
    value: Any
    row: Setting | None = None
    own: tuple[OptionState, ...] = field(default=())

    @property
    def name(self) -> str:
        """The name its value is kept under."""
        return self.option.full_name(self.dialect)

    @property
    def default(self) -> Any:
        """What it is while nobody has set it; a dialect without a value of its own has the general one."""
        return DEFAULTS.get(self.name)

    @property
    def is_set(self) -> bool:
        """True when staff have set it."""
        return self.row is not None


def read_options(session: Session) -> Options:
    """Return the defaults with what staff have set over them."""
    changed = {name: json.loads(value) for name, value in session.execute(select(Setting.name, Setting.value))}
    return Options({**DEFAULTS, **changed})


def option_states(session: Session) -> list[OptionState]:
    """Every setting in the order of the groups, each with the own values of its dialects."""
    rows = {row.name: row for row in session.scalars(select(Setting))}
    return [_state(rows, group, option) for group in GROUPS for option in group.options]


def option_history(session: Session, name: str = "", limit: int = 200) -> Sequence[SettingChange]:
    """What was changed, the newest first: of one setting with its dialects, or of all."""
    query = select(SettingChange).order_by(SettingChange.id.desc()).limit(limit)
    if name:
        query = query.where(or_(SettingChange.name == name, SettingChange.name.startswith(f"{name}.", autoescape=True)))
    return session.scalars(query).all()


def _state(rows: dict[str, Setting], group: Group, option: Option) -> OptionState:
    own = []
    for dialect in option.dialects:
        name = option.full_name(dialect)
        if name in rows or name in DEFAULTS:
            own.append(OptionState(group, option, dialect, _value(rows.get(name), DEFAULTS.get(name)), rows.get(name)))
    row = rows.get(option.name)
    return OptionState(group, option, "", _value(row, option.default), row, tuple(own))


def _value(row: Setting | None, default: Any) -> Any:
    return default if row is None else json.loads(row.value)
