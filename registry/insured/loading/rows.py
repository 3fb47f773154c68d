"""From histories to rows of the tables: a portion of new people at a time, with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

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
from registry.store.base import OPEN_MOMENT
from registry.store.portions import write_portion

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
_DATED = {"retracted_at": OPEN_MOMENT, "packet_id": None, "record_number": "", "event": "", "source": SOURCE}


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
        died_on = history.died_on
        status, source = (INSURED, "") if died_on is None else (DEAD, SOURCE)
        self.people.append((person_id, history.person_key, history.enp, status, died_on, source))
        self.versions += [(person_id, *one.value, one.since, one.until) for one in history.versions]
        self.documents += [(person_id, *one.value, one.since, one.until) for one in history.documents]
        self.snils += [(person_id, one.value, one.since, one.until) for one in history.snils]
        ids = dict(zip((one.value for one in history.policies), policy_ids, strict=True))
        self.policies += [policy_row(person_id, ids[one.value], one, history.insurance) for one in history.policies]
        self.insurance += [insurance_row(person_id, ids, one) for one in history.insurance]
        self.attachments += [
            (person_id, *one.value, one.end_reason, one.since, one.until) for one in history.attachments
        ]
        self.keys += [
            (kind, hashed, person_id, since, until)
            for kind, hashed, since, until in keys_of(pieces_of(history), hasher)
        ]

    def write(self, session: Session, recorded_at: datetime) -> None:
        """Insert everything gathered."""
        dated = {"recorded_at": recorded_at, **_DATED}
        person = {"oip": None, "merged_into": None, "recorded_at": recorded_at, "phone": ""}
        version = {"birth_precision": 1, "citizenship": "", **dated}
        document = {"expires_on": None, "issuer": "", **dated}
        insurance = {"insurer_ogrn": "", "okato": "", "begin_reason": "", "confirmed": False, **dated}
        write_portion(session, table_of(Person), PERSON_COLUMNS, self.people, person)
        write_portion(session, table_of(PersonVersion), VERSION_COLUMNS, self.versions, version)
        write_portion(session, table_of(IdentityDocument), DOCUMENT_COLUMNS, self.documents, document)
        write_portion(session, table_of(Snils), SNILS_COLUMNS, self.snils, dated)
        write_portion(session, table_of(Policy), POLICY_COLUMNS, self.policies, {"stopped_on": None, **dated})
        write_portion(session, table_of(Insurance), INSURANCE_COLUMNS, self.insurance, insurance)
        write_portion(session, table_of(Attachment), ATTACHMENT_COLUMNS, self.attachments, {**_CLINIC, **dated})
        write_portion(session, table_of(PersonKey), KEY_COLUMNS, self.keys)

    @property
    def counts(self) -> dict[str, int]:
        """Number of rows by table."""
        return {
            "person": len(self.people),
            "person_version": len(self.versions),
            "identity_document": len(self.documents),
            "snils": len(self.snils),
            "policy": len(self.policies),
            "insurance": len(self.insurance),
            "attachment": len(self.attachments),
            "person_key": len(self.keys),
        }


_CLINIC: dict[str, Any] = {
    "clinic_oid": "",
    "area_type": 1,
    "department": "",
    "building": "",
    "doctor_category": None,
    "sender_end_reason": "",
    "ended_by_fund": False,
}


def policy_row(person_id: int, policy_id: int, one: Period, insurance: Sequence[Period]) -> tuple[Any, ...]:
    """A row of ``POLICY_COLUMNS``."""
    return (policy_id, person_id, *one.value, planned_end(one.value, insurance), one.since, one.until)


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
        first = history.versions[0].since
        pieces.enps.append(Piece(history.enp, first, history.versions[-1].until))
    return pieces
