"""One setting as it is described once: what it does, what it may be, what it is while nobody has set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from registry.exchange.options.forms import Form

#: Dialects whose own value may go before the general one, by the words people know them by.
DIALECTS: Mapping[str, str] = {
    "generic": "RabbitMQ, общий",
    "perm": "RabbitMQ, Пермь",
    "karelia": "RabbitMQ, Карелия",
    "ufa": "RabbitMQ, Уфа",
    "iszl": "RabbitMQ, ИСЗЛ",
    "dcx": "SOAP DCExchangeSrv",
    "files": "файлы",
    "rest": "REST",
    "events": "SOAP сведений о событиях",
}
#: Those that bring packets of records about attachment, people and plans.
PACKETS = ("generic", "dcx", "files", "rest")
BROKER = ("generic", "perm", "karelia", "ufa", "iszl")


@dataclass(frozen=True, kw_only=True)
class Option:
    """A setting kept as data.

    ``dialects`` are those whose own value may lie over the general one, ``own`` what ships for some of them.
    """

    name: str
    default: Any
    title: str
    does: str
    form: Form
    dialects: Sequence[str] = ()
    own: Mapping[str, Any] = field(default_factory=dict)

    def full_name(self, dialect: str) -> str:
        """The name its value for a dialect is kept under."""
        return f"{self.name}.{dialect}" if dialect else self.name

    def defaults(self) -> Iterator[tuple[str, Any]]:
        """Every name it is kept under that ships with a value."""
        yield self.name, self.default
        for dialect, value in self.own.items():
            yield self.full_name(dialect), value


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are looked for together."""

    name: str
    title: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """What must hold between several settings whichever of them is changed; ``said`` tells what is expected."""

    names: tuple[str, ...]
    said: str

    def holds(self, values: Mapping[str, Any]) -> bool:
        """True when the values do not fall from one name to the next."""
        told = [values[name] for name in self.names]
        return all(first <= second for first, second in pairwise(told))
