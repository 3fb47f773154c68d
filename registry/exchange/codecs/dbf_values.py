"""Texts of typed DBF fields: dates, numbers and logical letters, or None for what cannot be one (files.md 2.5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from registry.core.findings import FindingCode

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\Z", re.ASCII)


@lru_cache(maxsize=10_000)
def _date_text(stored: str) -> str | None:
    """``yyyymmdd`` of a stored date, empty for none, None for an impossible one."""
    text = stored.strip(" ")
    if text in ("", "00000000"):
        return ""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return text


@lru_cache(maxsize=10_000)
def _number_text(stored: str) -> str | None:
    """The digits of a stored number, empty for none, None for an overflow or no number.

    A column with decimals writes the code 1 as ``1.00``: a fraction of zeros says nothing and is left out.
    """
    text = stored.strip(" ")
    if text in ("", "."):
        return ""
    if not _NUMBER.match(text):
        return None
    whole, _, fraction = text.partition(".")
    return whole if whole.isdigit() and not fraction.strip("0") else text


def _logical_text(stored: str) -> str | None:
    """The stored letter; ``?`` and a space mean nothing was entered."""
    text = stored.strip(" ?")
    return text if text in ("", *"TFYNtfyn") else None


#: Type letter → its check, what is expected, the finding of a failure; C fields have no check.
CHECKED: dict[str, tuple[Callable[[str], str | None], str, FindingCode]] = {
    "D": (_date_text, "дата ГГГГММДД", FindingCode.DATE_WRONG),
    "N": (_number_text, "число", FindingCode.VALUE_MALFORMED),
    "F": (_number_text, "число", FindingCode.VALUE_MALFORMED),
    "L": (_logical_text, "T или F", FindingCode.VALUE_MALFORMED),
}
