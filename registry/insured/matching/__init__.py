"""How a person is found: one function for a live question, a file, a register and a message (registry model, 9)."""

from registry.insured.matching.evidence import difference_text, evidence_of, explained, match_text
from registry.insured.matching.outcomes import (
    AttachedOn,
    Difference,
    DifferenceLevel,
    Identification,
    IdentificationOutcome,
    InsuranceState,
    InsuredOn,
    KeyMatch,
    PersonFacts,
)
from registry.insured.matching.requests import SearchRequest, request_of
from registry.insured.matching.stages import identify

__all__ = [
    "AttachedOn",
    "Difference",
    "DifferenceLevel",
    "Identification",
    "IdentificationOutcome",
    "InsuranceState",
    "InsuredOn",
    "KeyMatch",
    "PersonFacts",
    "SearchRequest",
    "difference_text",
    "evidence_of",
    "explained",
    "identify",
    "match_text",
    "request_of",
]
