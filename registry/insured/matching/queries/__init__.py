"""Reading the registry for a whole portion of requests: whom keys and blocks point at, and all rows of those people."""

from registry.insured.matching.queries.blocks import (
    BlockProbe,
    DateProbe,
    Suspect,
    people_by_blocks,
    people_by_numbers,
)
from registry.insured.matching.queries.children import children_of, people_by_documents
from registry.insured.matching.queries.people import (
    KeyProbe,
    load_candidates,
    load_records,
    people_by_keys,
    people_by_own_ids,
    people_by_policies,
)
from registry.insured.matching.queries.present import present_numbers, present_versions

__all__ = [
    "BlockProbe",
    "DateProbe",
    "KeyProbe",
    "Suspect",
    "children_of",
    "load_candidates",
    "load_records",
    "people_by_blocks",
    "people_by_documents",
    "people_by_keys",
    "people_by_numbers",
    "people_by_own_ids",
    "people_by_policies",
    "present_numbers",
    "present_versions",
]
