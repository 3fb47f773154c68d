"""Changing facts of people: one reading, any number of acts in memory, one writing with keys in step."""

from registry.insured.operations.people.change_facts import FactChange, Told, change_facts
from registry.insured.operations.people.ledger import Origin, PeopleLedger, PersonState, open_people
from registry.insured.rules.timelines import Act

__all__ = ["Act", "FactChange", "Origin", "PeopleLedger", "PersonState", "Told", "change_facts", "open_people"]
