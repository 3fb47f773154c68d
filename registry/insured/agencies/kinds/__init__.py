"""One message kind per sort of fact that other departments tell."""

from registry.insured.agencies.kinds.birth import BIRTH
from registry.insured.agencies.kinds.conscription import CONSCRIPTION
from registry.insured.agencies.kinds.death import DEATH, DEATH_CANCELLATION
from registry.insured.agencies.kinds.foreign_file import FOREIGN_FILE
from registry.insured.agencies.kinds.name_change import NAME_CHANGE
from registry.insured.agencies.kinds.snils_answer import SNILS_ANSWER
from registry.insured.agencies.kinds.tax_person import TAX_PERSON

KINDS = (
    DEATH,
    DEATH_CANCELLATION,
    BIRTH,
    NAME_CHANGE,
    SNILS_ANSWER,
    CONSCRIPTION,
    TAX_PERSON,
    FOREIGN_FILE,
)

__all__ = [
    "BIRTH",
    "CONSCRIPTION",
    "DEATH",
    "DEATH_CANCELLATION",
    "FOREIGN_FILE",
    "KINDS",
    "NAME_CHANGE",
    "SNILS_ANSWER",
    "TAX_PERSON",
]
