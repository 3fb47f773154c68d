"""What goes to the central segment and comes from it: notices, questions, answers."""

from registry.central.kinds.answer import CENTRAL_ANSWER
from registry.central.kinds.notice import CENTRAL_NOTICE
from registry.central.kinds.question import CENTRAL_QUESTION

KINDS = (CENTRAL_NOTICE, CENTRAL_QUESTION, CENTRAL_ANSWER)

__all__ = ["CENTRAL_ANSWER", "CENTRAL_NOTICE", "CENTRAL_QUESTION", "KINDS"]
