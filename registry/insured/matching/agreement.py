"""Comparison of a request with one candidate: which parts agree now, which did once, which do not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from registry.insured.keys.forms import policy_class
from registry.insured.keys.kinds import DEFINITIONS, KeyKind
from registry.insured.matching.candidates import Candidate, DocumentRow, PolicyRow, VersionRow
from registry.insured.matching.parts import (
    BIRTH_DATE,
    BIRTH_PLACE,
    DOCUMENT,
    ENP,
    FIRST_NAME,
    IDENTIFIERS,
    OWN_ID,
    PATRONYMIC,
    POLICY,
    SEX,
    SNILS,
    SURNAME,
)
from registry.insured.matching.wanted import Wanted

_MASKS = {kind: definition.mask for kind, definition in DEFINITIONS.items()}
_RANK_2 = tuple(_MASKS[kind] for kind in (KeyKind.H03, KeyKind.H16, KeyKind.H02, KeyKind.H02_NI, KeyKind.H04))
_RANK_3 = tuple(_MASKS[kind] | BIRTH_DATE for kind in (KeyKind.H01, KeyKind.H01_NI, KeyKind.H05, KeyKind.H15))
_RANK_4 = tuple(_MASKS[kind] for kind in (KeyKind.K2, KeyKind.K3, KeyKind.K4))
_RANK_6 = (_MASKS[KeyKind.H18], _MASKS[KeyKind.H17])
SOLE = 5
WEAK = 6
NO_RANK = 9


@dataclass(slots=True)
class Agreement:
    """Sets of parts: equal to a current value, equal to a former one, given and known but not equal.

    ``rank`` is the strength of the strongest key that agrees (clause 9.2): 1 the strongest, 6 weak, 9 none.
    ``until`` tells for the former ones until when they were current; ``JOINED`` means a value of a joined record.
    """

    candidate: Candidate
    current: VersionRow
    now: int = 0
    former: int = 0
    differs: int = 0
    rank: int = NO_RANK
    until: dict[int, date] = field(default_factory=dict)

    @property
    def ever(self) -> int:
        """Parts that agree with the person, now or before."""
        return self.now | self.former

    @property
    def agrees_on_name_and_birth(self) -> bool:
        """True when surname, first name and birth date agree and the patronymic does not contradict."""
        wanted = SURNAME | FIRST_NAME | BIRTH_DATE
        return (self.now | self.former) & wanted == wanted and not self.differs & PATRONYMIC

    @property
    def support(self) -> int:
        """Number of independent kinds of identifiers that agree; own number and ЕНП are one kind."""
        ever = self.now | self.former
        numbers = 1 if ever & (ENP | OWN_ID) else 0
        return numbers + (ever & (SNILS | DOCUMENT | POLICY)).bit_count()

    @property
    def contradicts(self) -> bool:
        """True when two or more of surname, first name and birth date differ, or one of them and the sex."""
        count = (self.differs & (SURNAME | FIRST_NAME | BIRTH_DATE)).bit_count()
        return count >= 2 or (count == 1 and bool(self.differs & SEX))


@lru_cache(maxsize=4096)
def rank_of(parts: int) -> int:
    """Rank of clause 9.2 that a set of agreeing parts gives on its own."""
    own = parts & (ENP | OWN_ID)
    if own and parts & BIRTH_DATE and parts & (SURNAME | FIRST_NAME):
        return 1
    for rank, masks in ((2, _RANK_2), (3, _RANK_3), (4, _RANK_4)):
        if any(parts & mask == mask for mask in masks):
            return rank
    if own:
        return SOLE
    return WEAK if any(parts & mask == mask for mask in _RANK_6) else NO_RANK


@lru_cache(maxsize=4096)
def keys_within(parts: int) -> tuple[tuple[str, int], ...]:
    """Code and parts of every kind of key that the set holds whole, strongest evidence of identity first."""
    order = (*(kind for kind in KeyKind if kind > KeyKind.K5), *(kind for kind in KeyKind if kind <= KeyKind.K5))
    found = [kind for kind in order if parts & _MASKS[kind] == _MASKS[kind]]
    strong = [kind for kind in found if kind not in (KeyKind.H17, KeyKind.H18)]
    return tuple((DEFINITIONS[kind].code, _MASKS[kind]) for kind in strong or found)


def compare(wanted: Wanted, candidate: Candidate, today: date) -> Agreement:
    """Compare everything given with everything known; what one of the sides lacks neither agrees nor differs."""
    current = candidate.current
    found = Agreement(candidate, current)
    _compare_names(found, wanted, current)
    _compare_numbers(found, wanted, candidate, today)
    found.rank = rank_of(found.now | found.former)
    if wanted.sole and found.rank > SOLE and found.ever & IDENTIFIERS:
        found.rank = SOLE  # asked by one identifier, it alone points at the person
    return found


def _compare_names(found: Agreement, wanted: Wanted, current: VersionRow) -> None:
    pairs: tuple[tuple[int, str, Any, Any], ...] = (
        (SURNAME, "surname_key", wanted.surname, current.surname_key),
        (FIRST_NAME, "first_name_key", wanted.first_name, current.first_name_key),
        (PATRONYMIC, "patronymic_key", wanted.patronymic, current.patronymic_key),
        (BIRTH_DATE, "birth_date", wanted.birth_date, current.birth_date),
        (SEX, "sex", wanted.sex, current.sex),
        (BIRTH_PLACE, "birth_place_key", wanted.birth_place, current.birth_place_key),
    )
    now = 0
    for part, column, given, known in pairs:
        if given and given == known:
            now |= part
        elif given and (known or part != BIRTH_PLACE):
            _look_back(found, part, column, given)
    if not wanted.patronymic and not current.patronymic_key:
        now |= PATRONYMIC  # nobody has one here: in a key of full names that is an agreement
    found.now |= now


def _look_back(found: Agreement, part: int, column: str, value: Any) -> None:
    rows = [row for row in found.candidate.versions if row is not found.current and getattr(row, column) == value]
    _note(found, part, [row.valid_to for row in rows])


def _note(found: Agreement, part: int, ends: Sequence[date]) -> None:
    if ends:
        found.former |= part
        found.until[part] = max(ends)
    else:
        found.differs |= part


def _compare_numbers(found: Agreement, wanted: Wanted, candidate: Candidate, today: date) -> None:
    if wanted.enp:
        if wanted.enp == candidate.enp:
            found.now |= ENP
        else:
            ends = [row.valid_to for row in candidate.policies if row.enp == wanted.enp]
            if ends or candidate.enp:
                _note(found, ENP, ends)
    if wanted.snils and candidate.snils:
        ends = [row.valid_to for row in candidate.snils if row.number == wanted.snils]
        _weigh(found, SNILS, ends, today)
    if wanted.document and candidate.documents:
        ends = [row.valid_to for row in same_documents(wanted, candidate.documents)]
        _weigh(found, DOCUMENT, ends, today)
    if wanted.policy and candidate.policies:
        ends = [row.valid_to for row in same_policies(wanted, candidate.policies)]
        _weigh(found, POLICY, ends, today)
    if wanted.given & OWN_ID:
        _compare_own_ids(found, wanted, candidate)


def _weigh(found: Agreement, part: int, ends: Sequence[date], today: date) -> None:
    if ends and max(ends) >= today:
        found.now |= part
    else:
        _note(found, part, ends)


def _compare_own_ids(found: Agreement, wanted: Wanted, candidate: Candidate) -> None:
    bdz_id, oip = wanted.own_ids
    differs = (bdz_id and bdz_id != candidate.bdz_id) or (oip and candidate.oip and oip != candidate.oip)
    if not differs:
        if bdz_id or candidate.oip:
            found.now |= OWN_ID
    elif bdz_id in candidate.joined_ids:
        _note(found, OWN_ID, [date.min])
    else:
        found.differs |= OWN_ID


def same_documents(wanted: Wanted, rows: Iterable[DocumentRow]) -> list[DocumentRow]:
    """Documents with the given number; a given type must be the same one."""
    kind = wanted.document_type
    return [row for row in rows if row.number_key == wanted.document and (not kind or row.type == kind)]


def same_policies(wanted: Wanted, rows: Iterable[PolicyRow]) -> list[PolicyRow]:
    """Policies with the given number; a given type must be of the same class of F008."""
    kind = wanted.policy_class
    return [row for row in rows if row.number_key == wanted.policy and (not kind or policy_class(row.type) == kind)]
