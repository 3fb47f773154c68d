"""The evidence of an identification in Russian, as the journal keeps and shows it (clause 9.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from operator import attrgetter
from typing import Any

from registry.insured.keys.kinds import DEFINITIONS
from registry.insured.kinds.methods import TITLES as METHOD_TITLES
from registry.insured.matching.outcomes import (
    TRUSTED,
    AttachedOn,
    Difference,
    DifferenceLevel,
    Identification,
    IdentificationOutcome,
    InsuranceState,
    InsuredOn,
    KeyMatch,
    ScoreTold,
)
from registry.insured.scoring.levels import Level
from registry.insured.scoring.score import Grade

OUTCOME_TITLES: dict[IdentificationOutcome, str] = {
    IdentificationOutcome.FOUND: "найден",
    IdentificationOutcome.FOUND_DIFF: "найден с расхождениями",
    IdentificationOutcome.SEVERAL: "несколько кандидатов",
    IdentificationOutcome.NOT_FOUND: "не найден",
    IdentificationOutcome.ANNULLED: "запись аннулирована",
    IdentificationOutcome.DEAD: "умер",
    IdentificationOutcome.NOT_INSURED: "не застрахован на дату",
    IdentificationOutcome.ELSEWHERE: "застрахован на другой территории",
    IdentificationOutcome.INSUFFICIENT: "недостаточно данных",
    IdentificationOutcome.INVALID: "неверные данные",
    IdentificationOutcome.HELD: "на рассмотрении",
}
STAGE_TITLES = {1: "по текущим данным", 2: "по прежним данным", 3: "по совокупности признаков", 4: "по данным ЦС ЕРЗ"}
GRADE_TITLES: dict[Level, str] = {
    Level.EQUAL: "совпадает",
    Level.LOOSE: "совпадает с точностью до написания",
    Level.EDIT: "отличается одной буквой",
    Level.SIMILAR: "похоже",
    Level.PART: "часть двойного",
    Level.INITIAL: "только инициал",
    Level.SWAPPED: "переставлено",
    Level.DIGIT: "отличается одной цифрой",
    Level.NEXT_DAY: "соседний день",
    Level.YEAR: "тот же день другого года",
    Level.MONTH: "тот же месяц",
    Level.NEAR: "отличается одной цифрой",
    Level.OVERLAP: "совпадает частью",
    Level.EITHER: "имя мужское и женское",
    Level.DIFFERENT: "отличается",
    Level.ABSENT: "не сравнивалось",
}
FIELD_TITLES = {
    "surname": "фамилия",
    "first_name": "имя",
    "patronymic": "отчество",
    "birth_date": "дата рождения",
    "sex": "пол",
    "birth_place": "место рождения",
    "enp": "ЕНП",
    "snils": "СНИЛС",
    "document_number": "документ",
    "document": "документ",
    "policy": "полис",
    "policy_number": "полис",
    "bdz_id": "номер в регистре",
}
KEY_TITLES = {
    "K1": "ЕНП",
    "K2": "СНИЛС и дата рождения",
    "K3": "документ и дата рождения",
    "K4": "полис и дата рождения",
    "K5": "номер в регистре",
    "H01": "ФИО, место рождения, документ",
    "H01.NI": "ФИО, место рождения, ЕНП",
    "H02": "ФИО, дата рождения, документ",
    "H02.NI": "ФИО, дата рождения, ЕНП",
    "H03": "ФИО, дата рождения, СНИЛС",
    "H04": "ФИО, дата рождения, полис",
    "H05": "имя, отчество, дата и место рождения, СНИЛС",
    "H15": "имя, отчество, место рождения, СНИЛС",
    "H16": "имя, отчество, дата рождения, СНИЛС",
    "H17": "ФИО и место рождения",
    "H18": "ФИО и дата рождения",
}
NEWER_CODES = {one.code: one.newer for one in DEFINITIONS.values() if one.newer}
LEVEL_TITLES = {
    DifferenceLevel.FORMER: "прежнее значение",
    DifferenceLevel.DIFFERENT: "отличается",
    DifferenceLevel.ABSENT: "в регистре отсутствует",
}
STATE_TITLES = {
    InsuranceState.VALID: "действует",
    InsuranceState.ENDED: "прекращено",
    InsuranceState.NOT_YET: "ещё не началось",
    InsuranceState.NEVER: "не было",
}

_METHODS = {str(known.value): title for known, title in METHOD_TITLES.items()}


def evidence_of(found: Identification) -> dict[str, Any]:
    """What is stored of the evidence: all parts that are there, or the short form of a person found plainly."""
    return _short(found) if _is_plain(found) else _whole(found)


def explained(evidence: Mapping[str, Any]) -> Mapping[str, Any]:
    """Stored evidence as people read it, whichever form it was stored in."""
    if SHORT not in evidence:
        return evidence
    keys, insured, attached, *rule_set = evidence[SHORT]
    return _whole(
        Identification(
            IdentificationOutcome.FOUND,
            person_id=0,
            trust=TRUSTED,
            stage=1,
            matched=[KeyMatch(code) for code in keys],
            candidates=1,
            insurance=InsuredOn(InsuranceState.VALID, *insured[:7], *map(_read_day, insured[7:9]), *insured[9:]),
            attachment=_read_attachment(attached) if attached else None,
            rule_set="".join(rule_set),
        )
    )


def _is_plain(found: Identification) -> bool:
    """Whether all that can be told of a person found is which keys agreed, the insurance and the attachment.

    Most rows of a file are such, and the sentences about them cost more to write and to keep than to say again.
    """
    if found.outcome is not IdentificationOutcome.FOUND or found.trust != TRUSTED or found.stage != 1:
        return False
    more = found.differences or found.unused or found.notes or found.changed_insurance or found.conflict
    late = (
        found.scored is not None
        or found.died_on is not None
        or found.candidates != 1
        or found.missing
        or found.searched
    )
    return found.insurance is not None and found.insurance.state is InsuranceState.VALID and not more and not late


def _short(found: Identification) -> dict[str, Any]:
    insured, attached = found.insurance, found.attachment
    assert insured is not None  # noqa: S101 - else it is not plain
    keys = [match.code for match in found.matched]
    return {
        "outcome": found.outcome.value,
        SHORT: [
            keys,
            list(_insured_parts(insured)),
            list(_attached_parts(attached)) if attached else None,
            *((found.rule_set,) if found.rule_set else ()),
        ],
    }


SHORT = "plain"
_insured_parts = attrgetter(*(one.name for one in fields(InsuredOn)[1:]))
_attached_parts = attrgetter(*(one.name for one in fields(AttachedOn)))


def _read_day(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) else told


def _read_attachment(told: Sequence[Any]) -> AttachedOn:
    clinic, area_type, method, applied_on, since, until, *rest = told
    days = (_read_day(one) for one in (applied_on, since, until))
    return AttachedOn(clinic, area_type, method, *days, *rest)  # type: ignore[arg-type]  # the days are those written


def _whole(found: Identification) -> dict[str, Any]:
    """The parts of the evidence that are there, in the order people read them."""
    told = {
        "outcome": found.outcome.value,
        "title": OUTCOME_TITLES[found.outcome],
        "trust": found.trust,
        "stage": found.stage,
        "stage_title": STAGE_TITLES.get(found.stage),
        "matched": [match_text(match) for match in found.matched],
        "differs": [difference_text(difference) for difference in found.differences],
        "unused": list(found.unused),
        "missing": [FIELD_TITLES[name] for name in found.missing],
        "candidates": found.candidates if found.candidates > 1 or found.person_id is None else 0,
        "conflict": found.conflict,
        "contradicts": found.contradicts,
        "died_on": found.died_on.isoformat() if found.died_on else None,
        "death_source": found.death_source if found.died_on else "",
        "insured": insured_text(found.insurance) if found.insurance else None,
        "attached": attached_text(found.attachment) if found.attachment else None,
        "insurance_changed": [day.isoformat() for day in found.changed_insurance],
        "notes": [*found.notes, *filter(None, [found.searched])],
        "rule_set": found.rule_set,
        **(score_told(found.scored) if found.scored is not None else {}),
    }
    return {name: value for name, value in told.items() if value}


def score_told(scored: ScoreTold) -> dict[str, Any]:
    """The score against its thresholds and what every compared property gave to it (clause 9.7)."""
    return {
        "score": scored.score,
        "threshold": scored.threshold,
        "margin": scored.margin,
        "second": scored.second,
        "rule_set": scored.rule_set,
        "doubt": scored.doubt,
        "grades": [grade_text(grade) for grade in scored.grades if grade.level is not Level.ABSENT],
    }


def grade_text(grade: Grade) -> str:
    """`фамилия: отличается одной буквой (+3.1)`; never a value, it may be somebody else's."""
    return f"{FIELD_TITLES.get(grade.name, grade.name)}: {GRADE_TITLES[grade.level]} ({grade.weight:+.1f})"


