"""How alike two records are, field by field (clause 9.4): each field adds or takes bits, the sum is the score.

The weights are log₂ of how much more often an agreement is met among records of one person than among strangers,
rounded and set by hand: they order a worklist and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from hashlib import sha256
from itertools import chain
from typing import Any

from rapidfuzz.distance import OSA

from registry.insured.matching.candidates import Candidate


class Level(StrEnum):
    """How the values of one field stand to each other."""

    EQUAL = "equal"
    FORMER = "former"
    CLOSE = "close"
    DIFFERENT = "different"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """One field of both records with the level of agreement and the bits it gives; values are those shown."""

    name: str
    left: str
    right: str
    level: Level
    bits: float


BITS: dict[str, dict[Level, float]] = {
    "surname": {Level.EQUAL: 8, Level.FORMER: 7, Level.CLOSE: 4, Level.DIFFERENT: -3},
    "first_name": {Level.EQUAL: 5, Level.FORMER: 4, Level.CLOSE: 2, Level.DIFFERENT: -9},
    "patronymic": {Level.EQUAL: 5, Level.FORMER: 4, Level.CLOSE: 2, Level.DIFFERENT: -5},
    "birth_date": {Level.EQUAL: 13, Level.FORMER: 11, Level.CLOSE: 6, Level.DIFFERENT: -10},
    "sex": {Level.EQUAL: 1, Level.FORMER: 0, Level.DIFFERENT: -6},
    "birth_place": {Level.EQUAL: 3, Level.FORMER: 2, Level.CLOSE: 1, Level.DIFFERENT: -1},
    "snils": {Level.EQUAL: 24, Level.FORMER: 20, Level.CLOSE: 9, Level.DIFFERENT: -8},
    "enp": {Level.EQUAL: 24, Level.FORMER: 20, Level.CLOSE: 9, Level.DIFFERENT: -1},
    "document": {Level.EQUAL: 20, Level.FORMER: 18, Level.CLOSE: 8, Level.DIFFERENT: -2},
    "policy": {Level.EQUAL: 18, Level.FORMER: 16, Level.CLOSE: 6, Level.DIFFERENT: 0},
}
IDENTIFIERS = ("snils", "enp", "document", "policy")
Close = Callable[[Any, Any], bool]


def evidence_of_pair(left: Candidate, right: Candidate) -> list[FieldEvidence]:
    """The evidence of every field, in the order people read them."""
    return [_field(name, _values(left, name), _values(right, name), close) for name, close in FIELDS]


def score_of(evidence: Iterable[FieldEvidence]) -> float:
    """The bits of all fields together."""
    return sum(one.bits for one in evidence)


def are_siblings(evidence: Sequence[FieldEvidence]) -> bool:
    """True for children of one birth (limit e of clause 9.4): all but the first name agrees and no number does."""
    levels = {one.name: one.level for one in evidence}
    same = all(levels[name] is Level.EQUAL for name in ("surname", "birth_date"))
    apart = levels["first_name"] in {Level.DIFFERENT, Level.CLOSE}
    return same and apart and not shares_identifier(evidence)


def shares_identifier(evidence: Iterable[FieldEvidence]) -> bool:
    """True when a number belongs to both, now or before."""
    return any(one.name in IDENTIFIERS and one.level in {Level.EQUAL, Level.FORMER} for one in evidence)


def fingerprint_of(left: Candidate, right: Candidate) -> str:
    """What identifies both, as one word: another word means that names, birth, sex or a number changed."""
    told = [sorted(chain.from_iterable(_marks(one))) for one in sorted((left, right), key=lambda one: one.id)]
    return sha256(repr(told).encode()).hexdigest()


def _marks(one: Candidate) -> Iterable[list[str]]:
    yield [
        f"v|{row.surname_key}|{row.first_name_key}|{row.patronymic_key}|{row.birth_date}|{row.sex}"
        for row in one.versions
    ]
    yield [f"s|{row.number}" for row in one.snils]
    yield [f"d|{row.type}|{row.number_key}" for row in one.documents]
    yield [f"p|{row.number_key}|{row.enp}" for row in one.policies]
    yield [f"e|{one.enp}"]


@dataclass(frozen=True, slots=True)
class _Values:
    """The compared form of now, all forms ever, and what is shown."""

    now: Any
    ever: frozenset[Any]
    shown: str


def _values(one: Candidate, name: str) -> _Values:
    if name in {"surname", "first_name", "patronymic", "birth_place"}:
        key = f"{name}_key"
        ever = frozenset(getattr(row, key) for row in one.versions) - {""}
        return _Values(getattr(one.current, key), ever, getattr(one.current, name))
    if name in {"birth_date", "sex"}:
        now = getattr(one.current, name)
        return _Values(now, frozenset(getattr(row, name) for row in one.versions), str(now))
    if name == "enp":
        ever = frozenset(row.enp for row in one.policies) | {one.enp}
        return _Values(one.enp, ever - {""}, one.enp)
    sorts: dict[str, Sequence[Any]] = {"snils": one.snils, "document": one.documents, "policy": one.policies}
    rows = sorts[name]
    column = "number" if name == "snils" else "number_key"
    if name == "policy":
        rows = [row for row in rows if row.number_key != row.enp]  # such a number is the ЕНП
    newest = max(rows, key=lambda row: (row.valid_to, row.valid_from), default=None)
    now = getattr(newest, column) if newest else ""
    shown = now if name == "snils" else " ".join(filter(None, (newest.series, newest.number))) if newest else ""
    return _Values(now, frozenset(getattr(row, column) for row in rows) - {""}, shown)


def _field(name: str, left: _Values, right: _Values, close: Close) -> FieldEvidence:
    level = _level(left, right, close)
    return FieldEvidence(name, left.shown, right.shown, level, BITS[name].get(level, 0))


def _level(left: _Values, right: _Values, close: Close) -> Level:
    if left.now and left.now == right.now:
        return Level.EQUAL
    if left.ever & right.ever:
        return Level.FORMER
    if not left.now or not right.now:
        return Level.ABSENT
    return Level.CLOSE if close(left.now, right.now) else Level.DIFFERENT


def _one_edit(left: str, right: str, shortest: int = 4) -> bool:
    return min(len(left), len(right)) >= shortest and OSA.distance(left, right, score_cutoff=1) <= 1


def _share_words(left: str, right: str) -> bool:
    ours, theirs = set(left.split()), set(right.split())
    return len(ours & theirs) * 2 >= max(len(ours), len(theirs))


def close_dates(left: date, right: date) -> bool:
    """True for dates one slip apart: day and month swapped, one digit, one day."""
    if (left.day, left.month, left.year) == (right.month, right.day, right.year) or abs((left - right).days) == 1:
        return True
    pairs = zip(f"{left:%d%m%Y}", f"{right:%d%m%Y}", strict=True)
    return sum(one != other for one, other in pairs) == 1


def _never(_left: Any, _right: Any) -> bool:
    return False


FIELDS: tuple[tuple[str, Close], ...] = (
    ("surname", _one_edit),
    ("first_name", _one_edit),
    ("patronymic", _one_edit),
    ("birth_date", close_dates),
    ("sex", _never),
    ("birth_place", _share_words),
    ("snils", partial(_one_edit, shortest=11)),
    ("enp", partial(_one_edit, shortest=16)),
    ("document", partial(_one_edit, shortest=6)),
    ("policy", partial(_one_edit, shortest=6)),
)
