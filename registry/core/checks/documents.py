"""Identity documents (УДЛ): masks, the printed form of a series, age rules (insured.md 1.2 and 3.3)."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache

from registry.core.checks.alphabet import TO_CYRILLIC, TO_HYPHEN
from registry.core.checks.dates import add_years
from registry.core.checks.f011 import DOCUMENT_TYPES, AgeLimit, DocumentType

SEPARATOR = " № "

# `У` stands for V and `1` for I where a keyboard had no Latin letters; Х and С are twins of X and C.
_ROMAN_TWINS = "1УХСІ"
_TO_ROMAN = str.maketrans(_ROMAN_TWINS, "IVXCI")
_ROMAN = r"(?=[IVXLC])C?(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ROMAN_NUMERAL = re.compile(_ROMAN)
_ROMAN_SERIES = re.compile(rf"([IVXLC{_ROMAN_TWINS}]+)-?([А-ЯЁ]{{2}})")
_MASK_PARTS = {"9": "[0-9]", "0": "[0-9]?", "Б": "[А-ЯЁ]", "R": f"(?:{_ROMAN})", "S": ".?"}
_NO_SPACES = str.maketrans("", "", " \t\n\r\xa0")


class DocumentVerdict(StrEnum):
    """What is wrong with a document, the first thing only."""

    VALID = "valid"
    UNKNOWN_TYPE = "unknown_type"
    SERIES_MASK = "series_mask"
    NUMBER_MASK = "number_mask"


class AgeVerdict(StrEnum):
    """Whether a document may belong to a person of this age."""

    FITS = "fits"
    TOO_YOUNG = "too_young"
    TOO_OLD = "too_old"


@lru_cache(maxsize=256)
def mask_matcher(mask: str) -> re.Pattern[str]:
    """The expression that a whole value must match to fit a mask of F011."""
    return re.compile("".join(_MASK_PARTS.get(letter) or re.escape(letter) for letter in mask))


def document_type(code: int | str | None, types: Mapping[int, DocumentType] = DOCUMENT_TYPES) -> DocumentType | None:
    """The row of F011 with this code, written as a number or as text; None when there is none."""
    if isinstance(code, str):
        code = code.strip()
        return types.get(int(code)) if code.isascii() and code.isdigit() and len(code) <= 4 else None
    return types.get(code) if code is not None else None


def document_verdict(
    code: int | str | None, series: str, number: str, types: Mapping[int, DocumentType] = DOCUMENT_TYPES
) -> DocumentVerdict:
    """The verdict on a document as received; forms of a series that mean the same are accepted as one."""
    kind = document_type(code, types)
    if kind is None:
        return DocumentVerdict.UNKNOWN_TYPE
    if not mask_matcher(kind.series).fullmatch(_printed(kind.series, series)):
        return DocumentVerdict.SERIES_MASK
    if not mask_matcher(kind.number).fullmatch(number.strip()):
        return DocumentVerdict.NUMBER_MASK
    return DocumentVerdict.VALID


def display_series(code: int | str | None, series: str, types: Mapping[int, DocumentType] = DOCUMENT_TYPES) -> str:
    """The series as its mask prints it (`1499` → `14 99`, `1усн` → `IV-СН`); trimmed when it does not fit the mask."""
    kind = document_type(code, types)
    if kind is None:
        return series.strip()
    printed = _printed(kind.series, series)
    return printed if mask_matcher(kind.series).fullmatch(printed) else series.strip()


def roman_series(text: str) -> str | None:
    """`II-СН` for a series of a Roman numeral and two letters in whatever alphabets and with or without its hyphen."""
    value = text.upper().translate(TO_HYPHEN).translate(_NO_SPACES)
    found = _ROMAN_SERIES.fullmatch(value.translate(TO_CYRILLIC))
    if not found:
        return None
    numeral = found[1].translate(_TO_ROMAN)
    return f"{numeral}-{found[2]}" if _ROMAN_NUMERAL.fullmatch(numeral) else None


def split_document(text: str) -> tuple[str, str]:
    """Series and number out of `серия № номер`; without the sign the whole value is the number."""
    series, sign, number = text.partition(SEPARATOR)
    return (series.strip(), number.strip()) if sign else ("", text.strip())


def join_document(series: str, number: str) -> str:
    """`серия № номер`, or the number alone when there is no series."""
    return f"{series.strip()}{SEPARATOR}{number.strip()}" if series.strip() else number.strip()


def age_rule(
    code: int | str | None, birth_date: date, on: date, types: Mapping[int, DocumentType] = DOCUMENT_TYPES
) -> AgeVerdict:
    """Whether a person born then may be identified by this document on a day (003K.00.1030 and its neighbours).

    A birth certificate serves until 14 years and one month: the passport takes its time.
    """
    kind = document_type(code, types)
    if kind is None or kind.age is AgeLimit.ANY:
        return AgeVerdict.FITS
    fourteen = add_years(birth_date, 14)
    if kind.age is AgeLimit.FROM_14:
        return AgeVerdict.TOO_YOUNG if on < fourteen else AgeVerdict.FITS
    return AgeVerdict.TOO_OLD if on > _month_after(fourteen) else AgeVerdict.FITS


def _month_after(day: date) -> date:
    year, month = day.year + day.month // 12, day.month % 12 + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _printed(mask: str, series: str) -> str:
    value = series.strip()
    if "R" in mask:
        return roman_series(value) or value
    if "S" in mask:
        return value
    bare = value.upper().translate(_NO_SPACES)
    if " " not in mask:
        return bare
    at = mask.index(" ")
    return f"{bare[:at]} {bare[at:]}"
