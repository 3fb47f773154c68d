"""NOVOR: how a contract says that a record is of a newborn, known by the data of the mother (registers.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"([12])(\d\d)(\d\d)(\d\d)(\d{1,2})", re.ASCII)
CENTURY = 2000


@dataclass(frozen=True, slots=True)
class NewbornSign:
    """Sex, birth date and number in birth order of a child; the rest of its record is of the representative."""

    sex: int
    born: date
    number: int


def read_newborn(text: str) -> NewbornSign | None:
    """What ``ПДДММГГН`` says; ``None`` for anything that is not such a sign."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    sex, day, month, year, number = map(int, found.groups())
    try:
        return NewbornSign(sex, date(CENTURY + year, month, day), number)
    except ValueError:
        return None
