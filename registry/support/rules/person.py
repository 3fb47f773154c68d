"""What the identification of a person means for an event (contract, clause 7.1, and step 9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.core.checks.dates import age_on
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.matching.outcomes import DifferenceLevel
from registry.reference.preventive import exam_kinds

if TYPE_CHECKING:
    from registry.support.kinds.event import Event
    from registry.support.kinds.preventive_exam import PreventiveExam

O = IdentificationOutcome  # noqa: E741 - one letter keeps the table below readable
NOBODY = {
    O.NOT_FOUND: F.PERSON_NOT_FOUND,
    O.INSUFFICIENT: F.PERSON_NOT_FOUND,
    O.INVALID: F.PERSON_NOT_FOUND,
    O.SEVERAL: F.SEVERAL_CANDIDATES,
    O.HELD: F.PERSON_UNDER_REVIEW,
    O.ANNULLED: F.PERSON_ANNULLED,
}
STATES = {O.DEAD: F.PERSON_DEAD, O.NOT_INSURED: F.NOT_INSURED, O.ELSEWHERE: F.INSURED_ELSEWHERE}
POLICY, ENP = "policy_number", "enp"
#: The values that are compared; a difference in more than one of them means another person.
COMPARED = frozenset(("surname", "first_name", "patronymic", "birth_date", "sex"))
GROWN_UP = 18


def judge_person(record: Event, found: Identification, on: date, _options: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield why the numbers and names do not lead to one insured person, or what differs a little (step 8)."""
    if found.outcome in NOBODY:
        both_known = found.outcome is O.SEVERAL and record.policy_number
        yield finding(NOBODY[found.outcome], field=ENP if record.enp and not both_known else POLICY)
        return
    differing = {one.field for one in found.differences}
    strange = {one.field for one in found.differences if one.level is not DifferenceLevel.FORMER}
    if _numbers_disagree(record) or POLICY in strange:
        yield finding(F.IDENTITY_CONFLICT, "полис и ЕНП указывают на разных лиц", field=POLICY)
    elif ENP in strange:
        yield finding(F.PERSON_NOT_FOUND, field=ENP)
    elif found.contradicts or len(differing & COMPARED) > 1:
        yield finding(F.IDENTITY_CONFLICT, _titles(record, differing & COMPARED), field=POLICY)
    elif found.outcome in STATES:
        yield finding(STATES[found.outcome], f"на {on:%d.%m.%Y}", field=POLICY)
    elif differing & COMPARED:
        (only,) = differing & COMPARED
        yield finding(F.FOUND_WITH_DIFFERENCES, _titles(record, {only}), field=only, value=record.__dict__.get(only))


def _numbers_disagree(record: Event) -> bool:
    """True when a unified policy and an ЕНП are both told and differ: the number of such a policy is the ЕНП."""
    number = record.policy_number
    return bool(record.enp and number and len(number) == len(record.enp) and number != record.enp)


def _titles(record: Event, fields: set[str]) -> str:
    return ", ".join(type(record).fields[name].title for name in sorted(fields))


def judge_patient(
    record: PreventiveExam, found: Identification, on: date, options: Mapping[str, Any]
) -> Iterator[Finding]:
    """Yield what ``judge_person`` does, and then whether the exam fits the age of the person found (step 9)."""
    wrong = False
    for one in judge_person(record, found, on, options):
        wrong = wrong or one.is_error
        yield one
    if not wrong:
        yield from _age_fits(record, found, on)


def _age_fits(record: PreventiveExam, found: Identification, on: date) -> Iterator[Finding]:
    """Adults are counted by their age on 31 December of the year, children on the day of opening."""
    known = exam_kinds().get(record.exam_kind or "")
    if known is None or found.person is None:
        return
    adults = known.min_age >= GROWN_UP
    age = age_on(found.person.birth_date, date(on.year, 12, 31) if adults else on)
    if not known.min_age <= age <= known.max_age:
        expected = f"{known.min_age}–{known.max_age} лет" if not adults or known.max_age < 100 else "от 18 лет"
        yield finding(F.EXAM_UNSUITABLE, f"возраст {age}", field="exam_kind", value=known.code, expected=expected)
