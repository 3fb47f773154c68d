"""The decision about one request (registry model, clauses 9.2, 9.3, 9.6): pure, no database.

`judge` is given all candidates any key pointed at. What it decides does not depend on the order or the stage in which
they were found, so a live question and a row of a file get the same outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from registry.insured.matching.agreement import NO_RANK, WEAK, Agreement, compare
from registry.insured.matching.candidates import JOINED, Candidate
from registry.insured.matching.forms import given_document, given_enp, given_snils, known_forms
from registry.insured.matching.outcomes import LIKELY, TRUSTED, Identification, IdentificationOutcome
from registry.insured.matching.parts import BIRTH_DATE, BIRTH_PLACE, IDENTIFIERS, IDENTITY, PATRONYMIC, SEX
from registry.insured.matching.telling import describe, tell_person
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.levels import Level, compare_numbers
from registry.insured.scoring.people import PEOPLE

Outcome = IdentificationOutcome
SNILS_PLACE, DOCUMENT_PLACE, ENP_PLACE = (
    [one.name for one in PEOPLE].index(name) for name in ("snils", "document", "enp")
)
SEVERAL_TEXT = "Ключи указывают на разных лиц"
RIVAL_TEXT = "Часть указанных данных принадлежит другому лицу регистра"
NAMES_ONLY_TEXT = "Найден только по ФИО и дате рождения"
JOINED_TEXT = "Запись объединена"
UNSURE_TEXT = "Есть лицо с теми же ФИО и датой рождения, но этого недостаточно"


def judge(wanted: Wanted, candidates: Iterable[Candidate], *, today: date, fund_okato: str) -> Identification:
    """Decide about one request among all its candidates."""
    if not wanted.is_searchable:
        return _not_searched(wanted)
    agreed = agreements(wanted, candidates, today)
    whole = sole_whole_agreement(wanted, agreed)
    if whole is not None:
        return _accept(wanted, whole, today=today, fund_okato=fund_okato)
    return _judge_partial(wanted, agreed, today=today, fund_okato=fund_okato)


def _judge_partial(wanted: Wanted, agreed: Sequence[Agreement], *, today: date, fund_okato: str) -> Identification:
    living = [one for one in agreed if not one.candidate.is_annulled]
    undominated = _without_dominated(living or agreed)
    strong = [one for one in undominated if one.rank < WEAK]
    weak = [one for one in undominated if one.rank == WEAK and one.agrees_on_name_and_birth]
    if not strong:
        return _judge_weak(wanted, weak, today=today, fund_okato=fund_okato)
    best, rivals = _choose(strong, weak)
    if best is None:
        return _several(wanted, rivals)
    found = _accept(wanted, best, today=today, fund_okato=fund_okato)
    if rivals:
        found.conflict = True
        found.candidates = 1 + len(rivals)
        found.notes.append(RIVAL_TEXT)
        _lower(found)
    return found


def agreements(wanted: Wanted, candidates: Iterable[Candidate], today: date) -> list[Agreement]:
    """Candidates that agree by some key; others were pointed at by rows that hold no longer."""
    ordered = sorted(candidates, key=lambda candidate: candidate.id)
    found = [compare(wanted, candidate, today) for candidate in ordered]
    return [one for one in found if one.rank < NO_RANK]


def sole_whole_agreement(wanted: Wanted, agreed: Sequence[Agreement]) -> Agreement | None:
    """The one living record whose current data equal everything given, an identifier among it; None when not one.

    Nothing another candidate agrees in could outweigh it: every key that points there points here as well.
    """
    given = wanted.given
    if not given & IDENTIFIERS:
        return None
    whole = [one for one in agreed if one.now & given == given and one.rank < WEAK and not one.candidate.is_annulled]
    return whole[0] if len(whole) == 1 else None


def _not_searched(wanted: Wanted) -> Identification:
    """Bad values that would have been enough make the request invalid; too few values make it insufficient."""
    outcome = Outcome.INVALID if wanted.is_spoilt else Outcome.INSUFFICIENT
    return Identification(outcome, unused=wanted.unused, missing=wanted.missing)


def _without_dominated(agreed: Sequence[Agreement]) -> list[Agreement]:
    """Leave out candidates that agree only in a part of what another one agrees in: no key points at them alone."""
    if len(agreed) < 2:
        return list(agreed)
    masks = [one.ever & IDENTITY for one in agreed]
    return [
        one
        for one, mask in zip(agreed, masks, strict=True)
        if not any(mask != other and mask & other == mask for other in masks)
    ]


def _choose(strong: Sequence[Agreement], weak: Sequence[Agreement]) -> tuple[Agreement | None, list[Agreement]]:
    """The one person the keys point at with the rivals that do not count, or None with everybody in question.

    Between two people the one with two or more kinds of identifiers wins against one kind, provided that names and
    birth date agree (clause 9.2). The owner of an identifier whose name or birth date differs does not win against
    the owner of the names.
    """
    if len(strong) == 1:
        only = strong[0]
        if only.agrees_on_name_and_birth or not weak:
            return only, []
        return None, [only, *weak]
    for one in strong:
        others = [other for other in strong if other is not one]
        if one.support >= 2 and one.agrees_on_name_and_birth and all(other.support <= 1 for other in others):
            return one, others
    return None, list(strong)


def _judge_weak(wanted: Wanted, weak: Sequence[Agreement], *, today: date, fund_okato: str) -> Identification:
    """Decide when only names with the birth date agree (keys H17, H18: candidates, not proofs).

    They are enough, with less trust, when the registry has exactly one such person now, the sex does not differ, none
    of the identifiers given contradicts the known ones, and the birth date is not 1 January, which stands for an
    unknown day (clause 9.4, limits a, b and d). Two such people are «several»; otherwise nobody is found: a namesake
    with other papers is a stranger until a score says more.
    """
    possible = [one for one in weak if not one.differs & (IDENTIFIERS | SEX | PATRONYMIC)]
    if len(possible) > 1:
        return _several(wanted, possible)
    if len(possible) == 1 and _names_suffice(wanted, possible[0]):
        found = _accept(wanted, possible[0], today=today, fund_okato=fund_okato)
        found.notes.append(NAMES_ONLY_TEXT)
        _lower(found)
        return found
    found = Identification(Outcome.NOT_FOUND, unused=wanted.unused, candidates=len(weak))
    if weak:
        found.notes.append(UNSURE_TEXT)
    return found


def _names_suffice(wanted: Wanted, one: Agreement) -> bool:
    born = wanted.birth_date
    first_of_january = born is not None and (born.month, born.day) == (1, 1)
    plain = bool(one.now & BIRTH_DATE) and one.agrees_on_name_and_birth and not one.former and not first_of_january
    return plain and _spoilt_numbers_fit(wanted, one)


def _spoilt_numbers_fit(wanted: Wanted, one: Agreement) -> bool:
    """A number that breaks its own rule is no key, but when it is quite another than the known one it contradicts."""
    known = known_forms(one.candidate)
    spoilt = (
        (SNILS_PLACE, "" if wanted.snils else given_snils(wanted)),
        (DOCUMENT_PLACE, "" if wanted.document else given_document(wanted)),
        (ENP_PLACE, "" if wanted.enp else given_enp(wanted)),
    )
    return not any(
        given and known[place] and all(compare_numbers(given, number) is Level.DIFFERENT for number in known[place])
        for place, given in spoilt
    )


def _several(wanted: Wanted, agreed: Sequence[Agreement]) -> Identification:
    found = Identification(Outcome.SEVERAL, unused=wanted.unused, candidates=len(agreed))
    for one in agreed:
        found.matched += [match for match in describe(wanted, one)[0] if match not in found.matched]
    found.alike = [one.candidate.id for one in agreed if one.agrees_on_name_and_birth and not one.candidate.is_annulled]
    shared = {one.ever & IDENTITY for one in agreed}
    if len(shared) > 1:
        found.conflict = True
        found.notes.append(SEVERAL_TEXT)
    return found


def _accept(wanted: Wanted, one: Agreement, *, today: date, fund_okato: str) -> Identification:
    matched, differences = describe(wanted, one)
    joined = JOINED in one.until.values()
    former = bool(one.former & IDENTITY) or joined
    found = Identification(
        Outcome.FOUND_DIFF if differences or joined else Outcome.FOUND,
        person_id=one.candidate.id,
        bdz_id=one.candidate.bdz_id,
        enp=one.candidate.enp,
        trust=LIKELY if differences or joined else TRUSTED,
        stage=2 if former else 1,
        matched=matched,
        differences=differences,
        unused=wanted.unused,
        candidates=1,
    )
    if joined:
        found.notes.append(JOINED_TEXT)
    if one.differs & BIRTH_PLACE:
        found.notes.append("Место рождения записано иначе")
    if one.contradicts or (wanted.sole and one.differs & wanted.given):
        found.contradicts = found.conflict = True
        return found
    if one.candidate.is_annulled:
        found.outcome = Outcome.ANNULLED
        found.notes.append("Запись регистра аннулирована")
        return found
    tell_person(found, wanted.request, one, today=today, fund_okato=fund_okato)
    return found


def _lower(found: Identification) -> None:
    found.trust = LIKELY
    if found.outcome is Outcome.FOUND:
        found.outcome = Outcome.FOUND_DIFF
