"""Attachments that end because of something else that happened to the person: death, leaving the region."""

from __future__ import annotations

from datetime import date

from registry.insured.operations.people.aspects import ATTACHMENT
from registry.insured.operations.people.ledger import PeopleLedger, PersonState
from registry.insured.rules.timelines import Act, end


def end_attachments(ledger: PeopleLedger, person: PersonState, on: date, reason: int, act: Act) -> None:
    """End every attachment that would hold after a day and tell the clinics."""
    for line in person.of(ATTACHMENT):
        for row in [row for row in line.rows if row.until > on]:
            end(line, row, on, act, end_reason=reason)
            ledger.note(person, act, ATTACHMENT.name)
            facts = {name: row.values[name] for name in ("area_type", "method", "doctor_snils")}
            ledger.say(
                person,
                act,
                "attachment_closed",
                row.values["clinic_code"],
                on,
                clinic=row.values["clinic_code"],
                applied_on=row.values["applied_on"],
                valid_from=row.since,
                valid_to=on,
                district=row.values["district_code"],
                end_reason=reason,
                new_clinic="",
                **facts,
            )
