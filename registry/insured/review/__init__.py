"""Records an operator must look at: who they may be about, what was decided, and for whom it was asked (9.6, held)."""

from registry.insured.review.operations import Asked, decide_case, open_cases
from registry.insured.review.queries import Decision, decisions_of
from registry.insured.review.rules import Verdict

__all__ = ["Asked", "Decision", "Verdict", "decide_case", "decisions_of", "open_cases"]
