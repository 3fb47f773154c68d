"""Every kind of the exchange with the central segment."""

from registry.central.kinds.answer import CENTRAL_ANSWER
from registry.central.kinds.notice import CENTRAL_NOTICE
from registry.central.kinds.question import CENTRAL_QUESTION

KINDS = (CENTRAL_NOTICE, CENTRAL_QUESTION, CENTRAL_ANSWER)
