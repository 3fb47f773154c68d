"""Twins: records that may be one person, from the proposal of a pair to the join and its undoing (clause 5.2)."""

from registry.insured.twins.operations.acting import Actor, Done, Guard
from registry.insured.twins.operations.join_people import Separation, join_pair, join_people, separate_people
from registry.insured.twins.operations.propose_pairs import Proposal, propose_pairs
from registry.insured.twins.operations.settle_pair import dismiss_pairs, postpone_pair, reopen_pair
from registry.insured.twins.operations.split_person import Split, split_person, undo_split
from registry.insured.twins.queries.pairs import pair_of
from registry.insured.twins.rules.joining import Refused
from registry.insured.twins.rules.words import Operation, Reason, State, Verdict

__all__ = [
    "Actor",
    "Done",
    "Guard",
    "Operation",
    "Proposal",
    "Reason",
    "Refused",
    "Separation",
    "Split",
    "State",
    "Verdict",
    "dismiss_pairs",
    "join_pair",
    "join_people",
    "pair_of",
    "postpone_pair",
    "propose_pairs",
    "reopen_pair",
    "separate_people",
    "split_person",
    "undo_split",
]
