"""New people, and ЕНПs for them (registry model, clause 3.1)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, select, union_all
from sqlalchemy.orm import Session

from registry.core.checks.enp import SERIALS, facet, make_enp
from registry.core.errors import Permanent
from registry.core.findings import FindingCode
from registry.insured.operations.people.facts import change_names, set_status
from registry.insured.operations.people.ledger import INSURED, PeopleLedger, PersonState
from registry.insured.rules.timelines import Act
from registry.insured.tables import Person, PersonEnp, Policy
from registry.store.locks import advisory_lock
from registry.store.probe import probe

PREFIX, SERIAL_END = 10, 15


def register_person(ledger: PeopleLedger, names: Mapping[str, Any], act: Act) -> PersonState:
    """Add a person nobody knew; one of the ids reserved for newcomers becomes theirs."""
    person = PersonState(ledger.spare_ids.pop(0), str(uuid.uuid4()), is_new=True)
    ledger.people[person.id] = person
    change_names(ledger, person, names, act)
    person.status = 0
    set_status(ledger, person, INSURED, act)
    return person


def free_enps(
    session: Session, people: Sequence[tuple[int, date]], fund_code: str, also_taken: Iterable[str] = ()
) -> list[str]:
    """An ЕНП of the fund for everybody given by sex and birth date: the next free serial of the facet.

    Nobody else takes one until the transaction ends; ``also_taken`` are numbers about to be written.
    """
    if not people:
        return []
    advisory_lock(session, "enp")
    prefixes = [fund_code + facet(sex, born) for sex, born in people]
    taken = _taken(session, set(prefixes))
    for number in also_taken:
        taken[number[:PREFIX]].add(int(number[PREFIX:SERIAL_END]))
    made = []
    for prefix, (sex, born) in zip(prefixes, people, strict=True):
        serial = next_free(taken[prefix])
        taken[prefix].add(serial)
        made.append(make_enp(fund_code, serial, sex, born))
    return made


def next_free(taken: set[int]) -> int:
    """The serial after the greatest taken, or the least free one when the last is taken."""
    following = max(taken, default=-1) + 1
    if following < SERIALS:
        return following
    gap = next((serial for serial in range(SERIALS) if serial not in taken), None)
    if gap is None:
        raise Permanent(FindingCode.UNAVAILABLE, "Свободных номеров ЕНП на этот день рождения нет")
    return gap


def _taken(session: Session, prefixes: set[str]) -> defaultdict[str, set[int]]:
    wanted = probe(session, [("low", String), ("high", String)], [(one, f"{one}999999") for one in sorted(prefixes)])
    columns: tuple[Any, ...] = (Person.enp, Policy.enp, PersonEnp.number)
    known = union_all(
        *(select(column.label("enp")).join(wanted, column.between(wanted.c.low, wanted.c.high)) for column in columns)
    )
    taken: defaultdict[str, set[int]] = defaultdict(set)
    for enp in session.scalars(known):
        taken[enp[:PREFIX]].add(int(enp[PREFIX:SERIAL_END]))
    return taken
