"""Changes: facts that operations caused; other systems act on them, and only they go upwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, such as ``attachment_closed`` of a person, with what a subscriber needs to act on it."""

    name: str
    person_id: int | None = None
    organisation_code: str = ""
    on: date | None = None
    record_number: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
