"""Coded values against their books on the day of the record (reference books, 3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from registry.core.checks.books import BookContent, Books, CodeForm, Verdict, told_periods
from registry.core.checks.mkb import MkbVerdict, mkb_key, mkb_verdict
from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext, RecordCheck


def in_books(*days: str) -> RecordCheck:
    """Return the check of all coded values on the first of these days that is told, else on the day of the packet."""

    def check(record: Record, context: CheckContext) -> Iterator[Finding]:
        if not context.books:
            return
        on = next((day for name in days if (day := record.__dict__.get(name)) is not None), context.as_of)
        yield from coded_findings(record, context.books, on)

    return check


def coded_findings(record: Record, books: Books, on: date, *, leave: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """What the books say about the values of a record and of its repetitions on a day.

    A code that was never in its book and one that is not in force on the day are two findings: people correct them
    differently. In teaching data absence proves nothing. ``leave`` are fields another day holds for.
    """
    for field, book in coded_fields(type(record)):  # type: ignore[arg-type]  # classes have a hash
        content = books.get(book)
        if content is None or field in leave:
            continue
        for value in values_of(record, field):
            yield from value_findings(content, value, on, field)


def value_findings(content: BookContent, value: object, on: date, field: str) -> Iterator[Finding]:
    """What a book says about one value on a day; a diagnosis that has not the form of one is no matter of books."""
    if content.form is CodeForm.MKB and mkb_verdict(mkb_key(str(value))) is not MkbVerdict.VALID:
        return
    verdict = content.verdict(value, on)
    if verdict is Verdict.ABSENT and not content.sample:
        text = f"код {value} отсутствует в справочнике {content.code} «{content.title}»"
        yield finding(F.BOOK_VALUE_UNKNOWN, text, field=field, value=value)
    elif verdict is Verdict.CLOSED:
        periods = told_periods(content.periods(value))
        text = f"код {value} не действует на {on:%d.%m.%Y} ({periods}), справочник {content.code}"
        yield finding(F.BOOK_VALUE_CLOSED, text, field=field, value=value, expected=f"код, действующий {on:%d.%m.%Y}")


@lru_cache(maxsize=256)
def coded_fields(record: type[Record]) -> tuple[tuple[str, str], ...]:
    """The fields of a record that have a book, those of its repetitions as `outer.inner`."""
    found: list[tuple[str, str]] = []
    for name, spec in record.fields.items():
        if spec.book:
            found.append((name, spec.book))
        inner: dict[str, Any] = getattr(spec.of, "fields", {})
        found += [(f"{name}.{one}", of.book) for one, of in inner.items() if of.book]
    return tuple(found)


def values_of(record: Record, field: str) -> Iterator[object]:
    """The values of a field that are there, one for each repetition that has it."""
    outer, _, inner = field.partition(".")
    value = record.__dict__.get(outer)
    if not inner:
        if value not in (None, ""):
            yield value
        return
    for one in value or ():
        told = one.__dict__.get(inner)
        if told not in (None, ""):
            yield told
