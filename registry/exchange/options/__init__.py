"""Settings kept as data: described once each, with what ships; a dialect's own value goes before the general one."""

from __future__ import annotations

from registry.exchange.options.described import DIALECTS, Group, Option, Relation
from registry.exchange.options.keeping import OptionState, option_history, option_states, read_options
from registry.exchange.options.list import DEFAULTS, GROUPS, OPTIONS, Options, expected_of, option_of
from registry.exchange.options.setting import reset_option, set_option, set_options

__all__ = [
    "DEFAULTS",
    "DIALECTS",
    "GROUPS",
    "OPTIONS",
    "Group",
    "Option",
    "OptionState",
    "Options",
    "Relation",
    "expected_of",
    "option_history",
    "option_of",
    "option_states",
    "read_options",
    "reset_option",
    "set_option",
    "set_options",
]
