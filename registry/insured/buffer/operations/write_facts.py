"""Writing what was accepted: contacts by their own operation, everything else by the ledger of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.operations.keep_contacts import KINDS, ContactChange, Origin, keep_contacts


@dataclass(frozen=True, slots=True)
class FactChange:
    """Values of a person by canonical field, true since a day; a correction takes the place of the wrong ones."""

    person_id: int
    values: Mapping[str, Any]
    since: date
    record_number: str = ""
    event: str = ""
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Who told it, in which packet, and when it was learnt."""

    now: datetime
    packet_id: int | None = None
    source: str = ""
    secret: bytes = b""
    organisation_code: str = ""
    operator: str = ""


WriteFacts = Callable[[Session, Sequence[FactChange], Told], list[Change]]


def write_facts(session: Session, changes: Sequence[FactChange], told: Told) -> list[Change]:
    """Write accepted values of any number of people and return what changed by it."""
    contacts = [
        ContactChange(one.person_id, name, str(value or ""), one.since, one.record_number)
        for one in changes
        for name, value in one.values.items()
        if name in KINDS
    ]
    return keep_contacts(session, contacts, Origin(told.now, told.packet_id, told.source)) if contacts else []


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What every operation of the buffer is given besides the session: the moment, the secret, the writer of facts."""

    now: datetime
    today: date
    secret: bytes = b""
    write: WriteFacts = write_facts
