"""The fields of a person the buffer speaks of: their titles, and their values as JSON keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.core.plain import revived
from registry.insured.kinds.person_facts import PersonFacts


def title_of(name: str) -> str:
    """The title of a field."""
    spec = PersonFacts.fields.get(name)
    return spec.title if spec is not None else name


def typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values kept as JSON as the fields mean them; a field nobody describes keeps its text."""
    known = revived(PersonFacts, values).values
    return {name: known.get(name, value) for name, value in values.items()}