def match_text(match: KeyMatch) -> str:
    """`H02 (ФИО, дата рождения, документ; H12; прежнее значение до 11.06.2021)`."""
    text = KEY_TITLES.get(match.code, match.code)
    newer = NEWER_CODES.get(match.code)
    if newer:
        text += f"; {newer}"
    if match.former_until is not None:
        text += f"; прежнее значение до {_day(match.former_until)}"
    elif match.joined:
        text += "; значение объединённой записи"
    return f"{match.code} ({text})"


def difference_text(difference: Difference) -> str:
    """`фамилия: указано «ЛЕДНЁВА», в регистре «САХАРОВА» (с 12.06.2021) — прежнее значение`."""
    since = f" (с {_day(difference.since)})" if difference.since is not None else ""
    title = FIELD_TITLES.get(difference.field, difference.field)
    known = f"«{difference.known}»" if difference.known else "пусто"
    return f"{title}: указано «{difference.given}», в регистре {known}{since} — {_level(difference)}"


def _level(difference: Difference) -> str:
    """How far the values differ: the grade of the score says more than the level where there is one."""
    graded = difference.level is DifferenceLevel.DIFFERENT and difference.grade is not None
    return GRADE_TITLES[difference.grade] if graded and difference.grade else LEVEL_TITLES[difference.level]


