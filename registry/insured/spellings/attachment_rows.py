"""Rows of attachment files: what the columns say together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Operation
from registry.core.spellings import Reading
from registry.insured.kinds.attachment import DETACHMENT
from registry.insured.spellings.person import UNIFIED, complete_enp


def arrange_row(reading: Reading, as_of: date, *, has_date: bool) -> Iterator[Reading]:
    """A day of detachment makes a detachment; layouts without a date of attachment mean the day of the file.

    A unified policy is known by its ЕНП, so its row must have one (files.md 3.3).
    """
    values = reading.values
    action = values.pop("action", None)
    reading.operation = action if isinstance(action, Operation) else Operation.INSERT
    if not has_date:
        values.setdefault("attached_on", as_of)
    if values.get("detached_on"):
        reading.kind = DETACHMENT
    for completed in complete_enp(reading):
        missing = values.get("policy_type") in UNIFIED and not values.get("enp")
        if missing and not any(one.field == "enp" for one in completed.findings):
            completed.findings.append(finding(F.ENP_ABSENT, field="enp"))
        yield completed
