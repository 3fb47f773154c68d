"""The buffer («механизм согласования изменений»): changes from outside that may not apply by themselves."""

from registry.insured.buffer.operations.propose_changes import Proposed, propose_changes
from registry.insured.buffer.operations.write_facts import Circumstances
from registry.insured.buffer.rules import KnownFact, KnownPerson, Proposal, Proposer, needs_buffer

__all__ = [
    "Circumstances",
    "KnownFact",
    "KnownPerson",
    "Proposal",
    "Proposed",
    "Proposer",
    "needs_buffer",
    "propose_changes",
]
