"""Which tables hang off a person, and what their rows hold besides dates and origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from registry.insured.keys.rules import DOCUMENT_FORMS, PERSON_FORMS, POLICY_FORMS, StoredForm, present_forms
from registry.insured.tables import (
    Address,
    Application,
    Attachment,
    DeathFact,
    IdentityDocument,
    Insurance,
    PersonEnp,
    PersonStatus,
    PersonVersion,
    Policy,
    Representative,
    Snils,
)

DATED = (
    "valid_from",
    "valid_to",
    "recorded_at",
    "retracted_at",
    "packet_id",
    "record_number",
    "event",
    "source",
    "history_id",
    "retracted_by",
)


@dataclass(frozen=True)
class Aspect:
    """One sort of dated rows: its table, its own columns with their defaults, and how its rows form timelines.

    Rows with one ``line`` value follow each other; ``carries`` is that of ``Timeline``. ``forms`` are compared forms of
    other columns: a row is read with those of the present rules, whichever it is stored by.
    """

    name: str
    table: Table
    columns: tuple[str, ...]
    defaults: Mapping[str, Any]
    line: Callable[[Mapping[str, Any]], str]
    carries: bool = False
    forms: tuple[StoredForm, ...] = ()

    def values_of(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a stored row."""
        values = {name: stored[name] for name in self.columns}
        return values | present_forms(self.forms, values) if self.forms else values

    def line_of(self, values: Mapping[str, Any]) -> str:
        """The name of the timeline a row with these values belongs to."""
        return f"{self.name}{self.line(values)}"


def _alone(_values: Mapping[str, Any]) -> str:
    return ""


def _aspect(
    name: str,
    model: Any,
    line: Callable[[Mapping[str, Any]], str] = _alone,
    *,
    carries: bool = False,
    forms: tuple[StoredForm, ...] = (),
) -> Aspect:
    table: Table = model.__table__
    own = [column for column in table.columns if column.name not in (*DATED, "id", "person_id")]
    defaults = {column.name: column.default.arg if column.default is not None else None for column in own}  # type: ignore[attr-defined]  # only plain defaults there
    return Aspect(name, table, tuple(column.name for column in own), defaults, line, carries, forms)


NAMES = _aspect("names", PersonVersion, carries=True, forms=PERSON_FORMS)
DOCUMENT = _aspect("document", IdentityDocument, forms=DOCUMENT_FORMS)
SNILS = _aspect("snils", Snils)
POLICY = _aspect("policy", Policy, forms=POLICY_FORMS)
INSURANCE = _aspect("insurance", Insurance)
ATTACHMENT = _aspect("attachment", Attachment, lambda values: str(values["area_type"]))
STATUS = _aspect("status", PersonStatus)
ENP = _aspect("enp", PersonEnp)
DEATH = _aspect("death", DeathFact)
ADDRESS = _aspect("address", Address, lambda values: str(values["kind"]))
APPLICATION = _aspect("application", Application)
REPRESENTATIVE = _aspect("representative", Representative, lambda values: str(values["relation"]))

# policies before the insurance that points at them
ASPECTS = (
    NAMES,
    DOCUMENT,
    SNILS,
    POLICY,
    INSURANCE,
    ATTACHMENT,
    STATUS,
    ENP,
    DEATH,
    ADDRESS,
    APPLICATION,
    REPRESENTATIVE,
)
