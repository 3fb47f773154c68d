"""Rows of the lists of departments: what the columns say together."""

from __future__ import annotations

from registry.core.spellings import Reading
from registry.insured.agencies.kinds import BIRTH, DEATH, DEATH_CANCELLATION


def arrange_listed(reading: Reading) -> Reading:
    """An act of death marked as withdrawn takes the registered death back; an unnamed child bears the mother's name."""
    if reading.kind is DEATH and reading.values.get("cancels"):
        reading.kind = DEATH_CANCELLATION
    if reading.kind is BIRTH and not reading.values.get("surname") and reading.values.get("mother_surname"):
        reading.values["surname"] = reading.values["mother_surname"]
    return reading
