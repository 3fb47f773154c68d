"""Message kinds: the canonical description of a sort of record, once for every channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from registry.core.checks.books import NO_BOOKS, Books
from registry.core.fields import Record
from registry.core.findings import Finding, FindingCode


class Unit(StrEnum):
    """How much of a packet is applied at once."""

    PACKET = "packet"
    CHUNK = "chunk"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a record check may look at besides the record: never the database.

    ``options`` are settings kept as data, ``books`` the reference books its kind names, as they were when the packet
    was begun.
    """

    today: date
    as_of: date
    sender_codes: frozenset[str]
    known_codes: frozenset[str]
    fund_code: str
    for_anybody: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    books: Books = field(default_factory=lambda: NO_BOOKS)


RecordCheck = Callable[[Any, CheckContext], Iterable[Finding]]


@dataclass(frozen=True)
class MessageKind:
    """One sort of record: its fields, its checks, whether a person is looked for, and its effect.

    The checks of a ``stepwise`` kind are steps of a contract: the first step that finds an error is the last one, and
    deletions go through the steps too. ``period(record, as_of)`` gives the days a person is looked up for; without it
    no person is looked for. ``judge(record, identification, on, options)`` says what an identification means where the
    kind has rules of its own for it. ``effect(work)`` applies all open items of a batch set-based inside the caller's
    transaction; it adds findings, changes and answer facts to them. ``resolve(work)`` turns the sender's ids of related
    objects into our own once they are known. ``tolerates`` names outcomes of identification that do not refuse a
    record. ``codes`` is the closed set of findings the kind may raise, so that a test can hold that every dialect
    spelling the kind can say them. An ``outgoing`` kind is only written, never read. ``books`` are the reference books
    its fields are checked by, where they are loaded.
    """

    name: str
    title: str
    record: type[Record]
    unit: Unit
    checks: tuple[RecordCheck, ...] = ()
    effect: Callable[[Any], None] | None = None
    resolve: Callable[[Any], None] | None = None
    period: Callable[[Any, date], tuple[date, date | None]] | None = None
    judge: Callable[[Any, Any, date, Mapping[str, Any]], Iterable[Finding]] | None = None
    stepwise: bool = False
    changes_state: bool = True
    outgoing: bool = False
    object_class: str = ""
    tolerates: frozenset[str] = field(default_factory=frozenset)
    codes: frozenset[FindingCode] = field(default_factory=frozenset)
    books: frozenset[str] = field(default_factory=frozenset)
