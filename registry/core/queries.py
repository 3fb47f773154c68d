"""Queries: questions about what the hub holds — parameters in, pages of records out. They are no packets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from registry.core.fields import Record
from registry.core.findings import FindingCode

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LAST_PAGE = -1


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what decides which rows its asker may see.

    ``kind`` is the asker's organisation kind (clinic, insurer, fund, agency); ``codes`` are the mcod and smocod of its
    legal entity with all departments. ``page_size`` bounds the rows of one answer.
    """

    session: Session
    parameters: Record
    kind: str
    codes: frozenset[str]
    today: date
    now: datetime
    page_size: int
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Told:
    """One page of an answer: rows, where to go on (``LAST_PAGE`` at the end) and, on the first page, how many in all.

    ``refusal`` says that the question itself was wrong, ``reason`` in what.
    """

    rows: list[Record] = field(default_factory=list)
    next_id: int = LAST_PAGE
    total: int = 0
    refusal: FindingCode | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A public question: who may ask it, and the function that answers one page."""

    name: str
    title: str
    answer: Callable[[Asked], Told]
    may_ask: frozenset[str] = frozenset(("clinic", "insurer", "fund"))
