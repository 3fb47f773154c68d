"""What an identification means for a person in a plan, and for one a fact is told of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.person import Person
from registry.insured.matching import Identification
from registry.insured.rules.identification_findings import findings_of
from registry.support.plans.rules.steps import DISPENSARISATION

if TYPE_CHECKING:
    from registry.support.plans.kinds.plan_row import PlanRecord

GROWN_UP = 18
PLANNED = MessageKind("planned_person", "Лицо в плане", Person, unit=Unit.PACKET)
# a fact stays one when the person died later
TOLD_OF = MessageKind("person_of_fact", "Лицо", Person, unit=Unit.PACKET, tolerates=frozenset(("dead",)))


def judge_planned(
    record: PlanRecord, found: Identification, on: date, _options: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what keeps a person out of a plan: not one, not insured, dead, or too young (files.md 4.3)."""
    wrong = False
    for one in findings_of(found, PLANNED, on):
        wrong = wrong or one.is_error
        yield one
    if wrong or found.person is None or record.event_kind != DISPENSARISATION:
        return
    age = on.year - found.person.birth_date.year
    if age < GROWN_UP:
        yield finding(
            F.EXAM_UNSUITABLE, f"возраст {age}", field="event_kind", value=record.event_kind, expected="от 18 лет"
        )


def judge_fact(record: Person, found: Identification, on: date, _options: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what refuses a fact: it is of nobody, of somebody not insured, or of a day after the death."""
    if found.died_on is not None and on > found.died_on:
        yield finding(F.EVENT_AFTER_DEATH, f"{found.died_on:%d.%m.%Y}")
    yield from findings_of(found, TOLD_OF, on)