def insured_text(insured: InsuredOn) -> str:
    """One line about the insurance and whether it holds."""
    if insured.state is InsuranceState.NEVER:
        return "страхования не было"
    number = " ".join(filter(None, (insured.policy_series, insured.policy_number)))
    policy = f"полис {insured.policy_type} {number}".rstrip() if insured.policy_type else "полис не указан"
    until = f" по {_day(insured.valid_to)}" if insured.valid_to else ""
    reason = f", причина {insured.end_reason}" if insured.end_reason else ""
    state = "" if insured.state is InsuranceState.VALID else f" — {STATE_TITLES[insured.state]}"
    enp = f", ЕНП {insured.enp}" if insured.enp else ""
    since = f" с {_day(insured.valid_from)}" if insured.valid_from else ""
    return f"СМО {insured.insurer_code} ({policy}{enp}){since}{until}{reason}{state}"


def attached_text(attached: AttachedOn) -> str:
    """One line about the attachment."""
    method = _METHODS.get(attached.method, attached.method)
    district = f", участок {attached.district_code}" if attached.district_code else ""
    until = f" по {_day(attached.valid_to)}" if attached.valid_to else ""
    return f"МО {attached.clinic_code}{district}, {method}, с {_day(attached.valid_from)}{until}"


def _day(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"  # a third of the time of strftime
