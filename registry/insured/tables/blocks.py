"""What people are gathered by who may be one (registry model, clause 9.4): parts of what is kept, read from indexes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from registry.store.read_as import last_six, letters_as, month_and_day, once, write_once, year

__all__ = ["BEGINNING", "ENDING", "beginning_of", "heard", "last_six", "month_and_day", "sound_of", "year"]

BEGINNING, ENDING = 4, 6  # letters of a surname, characters of a number (``last_six``)
#: Letters that sound alike without a stress or at the end of a word, and those that are not heard.
SOUNDS = {
    **dict.fromkeys("ОЯ", "А"),
    **dict.fromkeys("ЕЭЫ", "И"),
    "Ю": "У",
    "Б": "П",
    "В": "Ф",
    "Г": "К",
    "Д": "Т",
    "Ж": "Ш",
    "Щ": "Ш",
    "З": "С",
    **dict.fromkeys("ЙЬЪ-", ""),
}
DOUBLED = "АИКЛМНПРСТФШ"
_HEARD = str.maketrans(SOUNDS)


def sound_of(surname: Any) -> ColumnElement[Any]:
    """A surname as it may be written by ear: in its key form, with alike letters one, doubled ones once."""
    return once(letters_as(surname, SOUNDS), DOUBLED)


def heard(surname: str) -> str:
    """What ``sound_of`` gives for a surname in memory."""
    return write_once(surname.translate(_HEARD), DOUBLED) or ""


def beginning_of(surname: Any) -> ColumnElement[Any]:
    """The first four letters of a surname."""
    return func.substr(surname, 1, BEGINNING)
