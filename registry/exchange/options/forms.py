"""What the value of a setting may be: how it is checked, read from a line of text and shown to people."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

YES, NO = "да", "нет"
WORDS = {"да": True, "1": True, "true": True, "yes": True, "нет": False, "0": False, "false": False, "no": False}
DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
SEPARATOR = re.compile(r"[,;\s]+")
NOTHING = "не задано"


class Form(Protocol):
    """One sort of value; ``name`` tells screens which control to draw."""

    @property
    def name(self) -> str:
        """The word a screen knows the sort by."""

    @property
    def expected(self) -> str:
        """What is taken, in words, for a refusal and for help."""

    def accepts(self, value: Any) -> bool:
        """True when the value may be kept."""

    def read(self, text: str) -> Any:
        """The value a line of text means, not checked; ``ValueError`` when it means none."""

    def write(self, value: Any) -> str:
        """The line of text that ``read`` would read as this value."""

    def show(self, value: Any) -> str:
        """The value in words."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number within bounds, whole unless said otherwise; ``zero`` says what 0 means where it means something."""

    least: float
    most: float
    unit: str = ""
    whole: bool = True
    zero: str = ""
    name: str = field(default="number", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        sort = "целое число" if self.whole else "число"
        zero = f"; 0 – {self.zero}" if self.zero else ""
        return f"{sort} от {_number(self.least)} до {_number(self.most)}{zero}"

    def accepts(self, value: Any) -> bool:
        """True for a number within the bounds."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return self.least <= value <= self.most

    def read(self, text: str) -> int | float:
        """The number of a text; spaces between thousands and a decimal comma are understood."""
        bare = re.sub(r"\s", "", text).replace(",", ".")
        number = float(bare)
        if not math.isfinite(number):
            raise ValueError(text)
        return int(number) if number.is_integer() and (self.whole or "." not in bare) else number

    def write(self, value: Any) -> str:
        """The number as text."""
        return f"{value:g}" if isinstance(value, float) else str(value)

    def show(self, value: Any) -> str:
        """The number with its unit."""
        if value == 0 and self.zero:
            return f"0 – {self.zero}"
        return f"{_number(value)} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no."""

    name: str = field(default="yes", init=False)
    expected: str = field(default="да или нет", init=False)

    def accepts(self, value: Any) -> bool:
        """True for a truth value only: 1 is a number."""
        return isinstance(value, bool)

    def read(self, text: str) -> bool:
        """The truth value of a word."""
        if (found := WORDS.get(text.strip().casefold())) is None:
            raise ValueError(text)
        return found

    def write(self, value: Any) -> str:
        """The word."""
        return YES if value else NO

    def show(self, value: Any) -> str:
        """The word."""
        return self.write(value)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list, each with its Russian label."""

    labels: Mapping[str, str]
    name: str = field(default="choice", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        return "одно из: " + ", ".join(f"{value or 'пусто'} ({label})" for value, label in self.labels.items())

    def accepts(self, value: Any) -> bool:
        """True for a value of the list."""
        return isinstance(value, str) and value in self.labels

    def read(self, text: str) -> str:
        """The value itself."""
        return text.strip()

    def write(self, value: Any) -> str:
        """The value itself."""
        return str(value)

    def show(self, value: Any) -> str:
        """The label."""
        return self.labels.get(value, str(value))


@dataclass(frozen=True, slots=True)
class Several:
    """Any number of a closed list, none twice, each with its Russian label; ``least`` of them at least."""

    labels: Mapping[Any, str]
    least: int = 0
    name: str = field(default="several", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        least = f", не меньше {self.least}" if self.least else ""
        return f"через запятую из: {', '.join(map(str, self.labels))}{least}"

    def accepts(self, value: Any) -> bool:
        """True for a list of known values without repetition."""
        if not isinstance(value, list) or len(value) < self.least:
            return False
        known = all(any(one == each and type(one) is type(each) for each in self.labels) for one in value)
        return known and len(set(value)) == len(value)

    def read(self, text: str) -> list[Any]:
        """The values of a line, in the order of the line; what is not in the list stays as it is written."""
        by_text = {str(value): value for value in self.labels}
        return [by_text.get(part, part) for part in _parts(text)]

    def write(self, value: Any) -> str:
        """The values in one line."""
        return ", ".join(map(str, value))

    def show(self, value: Any) -> str:
        """The labels."""
        return ", ".join(self.labels.get(one, str(one)) for one in value) or "ничего"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number for every key of a closed list that has one: `1=1700, 2=2200`."""

    labels: Mapping[str, str]
    number: Number
    name: str = field(default="numbers", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        keys = ", ".join(f"{key} ({label})" for key, label in self.labels.items())
        return f"пары «код=число» через запятую; коды: {keys}; {self.number.expected}"

    def accepts(self, value: Any) -> bool:
        """True for known keys with numbers within the bounds."""
        return isinstance(value, dict) and all(
            key in self.labels and self.number.accepts(number) for key, number in value.items()
        )

    def read(self, text: str) -> dict[str, Any]:
        """The pairs of a line; a key named twice is refused."""
        found: dict[str, Any] = {}
        for part in _parts(re.sub(r"\s*=\s*", "=", text)):
            key, sign, number = part.partition("=")
            if not sign or key in found:
                raise ValueError(text)
            found[key] = self.number.read(number)
        return found

    def write(self, value: Any) -> str:
        """The pairs in one line."""
        return ", ".join(f"{key}={self.number.write(number)}" for key, number in value.items())

    def show(self, value: Any) -> str:
        """The labels with their numbers."""
        told = (f"{self.labels.get(key, key)}: {self.number.show(number)}" for key, number in value.items())
        return ", ".join(told) or NOTHING


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of every year, month first: `11-01`; an empty one means what ``empty`` says."""

    empty: str
    name: str = field(default="text", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        return f"месяц и день вида ММ-ДД, например 11-01; пусто – {self.empty}"

    def accepts(self, value: Any) -> bool:
        """True for a day every year has, or nothing."""
        if value == "":
            return True
        found = DAY.fullmatch(value) if isinstance(value, str) else None
        if found is None:
            return False
        month, day = int(found.group(1)), int(found.group(2))
        return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2001, month)[1]

    def read(self, text: str) -> str:
        """The text itself."""
        return text.strip()

    def write(self, value: Any) -> str:
        """The text itself."""
        return str(value)

    def show(self, value: Any) -> str:
        """The day as it is said: 01.11."""
        return ".".join(reversed(str(value).split("-"))) if value else self.empty


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the calendar, none twice: `2026-11-04, 2027-01-01`."""

    name: str = field(default="text", init=False)
    expected: str = field(default="даты вида ГГГГ-ММ-ДД через запятую", init=False)

    def accepts(self, value: Any) -> bool:
        """True for a list of days there are."""
        return isinstance(value, list) and all(map(_is_day, value)) and len(set(value)) == len(value)

    def read(self, text: str) -> list[str]:
        """The days of a line."""
        return _parts(text)

    def write(self, value: Any) -> str:
        """The days in one line."""
        return ", ".join(value)

    def show(self, value: Any) -> str:
        """The days as people write them."""
        return ", ".join(".".join(reversed(str(one).split("-"))) for one in value) or NOTHING


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text of a known form; ``form`` says in words what ``pattern`` demands."""

    form: str
    pattern: str = r".*\S.*"
    most: int = 1000
    empty: str = NOTHING
    name: str = field(default="text", init=False)

    @property
    def expected(self) -> str:
        """What is taken, in words."""
        return f"{self.form}; не длиннее {self.most} знаков"

    def accepts(self, value: Any) -> bool:
        """True for a text of this form."""
        return isinstance(value, str) and len(value) <= self.most and re.fullmatch(self.pattern, value) is not None

    def read(self, text: str) -> str:
        """The text itself."""
        return text.strip()

    def write(self, value: Any) -> str:
        """The text itself."""
        return str(value)

    def show(self, value: Any) -> str:
        """The text itself."""
        return str(value) or self.empty


def _number(value: float) -> str:
    told = f"{value:,.10g}".replace(",", "\u202f")
    return told.replace(".", ",")


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _parts(text: str) -> list[str]:
    return [part for part in SEPARATOR.split(text) if part]
