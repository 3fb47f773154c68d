"""Values of the people CSV, a column at a time: a reader returns typed values or raises what was expected instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from registry.core.checks.dates import EARLIEST_BIRTH, parse_date
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.policies import read_policy_type
from registry.core.checks.snils import LAST_UNCHECKED, SnilsVerdict, check_digits, snils_digits, snils_verdict
from registry.core.normalisation import digits
from registry.insured.kinds.methods import Method

ColumnReader = Callable[[Sequence[str]], Sequence[Any]]
MOST_REMEMBERED = 1 << 15
_UNFIT = re.compile("[\x00-\x1f\x7f\ufffd]")
_SEXES = {"1": 1, "2": 2}
METHODS = {
    "": Method.UNKNOWN.value,
    "0": Method.UNKNOWN.value,
    "1": Method.TERRITORIAL.value,
    "2": Method.APPLICATION.value,
    "3": Method.APPLICATION_MOVED.value,
}


class WrongValue(ValueError):
    """A value that breaks the form of its column."""

    def __init__(self, value: str, expected: str, column: str = "") -> None:
        super().__init__(expected)
        self.value = value
        self.expected = expected
        self.column = column


class Remembered(dict[str, Any]):
    """A reader of a column in which few texts stand in many lines: each is read once."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        value = self[text] = self._read(text)
        return value

    def __call__(self, column: Sequence[str]) -> list[Any]:
        """The values of a column."""
        return list(map(self.__getitem__, column))


def each_once(read: Callable[[str], Any]) -> ColumnReader:
    """A reader of a column whose texts are repeated in neighbouring lines only: nothing is remembered beyond it."""

    def read_column(column: Sequence[str]) -> list[Any]:
        return list(map({text: read(text) for text in set(column)}.__getitem__, column))

    return read_column


def read_text(longest: int) -> ColumnReader:
    """A reader of free text, trimmed; control characters and broken encoding are refused."""

    def read(text: str) -> str:
        value = text.strip()
        if len(value) > longest:
            raise WrongValue(text, f"не длиннее {longest} знаков")
        if _UNFIT.search(value):
            raise WrongValue(_UNFIT.sub("?", text), "текст UTF-8 без управляющих знаков")
        return value

    return Remembered(read)


def read_number(longest: int, *, required: bool = False) -> ColumnReader:
    """A reader of numbers and series; like text, but not worth remembering."""

    def read(text: str) -> str:
        value = text.strip()
        if required and not value:
            raise WrongValue(text, "непустое значение")
        if len(value) > longest:
            raise WrongValue(text, f"не длиннее {longest} знаков")
        if not value.isprintable() or "\ufffd" in value:
            raise WrongValue(_UNFIT.sub("?", text), "текст UTF-8 без управляющих знаков")
        return value

    def read_column(column: Sequence[str]) -> Sequence[str]:
        whole = "".join(column)
        plain = whole.isascii() and whole.isprintable() and " " not in whole
        if plain and max(map(len, column), default=0) <= longest and (not required or all(column)):
            return column
        return list(map(read, column))

    return read_column


def read_code(longest: int) -> ColumnReader:
    """A reader of codes of organisations: digits up to a length; unknown codes are kept."""

    def read(text: str) -> str:
        value = text.strip()
        if value and (len(value) > longest or not (value.isascii() and value.isdigit())):
            raise WrongValue(text, f"до {longest} цифр")
        return value

    return Remembered(read)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    value = parse_date(text)
    if value is None or value < EARLIEST_BIRTH:
        raise WrongValue(text, "дата ГГГГ-ММ-ДД не раньше 1900-01-01")
    return value


def _needed_day(text: str) -> date:
    value = _day(text)
    if value is None:
        raise WrongValue(text, "дата ГГГГ-ММ-ДД")
    return value


read_day = Remembered(_day)
read_needed_day = each_once(_needed_day)


def _enp(text: str) -> str:
    """An ЕНП with the right check digit; zeros mean none."""
    if not text:
        return ""
    verdict = enp_verdict(text)
    if verdict is EnpVerdict.VALID:
        return digits(text)
    if verdict in (EnpVerdict.EMPTY, EnpVerdict.ZEROS):
        return ""
    raise WrongValue(text, "ЕНП из 16 цифр с верной контрольной цифрой")


def _snils(text: str) -> str:
    """A СНИЛС with the right check digits; zeros mean none."""
    if not text:
        return ""
    number = snils_digits(text)
    if number is not None and number[:9] > LAST_UNCHECKED and check_digits(number[:9]) == number[9:]:
        return number
    verdict = snils_verdict(text)
    if verdict in (SnilsVerdict.VALID, SnilsVerdict.NOT_CHECKED):
        return digits(text)
    if verdict in (SnilsVerdict.EMPTY, SnilsVerdict.ZEROS):
        return ""
    raise WrongValue(text, "СНИЛС 999-999-999 99 с верным контрольным числом")


def _sex(text: str) -> int:
    """V005: 1 or 2."""
    value = _SEXES.get(text.strip())
    if value is None:
        raise WrongValue(text, "1 или 2")
    return value


def _document_type(text: str) -> int | None:
    """A code of F011; codes newer than the built-in list are kept."""
    value = text.strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value) <= 99):
        raise WrongValue(text, "код F011")
    return int(value)


def _policy_letter(text: str) -> str:
    """A letter of the policy types, Cyrillic whatever it was written in."""
    if not text.strip():
        return ""
    kind = read_policy_type(text).type
    if kind is None:
        raise WrongValue(text, "буква С В П Э К Е Ц Х М")
    return kind.value


def _method(text: str) -> str:
    """The registry's own code of a method 0…3."""
    value = METHODS.get(text.strip())
    if value is None:
        raise WrongValue(text, "0, 1, 2 или 3")
    return value


read_enp = each_once(_enp)
read_snils = each_once(_snils)
read_sex = each_once(_sex)
read_document_type = each_once(_document_type)
read_policy_letter = each_once(_policy_letter)
read_method = each_once(_method)
