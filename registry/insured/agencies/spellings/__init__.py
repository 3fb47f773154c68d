"""Layouts of the lists of departments as rows; the hub defines them, nobody published others (decisions, 10)."""

from registry.core.kinds import MessageKind
from registry.insured.agencies.kinds import (
    BIRTH,
    CONSCRIPTION,
    DEATH,
    NAME_CHANGE,
    SNILS_ANSWER,
    TAX_PERSON,
)

PACKAGE = "registry.insured.agencies.spellings"
LAYOUTS: tuple[tuple[MessageKind, str], ...] = (
    (DEATH, "death.csv"),
    (BIRTH, "birth.csv"),
    (NAME_CHANGE, "name_change.csv"),
    (SNILS_ANSWER, "snils_answer.csv"),
    (CONSCRIPTION, "conscription.csv"),
    (TAX_PERSON, "tax_person.csv"),
)
#: The layout a list of a kind is read by, unless its sender has chosen another.
LAYOUT_OF = {
    "death": "zags_death",
    "birth": "zags_birth",
    "name_change": "zags_name",
    "snils_answer": "sfr_snils",
    "conscription": "vk_conscripts",
    "tax_person": "fns_persons",
}
