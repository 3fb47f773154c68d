"""What an outcome of identification means for the record that brought the person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.insured.kinds.person import Person
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.matching.outcomes import InsuranceState

if TYPE_CHECKING:
    from registry.core.fields import Record
    from registry.core.kinds import MessageKind

O = IdentificationOutcome  # noqa: E741 - one letter keeps the table below readable
UNCONDITIONAL = {
    O.SEVERAL: F.SEVERAL_CANDIDATES,
    O.HELD: F.PERSON_UNDER_REVIEW,
    O.NOT_FOUND: F.PERSON_NOT_FOUND,
    O.ANNULLED: F.PERSON_ANNULLED,
}


def findings_of(found: Identification, kind: MessageKind, on: date) -> Iterator[Finding]:
    """Yield the findings of an outcome (decisions, clause 1); ``kind.tolerates`` turns its outcomes into notes."""
    if found.outcome in UNCONDITIONAL:
        yield finding(UNCONDITIONAL[found.outcome], found.searched)
    elif found.outcome is O.INSUFFICIENT:
        yield finding(F.INSUFFICIENT_DATA, ", ".join(found.missing))
    elif found.outcome is O.INVALID:
        yield finding(F.ENP_WRONG, "; ".join(found.unused), field="enp")
    elif found.contradicts:
        yield finding(F.IDENTITY_CONFLICT, titles_of(found, kind.record))
    elif found.newborn is not None and not found.newborn.registered and kind.changes_state:
        yield finding(F.PERSON_NOT_FOUND, "ребёнка нет в регистре", field="newborn")
    elif found.outcome.value not in kind.tolerates:
        yield from _state(found, kind, on)
    if found.is_found:
        yield from _notes(found, kind)


def titles_of(found: Identification, record: type[Record]) -> str:
    """What differs, as people call it; a field the record lacks is a field of the registry alone."""
    fields = {**record.fields, **Person.fields}
    return ", ".join(dict.fromkeys(fields[one.field].title for one in found.differences))


def _state(found: Identification, kind: MessageKind, on: date) -> Iterator[Finding]:
    if found.outcome is O.DEAD or (found.died_on and kind.changes_state and O.DEAD.value not in kind.tolerates):
        after = found.died_on is not None and on > found.died_on
        code = F.EVENT_AFTER_DEATH if after and kind.changes_state else F.PERSON_DEAD
        yield finding(code, f"{found.died_on:%d.%m.%Y}" if found.died_on else "")
    elif found.outcome is O.NOT_INSURED:
        reason = found.insurance.end_reason if found.insurance else ""
        yield finding(F.NOT_INSURED, f"{on:%d.%m.%Y}" + (f" ({reason})" if reason else ""))
    elif found.outcome is O.ELSEWHERE:
        okato = found.insurance.okato if found.insurance else ""
        # an identification is answered by telling the territory, an attachment is not possible there
        if kind.changes_state:
            yield finding(F.INSURED_ELSEWHERE, f"ОКАТО {okato}" if okato else "")


def _notes(found: Identification, kind: MessageKind) -> Iterator[Finding]:
    if found.differences:
        yield finding(F.FOUND_WITH_DIFFERENCES, titles_of(found, kind.record))
    if any(one.field == "policy_number" for one in found.differences) and _insured(found):
        yield finding(F.OTHER_POLICY_VALID)
    if any(match.joined for match in found.matched):
        yield finding(F.RECORD_MERGED)
    if found.changed_insurance:
        days = ", ".join(f"{day:%d.%m.%Y}" for day in found.changed_insurance)
        yield finding(F.INSURANCE_CHANGED_IN_PERIOD, days)


def _insured(found: Identification) -> bool:
    return found.insurance is not None and found.insurance.state is InsuranceState.VALID
