"""The collected descriptions: kinds, spellings, dialects, the subscribers of changes, the guards of joins."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from registry.core.changes import Change
from registry.core.errors import ReferenceBroken
from registry.core.forms import Form
from registry.core.kinds import MessageKind
from registry.core.layouts import LayoutRow
from registry.core.queries import Query
from registry.core.spellings import Spelling
from registry.core.work import LifeSign
from registry.insured.matching.elsewhere import Elsewhere
from registry.insured.twins import Guard

if TYPE_CHECKING:
    from registry.exchange.dialects.base import Dialect

Subscriber = Callable[[Any, Change], None]


@dataclass(frozen=True)
class Catalog:
    """Everything that is described once; duplicates and gaps are refused when it is collected."""

    kinds: Mapping[str, MessageKind]
    spellings: Mapping[tuple[str, str], Spelling]
    dialects: Mapping[str, Dialect]
    layouts: tuple[tuple[MessageKind, LayoutRow], ...]
    forms: Mapping[str, Form]
    subscribers: Mapping[str, tuple[Subscriber, ...]]
    queries: Mapping[str, Query] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    life_signs: tuple[LifeSign, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    def spelling(self, dialect: str, name: str) -> Spelling | None:
        """Return how a dialect writes what comes under ``name``."""
        return self.spellings.get((dialect, name))


def by_name(kinds: Iterable[MessageKind]) -> dict[str, MessageKind]:
    """Return kinds by name; a name given twice is a mistake of the house."""
    found: dict[str, MessageKind] = {}
    for kind in kinds:
        if kind.name in found:
            raise ReferenceBroken(f"the kind «{kind.name}» is described twice")
        found[kind.name] = kind
    return found


def by_dialect(spellings: Iterable[Spelling], kinds: Mapping[str, MessageKind]) -> dict[tuple[str, str], Spelling]:
    """Return spellings by dialect and name; a spelling of an unknown kind or a second one of a name is refused."""
    found: dict[tuple[str, str], Spelling] = {}
    for one in spellings:
        key = (one.dialect, one.name)
        if key in found:
            raise ReferenceBroken(f"{one.dialect} spells «{one.name}» twice")
        if kinds.get(one.kind.name) is not one.kind:
            raise ReferenceBroken(f"{one.dialect} spells the unknown kind «{one.kind.name}»")
        found[key] = one
    return found
