"""Attachments told in answers, as records of the attachment kind that any spelling can write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, cast

from registry.core.checks.snils import format_snils
from registry.core.outcomes import Item
from registry.insured.kinds.attachment import Attachment
from registry.insured.kinds.methods import BY_APPLICATION, Method
from registry.insured.kinds.person import Person


def told_attachments(item: Item) -> Iterator[Attachment]:
    """Yield what an answer tells of one item: the attachment asked about, or those it ended in other clinics.

    The person is told as the sender gave it: an answer brings no personal data the question did not have.
    """
    given = {name: value for name, value in item.record.__dict__.items() if name in Person.fields}
    found = item.identification
    if found is not None and found.attachment is not None and not item.kind.changes_state and not item.is_rejected:
        row = found.attachment
        yield _record(
            given,
            clinic=row.clinic_code,
            attached_on=row.valid_from,
            doctor_snils=row.doctor_snils,
            district=row.district_code,
            method=row.method,
        )
    for closed in item.answer.get("closed", ()):
        if closed["clinic"] != item.answer.get("clinic"):
            yield _record(
                given,
                clinic=closed["clinic"],
                attached_on=date.fromisoformat(closed["valid_from"]),
                doctor_snils=closed["doctor_snils"],
                district=closed["district"],
                method=closed["method"],
            )


def with_clinic(record: Attachment, codes: Mapping[str, str]) -> Attachment:
    """Return the record with the contract's own code of the clinic; a clinic without one keeps its mcod."""
    clinic = record.clinic or ""
    return cast(Attachment, Attachment.of({**record.__dict__, "clinic": codes.get(clinic, clinic)}))


def _record(given: Mapping[str, Any], *, method: str, doctor_snils: str, district: str, **values: Any) -> Attachment:
    """By application or territorial is all the contracts tell; a move is told as the reason of an application."""
    moved = method == Method.APPLICATION_MOVED
    return Attachment(
        **given,
        **values,
        method=Method.APPLICATION if method in BY_APPLICATION else Method.TERRITORIAL,
        end_reason=1 if moved or method == Method.TERRITORIAL else 0,
        doctor_snils=format_snils(doctor_snils) if doctor_snils else None,
        district=district or None,
    )
