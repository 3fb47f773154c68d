"""Texts of typed DBF fields: dates, numbers and logical letters, or None for what cannot be one (files.md 2.5).

Visual FoxPro keeps some columns as bytes of the machine; they are told as the text another table would hold.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import isfinite

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


@dataclass(frozen=True, slots=True)
class Binary:
    """A column of machine bytes: its text, and the type and width a table of texts would give it."""

    read: Callable[[bytes], str]
    type: str
    length: int


#: Whole numbers up to here are told exactly by eight bytes.
_EXACT = 1e15
#: The Julian number of the day before the first of the year 1.
_JULIAN = 1_721_425


def _integer(stored: bytes) -> str:
    return str(struct.unpack("<i", stored)[0])


def _double(stored: bytes) -> str:
    number: float = struct.unpack("<d", stored)[0]
    return (
        f"{number:.0f}" if abs(number) < _EXACT and number.is_integer() else f"{number:.6g}" if isfinite(number) else ""
    )


def _money(stored: bytes) -> str:
    kept: int = struct.unpack("<q", stored)[0]
    whole, fraction = divmod(abs(kept), 10_000)
    return f"{'-' * (kept < 0)}{whole}{f'.{fraction:04}' * (fraction > 0)}"


def _moment(stored: bytes) -> str:
    """The day as ``yyyymmdd``; the time of day says nothing to a column of dates."""
    day = struct.unpack_from("<i", stored)[0] - _JULIAN
    return date.fromordinal(day).isoformat().replace("-", "") if 0 < day <= date.max.toordinal() else ""


BINARY: dict[tuple[str, int], Binary] = {
    ("I", 4): Binary(_integer, "N", 11),
    ("B", 8): Binary(_double, "N", 20),
    ("Y", 8): Binary(_money, "N", 21),
    ("T", 8): Binary(_moment, "D", 8),
}
