"""What forbids to name a person without an operator, whatever the score (hard limits of clause 9.4)."""

from __future__ import annotations

from collections.abc import Sequence

from registry.insured.matching.candidates import Candidate
from registry.insured.matching.forms import name_as_meant
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.levels import Level
from registry.insured.scoring.model import Model
from registry.insured.scoring.score import Scored

IDENTIFIERS = ("snils", "document", "policy", "enp")
NAMES = ("surname", "first_name", "patronymic")
ESSENTIAL = ("surname", "first_name", "birth_date")
SAME_NAME = frozenset((Level.EQUAL, Level.LOOSE))
TYPED_WRONG = frozenset((Level.EDIT, Level.SIMILAR))
QUITE_OTHER = frozenset((Level.DIFFERENT, Level.MONTH))
REAL_NAME = 1e-4  # so frequent a first name is nobody's slip of the finger

NAMESAKES = "ФИО и дата рождения совпадают у нескольких лиц регистра"
OTHER_SEX = "пол не совпадает"
OTHER_YEARS = "год рождения отличается, номера не совпадают"
FIRST_OF_JANUARY = "дата рождения 1 января, номера не совпадают"
TWINS = "возможны близнецы: имя другое, остальное общее"
OTHER_NUMBERS = "ни один из указанных номеров не совпадает"
TWO_DIFFER = "фамилия, имя, дата рождения: отличаются два значения"


def is_stranger(scored: Scored) -> bool:
    """True for somebody no operator could decide about: the birth date is another one and no number speaks for him.

    Quite another date needs an equal number (c); with one that differs a little, numbers that all differ are enough
    to make him a namesake. Without a first name on one side a surname and a day are anybody's, such as those of a
    newborn nobody named yet: a number must speak for it.
    """
    levels = {grade.name: grade.level for grade in scored.grades}
    numbers = {levels[name] for name in IDENTIFIERS}
    if levels["first_name"] is Level.ABSENT and not numbers & {Level.EQUAL, Level.NEAR}:
        return True
    born = levels["birth_date"]
    if born is Level.DIFFERENT:
        return Level.EQUAL not in numbers
    return born is not Level.EQUAL and Level.DIFFERENT in numbers and not numbers & {Level.EQUAL, Level.NEAR}


def doubt_about(wanted: Wanted, scored: Scored, everybody: Sequence[Candidate], best: Candidate, model: Model) -> str:
    """The first limit that stands in the way of this candidate; empty when none does."""
    grades = {grade.name: grade.level for grade in scored.grades}
    numbers = [grades[name] for name in IDENTIFIERS]
    proven = Level.EQUAL in numbers
    likely = proven or Level.NEAR in numbers
    if grades["sex"] is Level.DIFFERENT:
        return OTHER_SEX
    if sum(grades[name] in QUITE_OTHER for name in ESSENTIAL) >= 2:
        return TWO_DIFFER
    if not proven and _years_apart(wanted, best) > 1:
        return OTHER_YEARS
    if not likely and Level.DIFFERENT in numbers:
        return OTHER_NUMBERS
    if not likely and _first_of_january(wanted, best):
        return FIRST_OF_JANUARY
    if not likely and _bearers(wanted, everybody) > 1:
        return NAMESAKES
    if not proven and _may_be_a_twin(wanted, grades, everybody, best, model):
        return TWINS
    return ""


def _years_apart(wanted: Wanted, best: Candidate) -> int:
    born = wanted.birth_date
    return 0 if born is None else min(abs(born.year - row.birth_date.year) for row in best.versions)


def _first_of_january(wanted: Wanted, best: Candidate) -> bool:
    days = {row.birth_date for row in best.versions} | {wanted.birth_date}
    return any(day is not None and (day.month, day.day) == (1, 1) for day in days)


def _bearers(wanted: Wanted, everybody: Sequence[Candidate]) -> int:
    """How many people of the registry bear just this full name and birth date."""
    asked = (*(name_as_meant(wanted, name) for name in NAMES), wanted.birth_date)
    return sum(
        any((row.surname_key, row.first_name_key, row.patronymic_key, row.birth_date) == asked for row in one.versions)
        for one in everybody
    )


def _may_be_a_twin(
    wanted: Wanted, grades: dict[str, Level], everybody: Sequence[Candidate], best: Candidate, model: Model
) -> bool:
    """A first name that differs a little is no slip when it is a name itself, or when its bearer has a twin."""
    level = grades["first_name"]
    if level in SAME_NAME or level not in TYPED_WRONG | {Level.DIFFERENT, Level.PART}:
        return False
    given = name_as_meant(wanted, "first_name")
    if level is Level.DIFFERENT or model.weights.frequencies.get("first_name", {}).get(given, 0.0) >= REAL_NAME:
        return True
    return any(_of_one_birth(best, other) for other in everybody if other is not best)


def _of_one_birth(one: Candidate, other: Candidate) -> bool:
    mine, his = one.current, other.current
    return (mine.birth_date, mine.patronymic_key) == (his.birth_date, his.patronymic_key) and (
        mine.surname_key[:3] == his.surname_key[:3] and mine.first_name_key != his.first_name_key
    )
