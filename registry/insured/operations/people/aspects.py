"""Which tables hang off a person, and what their rows hold besides dates and origin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

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

    Rows with one ``line`` value follow each other; ``carries`` is that of ``Timeline``.
    """

    name: str
    table: Table
    columns: tuple[str, ...]
    defaults: Mapping[str, Any]
    line: Callable[[Mapping[str, Any]], str]
    carries: bool = False

    def line_of(self, values: Mapping[str, Any]) -> str:
        """The name of the timeline a row with these values belongs to."""
        return f"{self.name}{self.line(values)}"


def _alone(_values: Mapping[str, Any]) -> str:
    return ""


def _aspect(
    name: str, model: Any, line: Callable[[Mapping[str, Any]], str] = _alone, *, carries: bool = False
) -> Aspect:
    table: Table = model.__table__
    own = [column for column in table.columns if column.name not in (*DATED, "id", "person_id")]
    defaults = {column.name: column.default.arg if column.default is not None else None for column in own}  # type: ignore[attr-defined]  # only plain defaults there
    return Aspect(name, table, tuple(column.name for column in own), defaults, line, carries)


NAMES = _aspect("names", PersonVersion, carries=True)
DOCUMENT = _aspect("document", IdentityDocument)
SNILS = _aspect("snils", Snils)
POLICY = _aspect("policy", Policy)
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
