"""What an answer of another register says of a person who is nobody's here: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from registry.central.kinds.reply import Known
from registry.central.kinds.told import CentralInsurance, CentralPerson
from registry.central.telling import ENP
from registry.central.words import PolicyState
from registry.core.forms import joined
from registry.core.plain import revived
from registry.insured.matching import (
    Identification,
    IdentificationOutcome,
    InsuranceState,
    InsuredOn,
    KeyMatch,
    SearchRequest,
)
from registry.insured.matching.elsewhere import KnownElsewhere
from registry.reference.territories import okato_of_fund

STAGE = 4
QUEUED = "поиск в {} поставлен"
UNKNOWN = "в {} не найден"
OURS = "по данным {} застрахован на нашей территории"
NUMBERED = joined()
TERRITORY_DIGITS = 2
FIELDS = (
    "surname",
    "first_name",
    "patronymic",
    "sex",
    "birth_place",
    "snils",
    "enp",
    "document_type",
    "document_series",
    "document_number",
    "policy_type",
    "policy_series",
    "policy_number",
)
STOPPED: Mapping[str, str] = {
    PolicyState.SUSPENDED: "Страхование приостановлено",
    PolicyState.ANNULLED: "Полис аннулирован",
}
#: Codes a decided question is listed under: what an operator may have to look at.
OWN, RENUMBERED, DEAD, NOBODY, MANY = "СВОЙ", "ЕНП", "УМЕР", "НЕТ", "МНОГО"


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that was answered: what is known, and when it was told."""

    known: tuple[Known, ...]
    at: datetime


def is_foreign(request: SearchRequest, fund_code: str) -> bool:
    """True when the ЕНП was given by another territory: its first two digits are another fund's."""
    territory = request.enp[:TERRITORY_DIGITS]
    return territory != fund_code and bool(okato_of_fund(territory))


def question_of_request(request: SearchRequest) -> dict[str, Any]:
    """What is asked about a person, as the queue keeps it."""
    told = {name: value for name in FIELDS if (value := getattr(request, name)) not in (None, "")}
    if request.birth_date is not None:
        told["birth_date"] = request.birth_date.isoformat()
    return {**told, "on": request.on.isoformat()}


def asked_text(question: Mapping[str, Any]) -> str:
    """Everything given of a person but the day: the same person asked about again has the same text."""
    return "|".join(f"{name}={question[name]}" for name in sorted(question) if name != "on").upper()


def answered(answer: Mapping[str, Any], at: datetime) -> Answered:
    """The people of a stored answer."""
    return Answered(tuple(cast("Known", revived(Known, one)) for one in answer.get("known") or ()), at)


def main_enp(known: Known) -> str:
    """The ЕНП in force: the first of those told; empty when there is none."""
    person = _person(known)
    numbers = [one.value for one in (person.identifiers or [] if person else []) if one.type == ENP]
    return str(numbers[0] or "") if numbers else ""


def code_of_answer(known: Sequence[Known], question: Mapping[str, Any], fund_code: str, today: date) -> str:
    """The code an answered question is listed under; empty for one insured elsewhere under the ЕНП that was given."""
    if not known:
        return NOBODY
    if len(known) > 1:
        return MANY
    [one] = known
    person = _person(one)
    if person is not None and (person.dead or person.died_on):
        return DEAD
    current = _insurance(one, today)
    if current is not None and _holds(current, today) and current.okato == okato_of_fund(fund_code):
        return OWN
    asked, told = question.get("enp") or "", main_enp(one)
    return RENUMBERED if asked and told and asked != told else ""


def known_elsewhere(told: Answered, request: SearchRequest, fund_code: str, source: str) -> KnownElsewhere:
    """What is answered about a stranger by what another register told."""
    if not told.known:
        return KnownElsewhere(searched=UNKNOWN.format(source), passes_on=True, source=source)
    if len(told.known) > 1:
        found = Identification(IdentificationOutcome.SEVERAL, stage=STAGE, candidates=len(told.known))
        return KnownElsewhere(found, source=source)
    [one] = told.known
    number = main_enp(one)
    renamed = number if number and number != request.enp else ""
    found = _identification(one, request, number, source)
    found.notes.append(f"По данным {source} на {told.at:%d.%m.%Y}")
    insured = found.insurance
    if found.outcome is IdentificationOutcome.ELSEWHERE and insured and insured.okato == okato_of_fund(fund_code):
        return KnownElsewhere(main_enp=renamed, searched=OURS.format(source), source=source)
    return KnownElsewhere(found, renamed, source=source)


def _identification(one: Known, request: SearchRequest, enp: str, source: str) -> Identification:
    person, insurance = _person(one), _insurance(one, request.on)
    found = Identification(IdentificationOutcome.ELSEWHERE, stage=STAGE, enp=enp or request.enp, trust=one.trust or "")
    found.matched = [KeyMatch(code) for code in one.keys or ()]
    if person is not None and (person.dead or person.died_on):
        found.died_on, found.death_source = person.died_on, source
        if person.died_on is None or person.died_on < request.on:
            found.outcome = IdentificationOutcome.DEAD
    if insurance is None:
        if found.outcome is not IdentificationOutcome.DEAD:
            found.outcome = IdentificationOutcome.NOT_INSURED
        return found
    found.insurance = _insured_on(insurance, request.on, found.enp)
    if found.outcome is IdentificationOutcome.ELSEWHERE and not _holds(insurance, request.on):
        found.outcome = IdentificationOutcome.NOT_INSURED
        if insurance.state and insurance.state in STOPPED:
            found.notes.append(STOPPED[insurance.state])
    return found


def _person(known: Known) -> CentralPerson | None:
    people = known.person or []
    return people[0] if people else None


def _insurance(known: Known, on: date) -> CentralInsurance | None:
    """The insurance that holds on the day, the latest begun of several; else the last one, an annulled one at last."""
    rows = sorted(known.insurance or [], key=lambda row: row.valid_from or date.min)
    counting = [row for row in rows if row.state != PolicyState.ANNULLED] or rows
    holding = [row for row in counting if _holds(row, on)]
    return (holding or counting)[-1] if rows else None


def _holds(row: CentralInsurance, on: date) -> bool:
    # a word about the policy counts beside its dates: one that is over without a day of its end holds on no day
    if row.state == PolicyState.ANNULLED or (row.state not in (None, PolicyState.INSURED) and row.valid_to is None):
        return False
    return (row.valid_from or date.min) <= on <= (row.valid_to or date.max)


def _insured_on(row: CentralInsurance, on: date, enp: str) -> InsuredOn:
    series, number = NUMBERED.read(row.policy_number) if row.policy_number else (None, None)
    state = InsuranceState.VALID if _holds(row, on) else InsuranceState.ENDED
    if state is InsuranceState.ENDED and row.valid_from and row.valid_from > on:
        state = InsuranceState.NOT_YET
    return InsuredOn(
        state,
        insurer_ogrn=row.insurer_ogrn or "",
        okato=row.okato or "",
        policy_type=row.policy_type or "",
        policy_series=series or "",
        policy_number=number or "",
        enp=enp,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
