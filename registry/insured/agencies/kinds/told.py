"""What records of departments have in common: the act that proves them, and what may be said of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode as F
from registry.insured.kinds.identification import PERSON_BLOCK, PERSON_IS_CERTAIN
from registry.insured.kinds.person import Person


class CivilAct(Person):
    """A person with the civil act (запись акта гражданского состояния) that something about them is proved by."""

    act_number = FieldSpec(str, "Номер записи акта")
    act_date = FieldSpec(date, "Дата записи акта", wrong=F.DATE_WRONG)
    act_issuer = FieldSpec(str, "Орган ЗАГС")
    cancels = FieldSpec(bool, "Запись аннулирована", wrong=F.ACTION_UNKNOWN)


#: Whoever is known is matched, insured or not, dead or alive.
ANYBODY = frozenset(("dead", "not_insured", "elsewhere"))
FORM = frozenset(
    (
        F.ROW_CHARACTERS,
        F.VALUE_ABSENT,
        F.VALUE_MALFORMED,
        F.NUMBER_REPEATED,
        F.NAME_ABSENT,
        F.BIRTH_DATE_ABSENT,
        F.DATE_ABSENT,
        F.DATE_WRONG,
        F.DATE_IN_FUTURE,
        F.DATE_ORDER,
    )
)
MATCHED = PERSON_BLOCK | FORM | PERSON_IS_CERTAIN


def as_known(record: Any, as_of: date) -> tuple[date, date | None]:
    """A department's record is about a person as known on the day of the list."""
    return as_of, None
