"""Children of a representative: a record for one that has none yet, and who represents whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from registry.insured.operations.people.aspects import REPRESENTATIVE
from registry.insured.operations.people.ledger import PeopleLedger, PersonState
from registry.insured.operations.people.register import register_person
from registry.insured.rules.timelines import Act, put

MOTHER = 1


def register_newborn(
    ledger: PeopleLedger, names: Mapping[str, Any], representative_id: int | None, number: int, act: Act
) -> PersonState:
    """Add a child nobody knew, hung on its mother where she is known."""
    child = register_person(ledger, names, act)
    if representative_id is not None:
        represent(ledger, child, Representation(representative_id, MOTHER, number), act)
    return child


@dataclass(frozen=True, slots=True)
class Representation:
    """Who represents a person, by which relation; of children of one birth the number in their order (0: not told)."""

    representative_id: int
    relation: int
    number: int = 0


def represent(ledger: PeopleLedger, child: PersonState, by: Representation, act: Act) -> bool:
    """Let this person represent the child since the day of the act; False when it is known already."""
    values = {"representative_id": by.representative_id, "relation": by.relation, "birth_number": by.number}
    line = child.line(REPRESENTATIVE, values)
    held = line.at(act.on) or line.last
    if held is not None and held.values["representative_id"] == by.representative_id:
        return False
    if put(line, values, act.on, act) is None:
        return False
    ledger.note(child, act, REPRESENTATIVE.name)
    return True
