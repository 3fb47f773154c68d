"""What a join would make of two records, told before anybody decides: values that stay, overlaps, who loses what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date

from registry.insured.matching.candidates import JOINED, AttachmentRow, Candidate, DocumentRow, InsuranceRow
from registry.store.base import OPEN_DATE


@dataclass(frozen=True, slots=True)
class Overlap:
    """Days on which both records had an insurer, or a clinic of one area type; the main record's stays."""

    noun: str
    kept: str
    dropped: str
    since: date
    until: date

    @property
    def is_open(self) -> bool:
        """True when it goes on."""
        return self.until == OPEN_DATE

    @property
    def is_contradiction(self) -> bool:
        """True when the two say different things about those days."""
        return self.kept != self.dropped


@dataclass(frozen=True, slots=True)
class Preview:
    """The joined record: its value of every compared field, the numbers that become former, the overlaps."""

    joined: Candidate
    former: dict[str, list[str]]
    overlaps: list[Overlap]


def preview(main: Candidate, second: Candidate) -> Preview:
    """The record that reading through the link would give."""
    joined = _copy(main)
    joined.take_over(_copy(second))
    current = {
        "enp": {joined.enp},
        "snils": {row.number for row in joined.snils if row.valid_to != JOINED},
        "document": {_printed(row) for row in joined.documents if row.valid_to != JOINED},
    }
    values = {
        "enp": {row.enp for row in joined.policies} | {second.enp},
        "snils": {row.number for row in joined.snils},
        "document": {_printed(row) for row in joined.documents},
    }
    former = {name: sorted(values[name] - current[name] - {""}) for name in values}
    return Preview(joined, former, overlaps(main, second))


def overlaps(main: Candidate, second: Candidate) -> list[Overlap]:
    """Every period the two records both tell about, the newest first."""
    found = list(_insurance(main.insurance, second.insurance))
    areas = {row.area_type for row in main.attachments} & {row.area_type for row in second.attachments}
    for area in sorted(areas):
        ours, theirs = ([row for row in one.attachments if row.area_type == area] for one in (main, second))
        found += _attachments(ours, theirs)
    return sorted(found, key=lambda one: (one.until, one.since), reverse=True)


def _printed(row: DocumentRow) -> str:
    return " ".join(filter(None, (row.series, row.number)))


def _insurance(ours: Sequence[InsuranceRow], theirs: Sequence[InsuranceRow]) -> Iterable[Overlap]:
    for one in ours:
        for other in theirs:
            if days := _common(one, other):
                yield Overlap("insurance", one.insurer_code, other.insurer_code, *days)


def _attachments(ours: Sequence[AttachmentRow], theirs: Sequence[AttachmentRow]) -> Iterable[Overlap]:
    for one in ours:
        for other in theirs:
            if days := _common(one, other):
                yield Overlap("attachment", one.clinic_code, other.clinic_code, *days)


def _common(one: InsuranceRow | AttachmentRow, other: InsuranceRow | AttachmentRow) -> tuple[date, date] | None:
    since, until = max(one.valid_from, other.valid_from), min(one.valid_to, other.valid_to)
    return (since, until) if since <= until else None


def _copy(one: Candidate) -> Candidate:
    """A copy whose lists may grow without touching the original's."""
    found = replace(copy(one), joined_ids=set(one.joined_ids))
    for name in ("versions", "snils", "documents", "policies", "insurance", "attachments"):
        setattr(found, name, list(getattr(one, name)))
    return found
