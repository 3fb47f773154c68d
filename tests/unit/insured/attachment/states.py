"""Attachments and records in few words, for the tests of the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.core.outcomes import Operation
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.methods import Method
from registry.insured.rules.attachment import (
    OPEN_DATE,
    AttachmentPolicy,
    AttachmentState,
    Circumstances,
    Decision,
    decide_attachment,
)

HERE, THERE, ELSEWHERE = "630001", "630002", "630003"
DOCTOR, OTHER_DOCTOR = "13000001200", "13000001301"
CALENDAR = AttachmentPolicy()


def day(text: str) -> date:
    return date.fromisoformat(text)


def attached(clinic: str = HERE, since: str = "2024-02-01", until: str = "", **others: Any) -> AttachmentState:
    """A row as the registry holds it, by application unless told."""
    values: dict[str, Any] = {
        "id": 7,
        "person_id": 1,
        "clinic_code": clinic,
        "area_type": 1,
        "method": Method.APPLICATION.value,
        "applied_on": day(since),
        "valid_from": day(since),
        "valid_to": day(until) if until else OPEN_DATE,
        "end_reason": 2 if until else None,
        **others,
    }
    return AttachmentState(**values)


def asks(clinic: str = HERE, on: str = "2026-11-02", **others: Any) -> Attachment:
    """A record as a clinic sends it, by application unless told."""
    return Attachment(
        **{"number": "1", "clinic": clinic, "method": Method.APPLICATION, "attached_on": day(on), **others}
    )


def decide(
    history: list[AttachmentState],
    record: Attachment,
    policy: AttachmentPolicy = CALENDAR,
    known: Circumstances | None = None,
    operation: Operation = Operation.INSERT,
) -> Decision:
    return decide_attachment(history, record, 1, operation, policy, known or Circumstances())


def codes(decision: Decision) -> list[tuple[str, str]]:
    """What a decision says: codes and the fields they point at."""
    return [(one.code.value, one.field) for one in decision.findings]


def after(history: list[AttachmentState], decision: Decision) -> list[tuple[str, int, str, str]]:
    """The rows that hold after a decision: clinic, area type, first and last day."""
    kept = [row for row in history if row not in decision.retracted]
    rows = [*kept, *decision.closed, *([decision.opened] if decision.opened else [])]
    told = [(row.clinic_code, row.area_type, row.valid_from, row.valid_to) for row in rows]
    return [
        (clinic, area, f"{begin}", "" if end == OPEN_DATE else f"{end}") for clinic, area, begin, end in sorted(told)
    ]
