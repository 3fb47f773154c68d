"""СНИЛС: nine digits and two check digits (insured.md 3.2)."""

from enum import StrEnum
from operator import mul

from registry.core.checks.alphabet import is_digits

LENGTH = 11
SPELT_LENGTH = 14
LAST_UNCHECKED = "001001998"

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, 1)
_WEIGHT_OF_ZEROS = sum(_WEIGHTS) * ord("0")


class SnilsVerdict(StrEnum):
    """What is wrong with a СНИЛС, the first thing only."""

    VALID = "valid"
    NOT_CHECKED = "not_checked"
    EMPTY = "empty"
    ZEROS = "zeros"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK_DIGIT = "check_digit"


def check_digits(first9: str) -> str:
    """The two digits that belong to these nine, or an empty text for a text that is not nine digits."""
    if len(first9) != 9 or not is_digits(first9):
        return ""
    total = sum(map(mul, _WEIGHTS, first9.encode("ascii"))) - _WEIGHT_OF_ZEROS
    return f"{total % 101 % 100:02d}"


def snils_digits(text: str) -> str | None:
    """Eleven digits out of `999-999-999 99`, `999-999-999-99` or `99999999999`; None for any other spelling."""
    value = text.strip()
    if len(value) == LENGTH:
        return value if is_digits(value) else None
    if len(value) != SPELT_LENGTH or value[3] != "-" or value[7] != "-" or value[11] not in " -":
        return None
    bare = value[:3] + value[4:7] + value[8:11] + value[12:]
    return bare if is_digits(bare) else None


def format_snils(digits: str) -> str:
    """`999-999-999 99` for eleven digits; any other text comes back as it was."""
    if len(digits) != LENGTH or not is_digits(digits):
        return digits
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def snils_verdict(text: str) -> SnilsVerdict:
    """The verdict on a number as it was received, in any of the accepted spellings."""
    bare = snils_digits(text)
    if bare is None:
        return _misspelt(text.strip())
    if bare == "0" * LENGTH:
        return SnilsVerdict.ZEROS
    if bare[:9] <= LAST_UNCHECKED:
        return SnilsVerdict.NOT_CHECKED
    return SnilsVerdict.VALID if check_digits(bare[:9]) == bare[9:] else SnilsVerdict.CHECK_DIGIT


def _misspelt(value: str) -> SnilsVerdict:
    if not value:
        return SnilsVerdict.EMPTY
    bare = value.replace("-", "").replace(" ", "")
    return SnilsVerdict.LENGTH if is_digits(bare) and len(bare) != LENGTH else SnilsVerdict.CHARACTERS
