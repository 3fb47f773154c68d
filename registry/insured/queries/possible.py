"""The people a held record may be about, side by side with what was given (registry model, 9.6 and 9.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.core.checks.snils import format_snils
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.evidence import FIELD_TITLES, GRADE_TITLES
from registry.insured.matching.on_date import attached_on, insured_on
from registry.insured.matching.queries import load_candidates
from registry.insured.review.tables import ReviewCase
from registry.insured.scoring.levels import Level
from registry.store.base import OPEN_DATE

FIELDS = (
    "surname",
    "first_name",
    "patronymic",
    "birth_date",
    "sex",
    "enp",
    "snils",
    "document",
    "policy",
    "birth_place",
)
SEXES = {1: "мужской", 2: "женский"}


@dataclass(frozen=True, slots=True)
class Side:
    """One value of a possible person beside the given one: how far it agrees and what that weighs."""

    value: str
    former: tuple[str, ...]
    level: str
    words: str
    weight: float


@dataclass(frozen=True, slots=True)
class PossiblePerson:
    """A column of the comparison: the person with the score, insurer and clinic of today."""

    person_id: int
    bdz_id: str
    score: float
    sides: Mapping[str, Side]
    insured: str
    attached: str
    died_on: date | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A case as an operator compares it: rows of given values, columns of people, best first."""

    titles: Mapping[str, str]
    given: Mapping[str, str]
    people: list[PossiblePerson]


def compare_possible(session: Session, case: ReviewCase, on: date, moment: datetime) -> Comparison:
    """The given values beside those of everybody the case names, as registered now."""
    ids = [int(one["person_id"]) for one in case.possible]
    loaded = load_candidates(session, ids, moment)
    people = [_person(loaded[int(one["person_id"])], one, on) for one in case.possible if one["person_id"] in loaded]
    given = {name: str(case.asked.get(name) or "") for name in FIELDS}
    return Comparison({name: FIELD_TITLES[name] for name in FIELDS}, given, people)


def _person(candidate: Candidate, told: Mapping[str, Any], on: date) -> PossiblePerson:
    grades = {str(name): (Level(level), float(weight)) for name, level, weight in told["grades"]}
    values = _values(candidate)
    insured, _ = insured_on(candidate.insurance, on, "")
    attached = attached_on(candidate.attachments, on)
    return PossiblePerson(
        person_id=int(told["person_id"]),
        bdz_id=candidate.bdz_id,
        score=float(told["score"]),
        sides={name: _side(values[name], grades.get(name)) for name in FIELDS},
        insured=insured.insurer_code if insured.state.value == "valid" else "",
        attached=attached.clinic_code if attached else "",
        died_on=candidate.died_on,
    )


def _side(values: list[str], grade: tuple[Level, float] | None) -> Side:
    level, weight = grade or (Level.ABSENT, 0.0)
    current, *former = values or [""]
    return Side(current, tuple(former), level.value, GRADE_TITLES[level], weight)


def _values(candidate: Candidate) -> dict[str, list[str]]:
    """Every value there is, the current one first, each told once."""
    versions = sorted(candidate.versions, key=lambda row: (row.valid_to, row.valid_from), reverse=True)
    by_end = _newest_first
    return {
        "surname": _once(row.surname for row in versions),
        "first_name": _once(row.first_name for row in versions),
        "patronymic": _once(row.patronymic for row in versions),
        "birth_date": _once(f"{row.birth_date:%d.%m.%Y}" for row in versions),
        "sex": _once(SEXES.get(row.sex, "") for row in versions),
        "enp": _once([candidate.enp, *(row.enp for row in by_end(candidate.policies))]),
        "snils": _once(format_snils(row.number) for row in by_end(candidate.snils)),
        "document": _once(f"{row.series} {row.number}".strip() for row in by_end(candidate.documents)),
        "policy": _once(
            f"{row.series} {row.number}".strip() for row in by_end(candidate.policies) if row.number != row.enp
        ),
        "birth_place": _once(row.birth_place for row in versions),
    }


def _newest_first(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.valid_to or OPEN_DATE, row.valid_from), reverse=True)


def _once(values: Any) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
