"""The kinds of the contract of events, collected for the catalogue."""

from registry.support.kinds.dispensary_observation import DISPENSARY_OBSERVATION
from registry.support.kinds.inform_request import INFORM_REQUEST
from registry.support.kinds.inform_result import INFORM_RESULT
from registry.support.kinds.preventive_exam import PREVENTIVE_EXAM
from registry.support.kinds.questions import (
    EVENT_QUESTION,
    INFORM_ROW,
    REQUESTS_QUESTION,
    SENDING,
    SENDINGS_QUESTION,
)
from registry.support.kinds.telemedicine import TELEMEDICINE

KINDS = (
    PREVENTIVE_EXAM,
    DISPENSARY_OBSERVATION,
    TELEMEDICINE,
    INFORM_REQUEST,
    INFORM_RESULT,
    EVENT_QUESTION,
    REQUESTS_QUESTION,
    SENDINGS_QUESTION,
    INFORM_ROW,
    SENDING,
)
