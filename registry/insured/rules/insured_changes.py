"""What an insurer may change about whom (registry model, clause 10.1): pure decisions before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from registry.core.checks.names import is_absent_name
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.normalisation import name_key
from registry.insured.matching import Identification, IdentificationOutcome
from registry.insured.rules.identification_findings import UNCONDITIONAL, titles_of

if TYPE_CHECKING:
    from registry.insured.kinds.insured_change import InsuredChange

O = IdentificationOutcome  # noqa: E741 - one letter keeps the conditions readable


class Step(StrEnum):
    """What an operation type asks for; numbers of TIP_OP where it has one."""

    ISSUE = "1"
    ANNUL = "2"
    EDIT = "4"
    POLICY = "6"
    MOVE = "7"
    REISSUE = "8"
    END = "end"


# newer files write a reason of R001 instead of the number
OF_REASON: Mapping[str, Step] = {
    "П010": Step.ISSUE,
    "П021": Step.END,
    "П022": Step.END,
    "П023": Step.ANNUL,
    "П024": Step.ANNUL,
    "П025": Step.END,
    **dict.fromkeys(("П031", "П032", "П033", "П034", "П035", "П036"), Step.MOVE),
    "П040": Step.EDIT,
    "П060": Step.POLICY,
    **dict.fromkeys(("П061", "П062", "П063"), Step.REISSUE),
}
EVENTS: Mapping[Step, str] = {
    Step.ISSUE: "П01",
    Step.ANNUL: "П14",
    Step.EDIT: "П04",
    Step.POLICY: "П06",
    Step.MOVE: "П03",
    Step.REISSUE: "П06",
    Step.END: "П02",
}
OWN = frozenset((Step.ANNUL, Step.EDIT, Step.POLICY, Step.REISSUE, Step.END))
NEEDS_POLICY = frozenset((Step.ISSUE, Step.POLICY, Step.MOVE, Step.REISSUE))
BRINGS_IN = frozenset((Step.ISSUE, Step.MOVE))
BY_WISH, MOVED_HOUSE, CONTRACT_ENDED = 2, 3, 4
MOVES = {BY_WISH: ("П031", "П034"), MOVED_HOUSE: ("П032", "П035"), CONTRACT_ENDED: ("П033", "П036")}
CHOSEN_BY_WISH = frozenset(("П031", "П034"))
ISSUES = {2: "П061", 3: "П061", 4: "П062", 5: "П062", 6: "П063"}
DATA, POLICY_DATA = "П040", "П061"
IDENTITY = ("birth_date", "birth_precision", "sex", "birth_place", "citizenship", "stateless", "category", "employment")
DOCUMENT = (
    "document_type",
    "document_series",
    "document_number",
    "document_issued_on",
    "document_expires_on",
    "document_issuer",
)
CONTACTS = ("phone", "work_phone", "email", "representative")


@dataclass(frozen=True, slots=True)
class Terms:
    """Settings of the region: whether an insurer is changed once a year, and until which day (month, day) of it."""

    once_a_year: bool = True
    until: tuple[int, int] | None = (11, 1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands on the day of a change: who insures them, by what, and in which years they chose anew."""

    insurer: str = ""
    is_here: bool = True
    has_certificate: bool = False
    chosen_in: frozenset[int] = frozenset()
    same_policy: bool = False
    died_on: date | None = None


@dataclass(slots=True)
class Verdict:
    """Whether a change is lawful, and since when, by which event and reason it is written."""

    on: date
    event: str
    reason: str
    findings: list[Finding] = field(default_factory=list)


def reason_told(record: InsuredChange) -> str:
    """The reason of R001 a record names instead of a number, in Cyrillic; empty for a number."""
    told = (record.action or "").strip().upper().replace("P", "П")
    return told if told.startswith("П") else ""


def step_of(record: InsuredChange) -> Step | None:
    """What a record asks for; ``None`` for an operation type nobody knows."""
    told = reason_told(record)
    if told:
        return OF_REASON.get(told)
    number = (record.action or "").strip()
    return Step(number) if number in {one.value for one in Step if one is not Step.END} else None


def day_of(record: InsuredChange, step: Step, as_of: date) -> date:
    """Since when a change is true: insurance and policies since the policy says, data since they changed."""
    changed = record.changed_on or as_of
    if step in (Step.EDIT, Step.ANNUL):
        return changed
    if step is Step.END:
        return record.died_on or record.policy_stopped_on or changed
    return record.policy_from or record.applied_on or changed


def found_for_change(record: InsuredChange, found: Identification) -> Iterator[Finding]:
    """What an identification means for a change: strangers are judged with the operation, former names are expected."""
    step = step_of(record)
    if found.outcome is O.NOT_FOUND or step is None:
        return
    if found.outcome in UNCONDITIONAL:
        yield finding(UNCONDITIONAL[found.outcome])
    elif found.outcome is O.INSUFFICIENT:
        yield finding(F.INSUFFICIENT_DATA, ", ".join(found.missing))
    elif found.outcome is O.INVALID:
        yield finding(F.ENP_WRONG, "; ".join(found.unused), field="enp")
    elif found.contradicts and not _former_agrees(record, found):
        yield finding(F.IDENTITY_CONFLICT, titles_of(found, type(record)))


