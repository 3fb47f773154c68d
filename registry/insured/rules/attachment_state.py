"""Attachments of a person as the registry holds them, and what a decision about them changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from registry.core.findings import Finding

OPEN_DATE = date(9999, 12, 31)
DAY = timedelta(days=1)
THERAPEUTIC, FAP = 1, 5
REASON_DEAD, REASON_OTHER_CLINIC, REASON_LEFT, REASON_APPLICATION, REASON_CLOSED, REASON_OTHER = 1, 2, 3, 4, 5, 9


class AttachmentState(NamedTuple):
    """One attachment of a person as the registry holds it now.

    ``doctor_snils`` is the first medical worker, ``second_doctor_snils`` the one of the other category, if any.
    """

    id: int
    person_id: int
    clinic_code: str
    area_type: int
    method: str
    applied_on: date
    valid_from: date
    valid_to: date
    clinic_oid: str = ""
    department: str = ""
    building: str = ""
    district_code: str = ""
    doctor_snils: str = ""
    doctor_category: int | None = None
    second_doctor_snils: str = ""
    ground: str = ""
    end_reason: int | None = None
    sender_end_reason: str = ""
    ended_by_fund: bool = False

    @property
    def is_open(self) -> bool:
        """True while no end is known."""
        return self.valid_to == OPEN_DATE


@dataclass(slots=True)
class Decision:
    """What a record changes: rows that stop counting, rows that take their place, and the findings that explain it.

    ``closed`` are ended copies of rows in ``retracted``; ``opened`` is the attachment that holds afterwards,
    ``beside`` what holds with it again.
    """

    findings: list[Finding] = field(default_factory=list)
    retracted: list[AttachmentState] = field(default_factory=list)
    closed: list[AttachmentState] = field(default_factory=list)
    opened: AttachmentState | None = None
    beside: list[AttachmentState] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        """False for a record that finds everything as it says."""
        return bool(self.retracted or self.opened)


@dataclass(frozen=True, slots=True)
class AttachmentPolicy:
    """Settings of the region kept as data (clause 6.2, rules 2 and 4; files.md 3.4)."""

    rolling_year: bool = False
    next_month: bool = False
    upsert_on_correction: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the registry itself knows that lets a person choose once more within a year (rule 2)."""

    born_on: date | None = None
    returned_on: date | None = None


def current_of(history: Sequence[AttachmentState], area_type: int) -> AttachmentState | None:
    """Return the open attachment of an area type; there is at most one (rule 1)."""
    return next((row for row in history if row.is_open and row.area_type == area_type), None)


def moved(row: AttachmentState, **differences: Any) -> AttachmentState:
    """Return the row with some values changed."""
    return row._replace(**differences)


def ended(row: AttachmentState, on: date, reason: int | None, **others: Any) -> AttachmentState:
    """Return the row as it is when its last day is known."""
    return moved(row, id=0, valid_to=on, end_reason=reason, **others)


def followed(history: Sequence[AttachmentState], decision: Decision) -> list[AttachmentState]:
    """Return the history as the next record of the same packet finds it."""
    kept = [row for row in history if row not in decision.retracted]
    return [*kept, *decision.closed, *([decision.opened] if decision.opened else []), *decision.beside]
