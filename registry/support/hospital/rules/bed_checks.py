"""Record checks of places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from registry.core.checks.coded import in_books
from registry.core.finding_texts import finding
from registry.core.findings import Finding, Level
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.support.hospital.rules.case_checks import demanded, not_in_future, texts_are_short

if TYPE_CHECKING:
    from registry.support.hospital.kinds.beds import BedsRecord

FREE = ("free", "free_adults", "free_men", "free_women", "free_children")
COUNTED = ("occupied", "arrived", "departed", "planned")


def clinic_is_the_senders(record: BedsRecord, context: CheckContext) -> Iterator[Finding]:
    """A clinic tells of its own places only."""
    code = record.clinic
    if not code:
        return
    if code not in context.known_codes:
        yield finding(F.ORGANISATION_UNKNOWN, field="clinic", value=code)
    elif not context.for_anybody and code not in context.sender_codes:
        yield finding(F.FOREIGN_ORGANISATION, field="clinic", value=code, expected="код отправителя")


def counts_are_possible(record: BedsRecord, context: CheckContext) -> Iterator[Finding]:
    """Patients are not counted below zero; negative free places are taken for none, with a warning (amqp.md 5.5)."""
    for name in (*COUNTED, *FREE):
        value = record.__dict__.get(name)
        if value is None or value >= 0:
            continue
        level = Level.WARNING if name in FREE else Level.ERROR
        title = type(record).fields[name].title
        yield finding(F.VALUE_MALFORMED, title, field=name, value=value, expected="не меньше 0", level=level)


BED_CHECKS = (
    demanded("clinic", "day", "bed_profile"),
    texts_are_short,
    in_books("day"),
    clinic_is_the_senders,
    not_in_future("day"),
    counts_are_possible,
)
