"""Ending every attachment of people who died or left the region, whoever told it (clauses 5.1 and 6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.operations.attach_people import attachment_facts
from registry.insured.operations.attachment_rows import Told, attachments_of, lock_people, replace_rows
from registry.insured.rules.attachment import AttachmentState, decide_closing


@dataclass(frozen=True, slots=True)
class Closing:
    """The last day of all attachments of a person, and why they end (1 death, 3 leaving the region)."""

    person_id: int
    on: date
    reason: int
    record_number: str = ""


def close_attachments(session: Session, closings: Sequence[Closing], told: Told) -> list[Change]:
    """End the attachments of these people, set-based; one that would begin later has never counted."""
    people = [one.person_id for one in closings]
    lock_people(session, people)
    histories = attachments_of(session, people)
    retracted: list[AttachmentState] = []
    rows: list[tuple[AttachmentState, str]] = []
    changes: list[Change] = []
    for one in closings:
        decision = decide_closing(histories.pop(one.person_id, ()), one.on, one.reason)
        retracted += decision.retracted
        rows += [(row, one.record_number) for row in decision.closed]
        for row in decision.closed:
            facts = {**attachment_facts(row), "new_clinic": ""}
            changes.append(
                Change("attachment_closed", row.person_id, row.clinic_code, row.valid_to, one.record_number, facts)
            )
    replace_rows(session, retracted, rows, told)
    return changes
