"""Facts told by field name: the door for those who hold values, not records (buffer, agencies, mass changes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.core.changes import Change
from registry.insured.operations.people.die import cancel_death, register_death
from registry.insured.operations.people.facts import (
    DOCUMENT_COLUMNS,
    IDENTITY,
    SOCIAL,
    change_document,
    change_names,
    change_snils,
    give_enp,
    set_status,
)
from registry.insured.operations.people.ledger import Origin, PeopleLedger, PersonState, open_people
from registry.insured.operations.people.writing import write_people
from registry.insured.rules.timelines import Act

DEATH = {"death_act_number": "act_number", "death_act_date": "act_date", "death_act_issuer": "act_issuer"}
DIRECT = frozenset((*IDENTITY, *SOCIAL, *DOCUMENT_COLUMNS, *DEATH, "snils", "enp", "died_on", "status"))


@dataclass(frozen=True, slots=True)
class FactChange:
    """Values of a person by canonical field name, true since a day; ``died_on`` of ``None`` takes a death back.

    A correction replaces wrong values for all the days they stood instead of beginning anew.
    """

    person_id: int
    values: Mapping[str, Any]
    since: date
    record_number: str = ""
    event: str = "П04"
    reason: str = ""
    operator: str = ""
    organisation_code: str = ""
    name: str = "changed"
    correction: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """When, by which packet and by what sort of source facts were told."""

    now: datetime
    source: str
    packet_id: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def change_facts(session: Session, changes: Sequence[FactChange], told: Told) -> list[Change]:
    """Write all these facts at once and return what others are told of them; a field out of ``DIRECT`` is a mistake.

    A document needs its type and number, whatever else is told of it.
    """
    origin = Origin(told.now, told.source, told.packet_id)
    ledger = open_people(session, {one.person_id for one in changes}, origin, follow=True)
    for one in changes:
        unknown = one.values.keys() - DIRECT
        if unknown:
            raise KeyError(f"no facts of a person: {', '.join(sorted(unknown))}")
        _change(ledger, ledger[one.person_id], one)
    return write_people(ledger)


def _change(ledger: PeopleLedger, person: PersonState, one: FactChange) -> None:
    act = Act(one.name, one.since, one.event, one.reason, one.record_number, one.operator, one.organisation_code)
    values = one.values
    if any(name in values for name in (*IDENTITY, *SOCIAL)):
        change_names(ledger, person, values, act, correction=one.correction)
    if "document_number" in values:
        paper = {column: values[name] for name, column in DOCUMENT_COLUMNS.items() if name in values}
        change_document(ledger, person, {"issuer": "", **paper}, act, correction=one.correction)
    if values.get("snils"):
        change_snils(ledger, person, values["snils"], act, correction=one.correction)
    if values.get("enp"):
        give_enp(ledger, person, values["enp"], act)
    if "status" in values:
        set_status(ledger, person, values["status"], act)
    if "died_on" in values:
        _die(ledger, person, one, act)


def _die(ledger: PeopleLedger, person: PersonState, one: FactChange, act: Act) -> None:
    died_on = one.values["died_on"]
    if died_on is None:
        cancel_death(ledger, person, act)
        return
    on = Act("death", died_on, act.event, act.reason, act.record_number, act.operator, act.organisation_code)
    facts = {column: one.values[name] for name, column in DEATH.items() if one.values.get(name)}
    register_death(ledger, person, on, **facts)
