"""What a program that asked makes of a file of answers: which rows it finds again, and what it would store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.exchange.codecs.dbf import DbfReader

MOST_NUMBERS = 50


@dataclass(slots=True)
class Comparison:
    """Rows of an answer against those of its request."""

    asked: int = 0
    answered: int = 0
    stored: int = 0
    refused: int = 0
    strange: int = 0
    unanswered: int = 0
    strange_rows: list[int] = field(default_factory=list)

    @property
    def is_loaded(self) -> bool:
        """Whether the asking program takes the answer for loaded: at least one row was found again."""
        return self.answered > 0


def compare_answer(asked: DbfReader, given: DbfReader, columns: Sequence[str], refusal: str) -> Comparison:
    """Find the rows of a request again in an answer by the values of these columns (files.md 2.6).

    ``refusal`` is the column of the answer that keeps the asking program from storing anything when it is filled; an
    answer may have none.
    """
    told = Comparison()
    shared = [name for name in columns if asked.place_of(name) is not None]
    missing = [name for name in (*shared, *filter(None, (refusal,))) if given.place_of(name) is None]
    if missing or not shared:
        raise Permanent(FindingCode.COLUMN_ABSENT, f"В ответе нет колонок: {', '.join(missing or columns)}")
    waiting: Counter[int] = Counter()
    for row in asked:
        if not row.deleted:
            told.asked += 1
            waiting[hash(tuple(row.values[name] for name in shared))] += 1
    for row in given:
        mark = hash(tuple(row.values.get(name, "") for name in shared))
        if row.deleted or not waiting[mark]:
            told.strange += 1
            if len(told.strange_rows) < MOST_NUMBERS:
                told.strange_rows.append(row.number)
            continue
        waiting[mark] -= 1
        told.answered += 1
        if refusal and row.values[refusal]:
            told.refused += 1
        else:
            told.stored += 1
    told.unanswered = told.asked - told.answered
    return told
