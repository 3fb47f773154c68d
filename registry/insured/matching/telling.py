"""What an accepted candidate puts into the answer: keys, differences, person, insurance, attachment."""

from __future__ import annotations

from datetime import date, timedelta

from registry.core.checks.snils import format_snils
from registry.insured.matching.agreement import Agreement, keys_within
from registry.insured.matching.candidates import JOINED, Candidate, DocumentRow, InsuranceRow
from registry.insured.matching.on_date import attached_on, changes_within, insured_on, is_own
from registry.insured.matching.outcomes import (
    Difference,
    DifferenceLevel,
    Identification,
    IdentificationOutcome,
    InsuranceState,
    KeyMatch,
    PersonFacts,
)
from registry.insured.matching.parts import (
    BIRTH_DATE,
    DOCUMENT,
    ENP,
    FIRST_NAME,
    OWN_ID,
    PATRONYMIC,
    POLICY,
    SEX,
    SNILS,
    SURNAME,
)
from registry.insured.matching.requests import SearchRequest
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.levels import Level
from registry.insured.scoring.score import Scored
from registry.store.base import OPEN_DATE

_FIELDS = (
    (SURNAME, "surname"),
    (FIRST_NAME, "first_name"),
    (PATRONYMIC, "patronymic"),
    (BIRTH_DATE, "birth_date"),
    (SEX, "sex"),
    (ENP, "enp"),
    (SNILS, "snils"),
    (DOCUMENT, "document_number"),
    (POLICY, "policy_number"),
    (OWN_ID, "bdz_id"),
)
_VERSION_FIELDS = SURNAME | FIRST_NAME | PATRONYMIC | BIRTH_DATE | SEX
_SEXES = {1: "мужской", 2: "женский"}
_OUTCOMES = IdentificationOutcome


def describe(wanted: Wanted, one: Agreement) -> tuple[list[KeyMatch], list[Difference]]:
    """Keys that agreed, and given values that are not the current ones."""
    keys = keys_within(one.ever)
    if not one.former and not one.differs:
        return [KeyMatch(code) for code, _ in keys], []
    matched = []
    for code, parts in keys:
        until = min((end for part, end in one.until.items() if part & parts), default=None)
        matched.append(KeyMatch(code, None if until == JOINED else until, until == JOINED))
    pairs = [(part, name) for part, name in _FIELDS if part & (one.former | one.differs)]
    return matched, [_difference(wanted, one, part, name) for part, name in pairs]


# Properties of the field map under the names of the requests' fields; the numbers are those that may be spoilt.
_GRADED = {"document": DOCUMENT, "policy": POLICY, "snils": SNILS, "enp": ENP}
_NAME_OF = dict(_FIELDS)


def describe_scored(wanted: Wanted, one: Agreement, scored: Scored) -> tuple[list[KeyMatch], list[Difference]]:
    """Keys and differences of a candidate found by his score, each difference with its grade.

    A number that breaks its own rule is a difference too: here it was compared all the same.
    """
    matched, differences = describe(wanted, one)
    grades = {_NAME_OF.get(_GRADED.get(grade.name, 0), grade.name): grade.level for grade in scored.grades}
    told = {difference.field for difference in differences}
    for part, name in _FIELDS:
        spoilt = part in _GRADED.values() and not wanted.given & part
        if spoilt and name not in told and grades[name] in (Level.NEAR, Level.DIFFERENT):
            differences.append(_difference(wanted, one, part, name))
    for difference in differences:
        difference.grade = grades.get(difference.field)
    return matched, differences


def _difference(wanted: Wanted, one: Agreement, part: int, name: str) -> Difference:
    known = _known(one, part)
    level = DifferenceLevel.DIFFERENT if known else DifferenceLevel.ABSENT
    since = None
    if part & one.former:
        level = DifferenceLevel.FORMER
        ended = one.until[part]
        if ended not in (JOINED, OPEN_DATE):  # a policy may still hold that bears a former ЕНП
            since = ended + timedelta(days=1)
    return Difference(name, _given(wanted.request, part), known, level, since)


