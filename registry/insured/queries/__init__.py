"""The read side of the registry for screens: the search of people and the card of one person."""

from registry.insured.queries.card import (
    Card,
    Fact,
    StateOnDay,
    card,
    state_on,
    timeline,
)
from registry.insured.queries.people import PersonLine, PersonSearch, Sight, find_people, person_is_visible
from registry.insured.queries.similar_people import similar_people

__all__ = [
    "Card",
    "Fact",
    "PersonLine",
    "PersonSearch",
    "Sight",
    "StateOnDay",
    "card",
    "find_people",
    "person_is_visible",
    "similar_people",
    "state_on",
    "timeline",
]
