"""What the note of an answer row says of how a person was found (files.md 2.4)."""

from __future__ import annotations

from registry.core.outcomes import Item
from registry.insured.kinds.identification import IDENTIFICATION, IdentificationRequest
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.matching.outcomes import Difference, DifferenceLevel
from registry.insured.rules.identification_answers import note_text


def test_a_person_found_by_likeness_alone_is_not_told_as_found_by_no_key() -> None:
    found = Identification(IdentificationOutcome.FOUND_DIFF)
    found.differences.append(Difference("surname", "Новикова", "Петрова", DifferenceLevel.DIFFERENT))
    item = Item(1, IdentificationRequest(), IDENTIFICATION, identification=found)
    assert note_text(item, found) == "Найден по сходству; Фамилия: отличается"
