"""From histories to rows of the tables: a portion of new people at a time, with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from registry.core.normalisation import date_key
from registry.insured.keys import KeyHasher, NamesPiece, PersonPieces, Piece, keys_of
from registry.insured.keys.operations import KEY_COLUMNS
from registry.insured.loading.history import NamesValue, Period, PersonHistory, PolicyValue, planned_end
from registry.insured.tables import (
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonKey,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.base import OPEN_DATE
from registry.store.portions import NULL

SOURCE = "load"
INSURED, DEAD = 1, 3
Rows = list[tuple[Any, ...]]

PERSON_COLUMNS = ("id", "bdz_id", "enp", "status", "died_on", "death_source")
VERSION_COLUMNS = ("person_id", *NamesValue._fields, "valid_from", "valid_to")
DOCUMENT_COLUMNS = ("person_id", "type", "series", "number", "number_key", "issued_on", "valid_from", "valid_to")
SNILS_COLUMNS = ("person_id", "number", "valid_from", "valid_to")
POLICY_COLUMNS = (
    "id",
    "person_id",
    "type",
    "series",
    "number",
    "number_key",
    "enp",
    "ends_on",
    "valid_from",
    "valid_to",
)
INSURANCE_COLUMNS = ("person_id", "policy_id", "insurer_code", "end_reason", "valid_from", "valid_to")
ATTACHMENT_COLUMNS = (
    "person_id",
    "clinic_code",
    "method",
    "applied_on",
    "district_code",
    "doctor_snils",
    "end_reason",
    "valid_from",
    "valid_to",
)


def table_of(model: Any) -> Table:
    """The table of a model."""
    found: Table = model.__table__
    return found


@dataclass(slots=True)
class PortionRows:
    """Rows of a portion by table, gathered person by person."""

    people: Rows = field(default_factory=list)
    versions: Rows = field(default_factory=list)
    documents: Rows = field(default_factory=list)
    snils: Rows = field(default_factory=list)
    policies: Rows = field(default_factory=list)
    insurance: Rows = field(default_factory=list)
    attachments: Rows = field(default_factory=list)
    keys: Rows = field(default_factory=list)

    def add(self, history: PersonHistory, person_id: int, policy_ids: Sequence[int], hasher: KeyHasher) -> None:
        """The rows of one new person."""
        died_on = or_null(history.died_on)
        status, source = (INSURED, "") if died_on is NULL else (DEAD, SOURCE)
        self.people.append((person_id, history.person_key, history.enp, status, died_on, source))
        self.versions += [(person_id, *one.value, one.since, one.until) for one in history.versions]
        self.documents += [
            (person_id, *one.value[:-1], or_null(one.value.issued_on), one.since, one.until)
            for one in history.documents
        ]
        self.snils += [(person_id, one.value, one.since, one.until) for one in history.snils]
        ids = dict(zip((one.value for one in history.policies), policy_ids, strict=True))
        self.policies += [policy_row(person_id, ids[one.value], one, history.insurance) for one in history.policies]
        self.insurance += [insurance_row(person_id, ids, one) for one in history.insurance]
        self.attachments += [
            (person_id, *one.value, or_null(one.end_reason), one.since, one.until) for one in history.attachments
        ]
        self.keys += [
            (kind, hashed, person_id, since, until)
            for kind, hashed, since, until in keys_of(pieces_of(history), hasher)
        ]

    @property
    def by_table(self) -> list[tuple[Table, tuple[str, ...], Rows]]:
        """Tables with the columns and rows of each, referred ones first."""
        return [(table_of(model), columns, getattr(self, name)) for name, (model, columns) in LAYOUT.items()]

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows by table."""
        return {table.name: len(rows) for table, _, rows in self.by_table}


LAYOUT: dict[str, tuple[Any, tuple[str, ...]]] = {
    "people": (Person, PERSON_COLUMNS),
    "versions": (PersonVersion, VERSION_COLUMNS),
    "documents": (IdentityDocument, DOCUMENT_COLUMNS),
    "snils": (Snils, SNILS_COLUMNS),
    "policies": (Policy, POLICY_COLUMNS),
    "insurance": (Insurance, INSURANCE_COLUMNS),
    "attachments": (Attachment, ATTACHMENT_COLUMNS),
    "keys": (PersonKey, KEY_COLUMNS),
}


def constants_of(table: Table, recorded_at: datetime) -> dict[str, Any]:
    """What all rows of one load have in common."""
    constants = {"recorded_at": recorded_at, "source": SOURCE}
    return {name: value for name, value in constants.items() if name in table.columns}


def or_null(value: Any) -> Any:
    """The value as ``PortionWriter`` takes it."""
    return NULL if value is None else value


def policy_row(person_id: int, policy_id: int, one: Period, insurance: Sequence[Period]) -> tuple[Any, ...]:
    """A row of ``POLICY_COLUMNS``."""
    ends_on = or_null(planned_end(one.value, insurance))
    return (policy_id, person_id, *one.value, ends_on, one.since, one.until)


def insurance_row(person_id: int, ids: dict[PolicyValue, int], one: Period) -> tuple[Any, ...]:
    """A row of ``INSURANCE_COLUMNS``."""
    value = one.value
    return (person_id, ids[value.policy], value.insurer_code, one.end_reason or "", one.since, one.until)


def pieces_of(history: PersonHistory) -> PersonPieces:
    """What the keys of a person are made of."""
    pieces = PersonPieces()
    for one in history.versions:
        value: NamesValue = one.value
        pieces.names.append(
            NamesPiece(
                value.surname_key,
                value.first_name_key,
                value.patronymic_key,
                date_key(value.birth_date),
                value.birth_place_key,
                one.since,
                one.until,
            )
        )
    pieces.snils = [Piece(one.value, one.since, one.until) for one in history.snils]
    pieces.documents = [Piece(one.value.number_key, one.since, one.until) for one in history.documents]
    for one in history.policies:
        policy: PolicyValue = one.value
        if policy.enp:
            pieces.enps.append(Piece(policy.enp, one.since, one.until))
        if policy.number_key and policy.number_key != policy.enp:
            pieces.policies.append(Piece(policy.number_key, one.since, one.until))
    if history.enp:
        pieces.enps.append(Piece(history.enp, history.versions[0].since, OPEN_DATE))
    return pieces
