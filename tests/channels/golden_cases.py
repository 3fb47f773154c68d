"""Golden cases as they lie in `tests/golden/<kind>/<case>/`: records in canonical names, canonical expectations."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from registry.central.kinds.answer import CENTRAL_ANSWER
from registry.core.fields import FieldSpec, Record
from registry.core.kinds import MessageKind
from registry.core.outcomes import Operation
from registry.insured.agencies.kinds.birth import BIRTH
from registry.insured.agencies.kinds.conscription import CONSCRIPTION
from registry.insured.agencies.kinds.death import DEATH
from registry.insured.agencies.kinds.foreign_file import FOREIGN_FILE
from registry.insured.agencies.kinds.name_change import NAME_CHANGE
from registry.insured.agencies.kinds.snils_answer import SNILS_ANSWER
from registry.insured.agencies.kinds.tax_person import TAX_PERSON
from registry.insured.kinds.attachment import ATTACHMENT, DETACHMENT, DETACHMENT_CANCELLATION
from registry.insured.kinds.blank_portion import BLANK_PORTION
from registry.insured.kinds.district import DISTRICT
from registry.insured.kinds.identification import IDENTIFICATION
from registry.insured.kinds.insured_change import INSURED_CHANGE
from registry.insured.kinds.person_contacts import PERSON_CONTACTS
from tests.channels.invented import DOCTOR, OTHER_DOCTOR, Someone

GOLDEN = Path(__file__).parents[1] / "golden"
ATTACHING = (ATTACHMENT, DETACHMENT, DETACHMENT_CANCELLATION, DISTRICT)
TOLD_BY_LISTS = (BIRTH, CONSCRIPTION, DEATH, FOREIGN_FILE, NAME_CHANGE, SNILS_ANSWER, TAX_PERSON, BLANK_PORTION)
TOLD_BY_FILES = (INSURED_CHANGE, PERSON_CONTACTS, CENTRAL_ANSWER)
KINDS = {kind.name: kind for kind in (IDENTIFICATION, *ATTACHING, *TOLD_BY_FILES, *TOLD_BY_LISTS)}
AS_OF = date(2026, 11, 20)
SENDER = "630001"


@dataclass(frozen=True)
class Sent:
    """One record to send: its values, texts to write instead of some of them, what it asks to do."""

    values: Mapping[str, Any]
    texts: Mapping[str, str]
    operation: Operation

    def record(self, kind: MessageKind, **others: Any) -> Record:
        """The record with other values laid over; a field that gets another text bears a value to be replaced."""
        values = {**self.values, **others}
        return kind.record(**{name: value for name, value in values.items() if value is not None})


@dataclass(frozen=True)
class Case:
    """One golden case."""

    kind: MessageKind
    name: str
    content: Mapping[str, Any]
    expected: Mapping[str, Any]
    first_number: int

    @property
    def id(self) -> str:
        return f"{self.kind.name}/{self.name}"

    @property
    def sender(self) -> str:
        """The mcod of the clinic that sends."""
        return str(self.content.get("sender", SENDER))

    @property
    def people(self) -> dict[str, Someone]:
        """The people the registry must know, with numbers that belong to this case alone."""
        given = self.content.get("given", {}).get("people", {})
        return {name: Someone(self.first_number + place, told) for place, (name, told) in enumerate(given.items())}

    @property
    def settings(self) -> Mapping[str, Any]:
        """Settings of the region the case needs."""
        found: Mapping[str, Any] = self.content.get("given", {}).get("settings", {})
        return found

    @property
    def federal(self) -> Mapping[str, Mapping[str, str]]:
        """Whom the federal register knows, by name: status of the policy, okato, died_on, other names."""
        found: Mapping[str, Mapping[str, str]] = self.content.get("given", {}).get("federal", {})
        return found

    @property
    def checks_off(self) -> list[list[str]]:
        """Checks switched off for the case: kind, code, since which day."""
        found: list[list[str]] = self.content.get("given", {}).get("checks_off", [])
        return found

    @property
    def books(self) -> Mapping[str, list[str]]:
        """Books loaded for the case: the lines of a file of our template, the columns first."""
        found: Mapping[str, list[str]] = self.content.get("given", {}).get("books", {})
        return found

    @property
    def buffer_rules(self) -> list[list[str]]:
        """Rules of the buffer the case needs: sender, field, condition."""
        found: list[list[str]] = self.content.get("given", {}).get("buffer_rules", [])
        return found

    @property
    def sent(self) -> list[Sent]:
        """The records, numbered from 1 where the case does not number them."""
        defaults = self.content.get("defaults", {})
        return [
            self._sent({"number": str(place), **defaults, **told})
            for place, told in enumerate(self.content["records"], 1)
        ]

    def why_not_through(self, carrier: str) -> str:
        """Why a carrier cannot carry the case; empty when it can."""
        reasons: Mapping[str, str] = self.expected.get("not_through", {})
        return next((why for names, why in reasons.items() if carrier in re.split(r",\s*", names)), "")

    def _sent(self, told: Mapping[str, Any]) -> Sent:
        people = self.people
        values: dict[str, Any] = dict(people[told["of"]].block) if told.get("of") else {}
        fields = self.kind.record.fields
        for name, value in told.items():
            if name in fields:
                values[name] = valued(fields[name], value)
        for name, whose in told.get("take", {}).items():
            values[name] = str(people[whose].number) if name == "bdz_id" else people[whose].block[name]
        for name in told.get("spoil", ()):
            values[name] = spoilt(values[name])
        operation = Operation(told.get("operation", "insert"))
        return Sent(values, told.get("texts", {}), operation)


def valued(spec: FieldSpec[Any], value: Any) -> Any:
    """The value of a field; a list holds records of the class the field names."""
    if spec.of is None or not isinstance(value, list):
        return typed(spec.type, value)
    return [spec.of(**{name: typed(spec.of.fields[name].type, one) for name, one in told.items()}) for told in value]


def typed(type_: type[Any], value: Any) -> Any:
    """The value of a JSON file as a record bears it."""
    if value is None:
        return None
    if type_ is date:
        return date.fromisoformat(value)
    if issubclass(type_, Enum):
        return type_(value)
    return {"@doctor": DOCTOR, "@other_doctor": OTHER_DOCTOR}.get(value, value)


def spoilt(number: str) -> str:
    """A number with another last digit: its check digit is wrong."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, each with numbers of its own for its people."""
    cases = []
    for place, path in enumerate(sorted(GOLDEN.glob("*/*/records.json"))):
        kind = KINDS[path.parent.parent.name]
        content = json.loads(path.read_text(encoding="utf-8"))
        expected = json.loads(path.with_name("expected.json").read_text(encoding="utf-8"))
        cases.append(Case(kind, path.parent.name, content, expected, first_number=100 + place * 20))
    return tuple(cases)
