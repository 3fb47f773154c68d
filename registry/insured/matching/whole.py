"""Requests that agree with one person in everything: asked of the registry in one statement, told without comparing.

Most rows of a file end here. What `rules` would say of them is known beforehand: found, trusted, no differences. The
test that holds both ways together is `tests/integration/matching/test_whole_agreement.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from registry.insured.keys.rules import DOCUMENT_FORMS, NAME_FORMS, PRESENT, made_forms
from registry.insured.matching.agreement import keys_within
from registry.insured.matching.on_date import is_own
from registry.insured.matching.outcomes import (
    TRUSTED,
    AttachedOn,
    Identification,
    IdentificationOutcome,
    InsuranceState,
    InsuredOn,
    KeyMatch,
    PersonFacts,
)
from registry.insured.matching.parts import BIRTH_PLACE, PATRONYMIC
from registry.insured.matching.queries.leads import leads_known_otherwise
from registry.insured.matching.queries.whole import (
    ATTACHED,
    FACTS,
    INSURED,
    PERSON,
    WholeProbe,
    whole_agreements,
)
from registry.insured.matching.wanted import Wanted

CURRENT = 1


def find_whole(
    session: Session,
    wanted: Sequence[Wanted],
    *,
    moment: datetime,
    today: date,
    fund_okato: str,
    is_changing: bool = False,
) -> list[Identification | None]:
    """The answers to those requests that one person agrees with wholly; None where more must be asked.

    While the rules of normalisation change, only those are answered whose number no rule concerns and whose person
    agrees by the present rules, whichever the stored forms are made by.
    """
    answers: list[Identification | None] = [None] * len(wanted)
    asked = [probe for rec, one in enumerate(wanted) if (probe := _probe(rec, one)) is not None]
    if is_changing:
        asked = [one for one in asked if (one.enp or one.snils) and not one.policy]
    if not asked:
        return answers
    rows = whole_agreements(session, asked, moment, today)
    seen = Counter([row[0] for row in rows])
    led_otherwise = leads_known_otherwise(session, moment)
    knotted = {*led_otherwise, *led_otherwise.values()}
    for row in rows:
        if is_changing and not _agrees_now(wanted[row[0]], row):
            continue
        if row[1] and seen[row[0]] == 1 and row[PERSON] not in knotted:
            answers[row[0]] = _found(wanted[row[0]], row, fund_okato)
    return answers


def _agrees_now(wanted: Wanted, row: Sequence[Any]) -> bool:
    """True when what is written of the person has by the present rules the forms that were found equal."""
    besides, surname, first_name, patronymic, _, place, _, _, *paper = row[FACTS - 1 : INSURED]
    written = (surname or "", first_name or "", patronymic or "", place or "")
    names, known = made_forms(NAME_FORMS, written[:3]), PRESENT.place(written[3])
    pairs = zip(names, (wanted.surname, wanted.first_name, wanted.patronymic), strict=True)
    if any(given and form != given for form, given in pairs):
        return False
    if bool(besides & PATRONYMIC) != (not wanted.patronymic and not names[2]):
        return False
    if wanted.birth_place and (known not in ("", wanted.birth_place) or bool(besides & BIRTH_PLACE) != bool(known)):
        return False
    return not wanted.document or made_forms(DOCUMENT_FORMS, paper) == [wanted.document]


def _probe(rec: int, wanted: Wanted) -> WholeProbe | None:
    """The question; None for a request without an identifier to begin with, or one of contracts with a single one."""
    born = wanted.birth_date
    if wanted.sole or born is None or any(wanted.own_ids):
        return None
    if not (wanted.enp or wanted.snils or wanted.document or wanted.policy):
        return None
    since, until = wanted.request.on, wanted.request.until
    return WholeProbe(
        rec,
        wanted.surname,
        wanted.first_name,
        wanted.patronymic,
        born,
        wanted.sex,
        wanted.birth_place,
        wanted.enp,
        wanted.snils,
        wanted.document,
        wanted.document_type,
        wanted.policy,
        wanted.policy_class,
        since,
        until if until is not None and until > since else since,
    )


def _found(wanted: Wanted, row: Sequence[Any], fund_okato: str) -> Identification:
    person_id, bdz_id, enp, besides = row[PERSON:FACTS]
    surname, first_name, patronymic, sex, birth_place, snils, *document = row[FACTS:INSURED]
    assert wanted.birth_date is not None  # noqa: S101 - else it was not asked
    person = PersonFacts(surname, first_name, patronymic, wanted.birth_date, sex, birth_place, snils or "")
    if document[0] is not None:
        person.document_type, person.document_series, person.document_number = document
    insurance = InsuredOn(InsuranceState.VALID, *row[INSURED:ATTACHED])
    return Identification(
        IdentificationOutcome.FOUND if is_own(insurance.okato, fund_okato) else IdentificationOutcome.ELSEWHERE,
        person_id,
        bdz_id,
        enp,
        TRUSTED,
        CURRENT,
        list(_matches(wanted.given | besides)),
        unused=wanted.unused,
        candidates=1,
        insurance=insurance,
        attachment=AttachedOn(*row[ATTACHED:]) if row[ATTACHED] is not None else None,
        person=person,
    )


@lru_cache(maxsize=4096)
def _matches(parts: int) -> tuple[KeyMatch, ...]:
    return tuple(KeyMatch(code) for code, _ in keys_within(parts))
