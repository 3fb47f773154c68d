"""Reading what an operator has corrected in a proposed change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.core.checks.dates import parse_date
from registry.core.checks.enp import EnpVerdict, enp_verdict
from registry.core.checks.names import NameVerdict, name_verdict
from registry.core.checks.snils import SnilsVerdict, snils_verdict
from registry.core.normalisation import digits
from registry.insured.buffer.fields import title_of
from registry.insured.buffer.rules import NAMES
from registry.insured.kinds.person_facts import PersonFacts

LONGEST = 250


class WrongValue(ValueError):
    """A corrected value that cannot be what its field holds."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{title_of(name)}: {expected}.")


def read_values(form: Mapping[str, str], proposed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of every proposed field as the form has it; a wrong one raises what was expected."""
    return {name: _read(name, form.get(f"value-{name}", "").strip()[:LONGEST]) for name in proposed}


def _read(name: str, text: str) -> Any:
    spec = PersonFacts.fields.get(name)
    kind = spec.type if spec is not None else str
    if not text:
        return None if kind is not str else ""
    if kind is date:
        day = parse_date(text)
        if day is None:
            raise WrongValue(name, "нужна дата ДД.ММ.ГГГГ")
        return day
    if kind is int:
        if not text.isascii() or not text.isdecimal():
            raise WrongValue(name, "нужно целое число")
        return int(text)
    return _checked(name, text)


def _checked(name: str, text: str) -> str:
    if name in NAMES and name_verdict(text) is not NameVerdict.VALID:
        raise WrongValue(name, "русские буквы, пробел, дефис")
    if name == "snils" and snils_verdict(text) not in (SnilsVerdict.VALID, SnilsVerdict.NOT_CHECKED):
        raise WrongValue(name, "999-999-999 99 с верным контрольным числом")
    if name == "enp":
        if enp_verdict(digits(text)) is not EnpVerdict.VALID:
            raise WrongValue(name, "16 цифр с верной контрольной")
        return digits(text)
    return text
