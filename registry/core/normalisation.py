"""Key forms: what is compared instead of what was written (insured.md 2).

Every function is idempotent and quick enough to be called for each value of a file of a million rows.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from registry.core.checks.alphabet import TO_CYRILLIC, TO_HYPHEN, is_digits
from registry.core.checks.documents import roman_series
from registry.core.checks.names import ABSENT_NAMES

EARLIEST = date(1800, 1, 1)
LATEST = date(2500, 1, 1)

_NAME_TABLE = {**TO_HYPHEN, **TO_CYRILLIC, ord("Ё"): ord("Е")}
_PLACE_TABLE = {
    **_NAME_TABLE,
    **str.maketrans("_", " "),
    **dict.fromkeys(map(ord, '"<>`„‹‘’“”›«»'), ord("'")),
    **str.maketrans("[{]}\\|¦‚…•", "(())///,.."),
    ord("№"): ord("N"),
}
_LOOSE_TABLE = {**str.maketrans("VDLI-", "УДЛ1 "), **dict.fromkeys(map(ord, "ЬЪ'"))}
_NUMBER_TABLE = {**TO_HYPHEN, **TO_CYRILLIC, **dict.fromkeys(map(ord, " \t\n\r\x0b\x0c\xa0\u2009\u202f"))}

_NAME_MARKS = re.compile(r" *([-.']) *")
_PLACE_MARKS = re.compile(r" *([-.,]) *")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_NOT_DIGIT = re.compile(r"[^0-9]+")


@lru_cache(maxsize=1 << 15)
def name_key(text: str) -> str:
    """Key form of a surname, first name or patronymic; empty for the placeholders that mean «none»."""
    key = _folded(text, _NAME_TABLE)
    if "-" in key or "." in key or "'" in key:
        key = _NAME_MARKS.sub(r"\1", key).strip()
    return "" if key in ABSENT_NAMES else key


@lru_cache(maxsize=1 << 17)
def place_key(text: str) -> str:
    """Key form of a birthplace."""
    return _PLACE_MARKS.sub(r"\1", _folded(text, _PLACE_TABLE)).strip()


@lru_cache(maxsize=1 << 17)
def loose_name(text: str) -> str:
    """Loose form of a name for the probabilistic stage: what typists confuse becomes one letter."""
    key = name_key(text).translate(_LOOSE_TABLE).replace("111", "Ш").replace("11", "П")
    return name_key(_DOUBLED.sub(r"\1", unicodedata.normalize("NFC", key)))


def document_key(text: str) -> str:
    """Key form of a series or a number of an identity document: `14 99` = `1499`, `1У-сн` = `IV-СН`."""
    return text if is_digits(text) else _document_key(text)


def policy_key(text: str) -> str:
    """Key form of a series or a number of a policy; leading zeros stay, they are significant in old numbers."""
    return text if is_digits(text) else _policy_key(text)


def digits(text: str) -> str:
    """The digits 0–9 of a text: the key form of an ЕНП or a СНИЛС."""
    return text if is_digits(text) else _NOT_DIGIT.sub("", text)


@lru_cache(maxsize=1 << 13)
def date_key(day: date | None) -> str:
    """`yyyyMMdd`, or an empty text for no date and for one that is unusable in keys."""
    if day is None or not EARLIEST <= day <= LATEST:
        return ""
    return day.isoformat().replace("-", "")


@lru_cache(maxsize=1 << 16)
def _document_key(text: str) -> str:
    return roman_series(text) or _policy_key(text)


@lru_cache(maxsize=1 << 16)
def _policy_key(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).upper().translate(_NUMBER_TABLE))


def _folded(text: str, table: dict[int, int]) -> str:
    key = unicodedata.normalize("NFC", text).upper().translate(table)
    # A letter that was folded may now compose with a loose mark behind it: fold again, or the key would not be stable.
    while (composed := unicodedata.normalize("NFC", key)) != key:
        key = composed.upper().translate(table)
    return " ".join(key.split())