def _former_agrees(record: InsuredChange, found: Identification) -> bool:
    """True when every name or birth date that contradicts was told as the former one (OLD_PERSON)."""
    differing = [one for one in found.differences if one.field in ("surname", "first_name", "birth_date")]
    return bool(differing) and any(
        all(_same(getattr(former, one.field), one.known) for one in differing) for former in record.former_people or ()
    )


def _same(told: Any, known: str) -> bool:
    written = f"{told:%d.%m.%Y}" if isinstance(told, date) else str(told or "")
    return written == known or name_key(written) == name_key(known)


def decide_change(record: InsuredChange, step: Step, standing: Standing | None, as_of: date, terms: Terms) -> Verdict:
    """Decide a change about a person who stands so, or whom nobody knows."""
    on = day_of(record, step, as_of)
    verdict = Verdict(on, EVENTS[step], _reason(record, step, standing))
    if standing is None:
        if step not in BRINGS_IN:
            verdict.findings.append(finding(F.PERSON_NOT_FOUND))
        return verdict
    own = standing.insurer == record.insurer
    if standing.died_on is not None and step is not Step.ANNUL and record.died_on != standing.died_on:
        late = on > standing.died_on
        verdict.findings.append(finding(F.EVENT_AFTER_DEATH if late else F.PERSON_DEAD, f"{standing.died_on:%d.%m.%Y}"))
    elif step in OWN:
        verdict.findings.extend(_own(step, standing, own=own))
    elif own:
        verdict.findings.append(finding(F.ALREADY_INSURED))
    elif step is Step.ISSUE and standing.insurer and standing.is_here:
        verdict.findings.append(finding(F.INSURED_BY_OTHER))
    elif step is Step.MOVE and standing.insurer and standing.is_here:
        _judge_move(record, standing, verdict, terms)
    return verdict


def _own(step: Step, standing: Standing, *, own: bool) -> Iterator[Finding]:
    if not standing.is_here:
        yield finding(F.INSURED_ELSEWHERE)
    elif not standing.insurer:
        yield finding(F.NOT_INSURED)
    elif not own and step is not Step.EDIT:  # somebody else's data wait for agreement, they are not refused
        yield finding(F.INSURED_BY_OTHER)
    elif step is Step.POLICY and not standing.has_certificate:
        yield finding(F.CERTIFICATE_ABSENT)


def _judge_move(record: InsuredChange, standing: Standing, verdict: Verdict, terms: Terms) -> None:
    """By wish an insurer is changed once in a calendar year and until a day of it; later applications act next year.

    The year is that of the effect: whoever has chosen for the next year already chooses no other for it.
    """
    if verdict.reason not in CHOSEN_BY_WISH:
        return
    applied, on = record.applied_on or verdict.on, verdict.on
    if terms.until and (applied.month, applied.day) >= terms.until and on.year == applied.year:
        on = date(applied.year + 1, 1, 1)
    if terms.once_a_year and on.year in standing.chosen_in:
        verdict.findings.append(finding(F.INSURER_TWICE_IN_A_YEAR, field="choice_reason"))
    elif on != verdict.on:
        verdict.on = on
        verdict.findings.append(finding(F.EFFECT_NEXT_YEAR, f"с {on:%d.%m.%Y}"))


def _reason(record: InsuredChange, step: Step, standing: Standing | None) -> str:
    told = reason_told(record)
    if told:
        return told
    if step is Step.ISSUE or (step is Step.MOVE and standing is None):
        return "П010"
    if step is Step.MOVE:
        same, other = MOVES.get(record.choice_reason or BY_WISH, MOVES[BY_WISH])
        return same if standing is not None and standing.same_policy else other
    if step is Step.REISSUE:
        return ISSUES.get(record.issue_reason or 0, POLICY_DATA)
    return {Step.POLICY: "П060", Step.ANNUL: "П024", Step.EDIT: DATA}.get(step, "")


def facts_of(record: InsuredChange) -> dict[str, Any]:
    """What a record says of the person by canonical field; what it leaves empty stays as it is known.

    Names come as a whole: an absent patronymic beside a surname means that there is none.
    """
    told: dict[str, Any] = {}
    if record.surname or record.first_name:
        names = {name: getattr(record, name) or "" for name in ("surname", "first_name", "patronymic")}
        told = {name: "" if is_absent_name(value) else value for name, value in names.items()}
    told.update({name: value for name in IDENTITY if (value := getattr(record, name)) is not None})
    if record.document_type and record.document_number:
        told.update({name: value for name in DOCUMENT if (value := getattr(record, name)) is not None})
    told.update({name: value for name in (*CONTACTS, "snils", "enp") if (value := getattr(record, name))})
    if record.contact_person and "representative" not in told:
        told["representative"] = ", ".join(filter(None, (record.contact_person, record.contact)))
    return told
