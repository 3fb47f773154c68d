"""Moving a person to another section or doctor of the same clinic: the attachment goes on, its section changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.insured.rules.attachment_state import DAY, OPEN_DATE, AttachmentState, Decision, moved

SECTION = ("district_code", "department", "building", "doctor_snils", "doctor_category")


def decide_move(current: AttachmentState, section: Mapping[str, Any], since: date) -> Decision:
    """Let a section hold since a day, the former one ends the day before; what is not told stays.

    A day before the attachment began means the day it began.
    """
    told = {name: value for name, value in section.items() if value not in (None, "")}
    if all(getattr(current, name) == value for name, value in told.items()):
        return Decision()
    if since <= current.valid_from:
        return Decision(retracted=[current], opened=moved(current, id=0, **told))
    former = moved(current, id=0, valid_to=since - DAY)
    return Decision([], [current], [former], moved(current, id=0, valid_from=since, valid_to=OPEN_DATE, **told))