def _known(one: Agreement, part: int) -> str:
    """The current value as people read it."""
    current, candidate = one.current, one.candidate
    if part & _VERSION_FIELDS:
        return {
            SURNAME: current.surname,
            FIRST_NAME: current.first_name,
            PATRONYMIC: current.patronymic,
            BIRTH_DATE: f"{current.birth_date:%d.%m.%Y}",
            SEX: _SEXES.get(current.sex, ""),
        }[part]
    if part == ENP:
        return candidate.enp
    if part == SNILS:
        return format_snils(max(candidate.snils, key=lambda row: (row.valid_to, row.valid_from)).number)
    if part == DOCUMENT:
        document = _document_now(candidate)
        return " ".join(filter(None, (document.series, document.number))) if document else ""
    if part == POLICY:
        policy = max(candidate.policies, key=lambda row: (row.valid_to, row.valid_from))
        return " ".join(filter(None, (policy.series, policy.number)))
    return candidate.bdz_id


def _given(request: SearchRequest, part: int) -> str:
    if part == BIRTH_DATE:
        return f"{request.birth_date:%d.%m.%Y}" if request.birth_date else ""
    if part == SEX:
        return _SEXES.get(request.sex or 0, "")
    values: dict[int, tuple[str, ...]] = {
        SURNAME: (request.surname,),
        FIRST_NAME: (request.first_name,),
        PATRONYMIC: (request.patronymic,),
        ENP: (request.enp or request.policy_number,),
        SNILS: (request.snils,),
        DOCUMENT: (request.document_series, request.document_number),
        POLICY: (request.policy_series, request.policy_number),
        OWN_ID: (request.bdz_id or request.oip,),
    }
    return " ".join(filter(None, values[part]))


def _document_now(candidate: Candidate) -> DocumentRow | None:
    if not candidate.documents:
        return None
    if len(candidate.documents) == 1:
        return candidate.documents[0]
    return max(candidate.documents, key=lambda row: (row.valid_to, row.valid_from))


def tell_person(found: Identification, request: SearchRequest, one: Agreement, *, today: date, fund_okato: str) -> None:
    """Put the person, the insurance and the attachment on the date into the answer; they may change its outcome.

    Death before the date outranks everything, missing or foreign insurance outranks the differences (clause 9.6);
    death on the date still counts as insured (clause 4, step 5).
    """
    candidate = one.candidate
    found.person = person_facts(one)
    found.died_on, found.death_source = candidate.died_on, candidate.death_source
    is_dead = candidate.died_on is not None and candidate.died_on < request.on
    day = candidate.died_on if is_dead and candidate.died_on else request.on
    insured, alternatives = insured_on(candidate.insurance, day, fund_okato)
    found.insurance = insured
    found.attachment = attached_on(candidate.attachments, day)
    if alternatives:
        found.notes.append(f"Другие действующие строки страхования: {_alternatives(alternatives)}")
    if is_dead:
        found.outcome = _OUTCOMES.DEAD
        return
    if insured.state is not InsuranceState.VALID:
        found.outcome = _OUTCOMES.NOT_INSURED
    elif not is_own(insured.okato, fund_okato):
        found.outcome = _OUTCOMES.ELSEWHERE
    if request.until is not None and request.until > request.on:
        _tell_interval(found, request, candidate, fund_okato)


def _tell_interval(found: Identification, request: SearchRequest, candidate: Candidate, fund_okato: str) -> None:
    """The answer is that of the first day; what changed until the last one is told beside it."""
    until = request.until or request.on
    found.changed_insurance = changes_within(candidate.insurance, request.on, until, fund_okato)
    if found.changed_insurance:
        days = ", ".join(f"{day:%d.%m.%Y}" for day in found.changed_insurance)
        found.notes.append(f"Страховая принадлежность менялась в периоде: {days}")
    if candidate.died_on is not None and candidate.died_on < until:
        found.notes.append(f"Умер в периоде: {candidate.died_on:%d.%m.%Y}")


def _alternatives(rows: list[InsuranceRow]) -> str:
    return "; ".join(f"СМО {row.insurer_code} с {row.valid_from:%d.%m.%Y}" for row in rows)


def person_facts(one: Agreement) -> PersonFacts:
    """The person as registered now."""
    current, candidate = one.current, one.candidate
    facts = PersonFacts(
        current.surname,
        current.first_name,
        current.patronymic,
        current.birth_date,
        current.sex,
        current.birth_place,
    )
    if candidate.snils:
        rows = candidate.snils
        facts.snils = (rows[0] if len(rows) == 1 else max(rows, key=lambda row: (row.valid_to, row.valid_from))).number
    document = _document_now(candidate)
    if document is not None:
        facts.document_type = document.type
        facts.document_series, facts.document_number = document.series, document.number
    return facts
