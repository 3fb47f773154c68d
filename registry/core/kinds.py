"""Message kinds: the canonical description of a sort of record, once for every channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from registry.core.fields import Record
from registry.core.findings import Finding, FindingCode


class Unit(StrEnum):
    """How much of a packet is applied at once."""

    PACKET = "packet"
    CHUNK = "chunk"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a record check may look at besides the record: never the database."""

    today: date
    as_of: date
    sender_codes: frozenset[str]
    known_codes: frozenset[str]
    fund_code: str
    for_anybody: bool = False


RecordCheck = Callable[[Any, CheckContext], Iterable[Finding]]


@dataclass(frozen=True)
class MessageKind:
    """One sort of record: its fields, its checks, whether a person is looked for, and its effect.

    ``period(record, as_of)`` gives the days a person is looked up for; without it no person is looked for.
    ``effect(work)`` applies all open items of a batch set-based inside the caller's transaction; it adds findings,
    changes and answer facts to them. ``resolve(work)`` turns the sender's ids of related objects into our own once
    they are known. ``tolerates`` names outcomes of identification that do not refuse a record.
    ``codes`` is the closed set of findings the kind may raise, so that a test can hold that every dialect spelling
    the kind can say them.
    """

    name: str
    title: str
    record: type[Record]
    unit: Unit
    checks: tuple[RecordCheck, ...] = ()
    effect: Callable[[Any], None] | None = None
    resolve: Callable[[Any], None] | None = None
    period: Callable[[Any, date], tuple[date, date | None]] | None = None
    changes_state: bool = True
    object_class: str = ""
    tolerates: frozenset[str] = field(default_factory=frozenset)
    codes: frozenset[FindingCode] = field(default_factory=frozenset)
