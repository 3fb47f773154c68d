"""What an identification means for a patient: the insured must be known, except where a life comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.finding_texts import finding
from registry.core.findings import Finding, Level
from registry.core.findings import FindingCode as F
from registry.core.kinds import MessageKind, Unit
from registry.insured.kinds.person import Person
from registry.insured.matching import Identification
from registry.insured.rules.identification_findings import findings_of

if TYPE_CHECKING:
    from registry.support.hospital.kinds.hospital_case import HospitalCase

# people insured elsewhere are treated too, and word of a death often comes before the papers of the last stay
PATIENT = MessageKind("patient", "Пациент", Person, unit=Unit.PACKET, tolerates=frozenset(("dead", "elsewhere")))


def judge_patient(
    record: HospitalCase, found: Identification, on: date, _options: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what refuses a patient; those insured elsewhere are treated, those dead since are told of (5.4).

    In an emergency, and for people of another region, an unknown person is only warned of.
    """
    judged = _judged(found, on)
    emergency = record.form is not None and record.form.value == "emergency"
    yield from _forgiven(judged) if emergency or record.another_region else judged


def judge_emergency(
    record: HospitalCase, found: Identification, on: date, _options: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield warnings only: newborns and people nobody could ask are taken in as unknown (amqp.md 5.4)."""
    yield from _forgiven(_judged(found, on))


def _judged(found: Identification, on: date) -> Iterator[Finding]:
    if found.died_on is not None and on > found.died_on:
        yield finding(F.EVENT_AFTER_DEATH, f"{found.died_on:%d.%m.%Y}")
    yield from findings_of(found, PATIENT, on)


def _forgiven(findings: Iterator[Finding]) -> Iterator[Finding]:
    for one in findings:
        yield replace(one, level=Level.WARNING) if one.is_error else one
