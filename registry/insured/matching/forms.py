"""Both sides of a pair in the form that is scored: every reading of what was given, every value that was ever known.

A number that breaks its own rule proves nothing in an exact key, but it is still evidence: most such numbers are
right but for one figure (clause 9.4).
"""

from __future__ import annotations

from functools import lru_cache

from registry.core.checks.enp import LENGTH as ENP_LENGTH
from registry.core.normalisation import date_key, digits, name_key
from registry.insured.keys.forms import document_number_key, policy_class, policy_number_key
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.queries import Suspect
from registry.insured.matching.requests import SearchRequest
from registry.insured.matching.wanted import Wanted
from registry.insured.scoring.layouts import in_other_layout
from registry.insured.scoring.score import Forms, Values

SNILS_LENGTH = 11
UNIFIED = 3
NAMES = ("surname", "first_name", "patronymic")
# First names that men and women bear alike: a differing sex says little with them.
UNISEX = frozenset("САША ЖЕНЯ ВАЛЯ ШУРА САНЯ СЛАВА НИКА МИШЕЛЬ ЛИ АН МИН".split())


def given_forms(wanted: Wanted) -> Forms:
    """What a request says of every property of the field map; a name typed in the other layout is read both ways."""
    request = wanted.request
    return (
        _readings(wanted.surname, request.surname),
        _readings(wanted.first_name, request.first_name),
        _readings(wanted.patronymic, request.patronymic),
        _one(date_key(wanted.birth_date)),
        _sex(wanted.sex, wanted.first_name),
        _one(given_snils(wanted)),
        _one(given_document(wanted)),
        _one(wanted.policy),
        _one(given_enp(wanted)),
        _one(wanted.birth_place),
    )


def _one(value: str) -> Values:
    return (value,) if value else ()


@lru_cache(maxsize=1 << 14)
def _readings(key: str, text: str) -> Values:
    other = name_key(in_other_layout(text)) if key and text.strip()[:1].isascii() else ""
    return (other, key) if other and other != key else _one(key)


def name_as_meant(wanted: Wanted, name: str) -> str:
    """The reading of a name by which people are looked for: that of the other layout where there is one."""
    return next(iter(_readings(getattr(wanted, name), getattr(wanted.request, name))), "")


def _sex(sex: int, first_name: str) -> Values:
    return ("0",) if sex and first_name in UNISEX else _one(str(sex) if sex else "")


def given_enp(wanted: Wanted) -> str:
    """The sixteen digits given as ЕНП or as the number of a unified policy, whatever their check digit."""
    if wanted.enp:
        return wanted.enp
    request = wanted.request
    for text in (request.enp, _unified_number(request)):
        number = digits(text)
        if len(number) == ENP_LENGTH and number.strip("0"):
            return number
    return ""


def _unified_number(request: SearchRequest) -> str:
    kind = policy_class(request.policy_type) if request.policy_type else 0
    return policy_number_key(request.policy_series, request.policy_number) if kind in (0, UNIFIED) else ""


def given_snils(wanted: Wanted) -> str:
    """The eleven digits given as СНИЛС, whatever their control number."""
    number = wanted.snils or digits(wanted.request.snils)
    return number if len(number) == SNILS_LENGTH and number.strip("0") else ""


def given_document(wanted: Wanted) -> str:
    """Series and number given, whatever the mask of the document."""
    request = wanted.request
    if wanted.document or not request.document_number:
        return wanted.document
    return document_number_key(request.document_series, request.document_number)


def known_forms(candidate: Candidate) -> Forms:
    """Everything the person was ever called, born, numbered: the former values count like the present ones."""
    versions = candidate.versions
    enps = {candidate.enp, *(row.enp for row in candidate.policies)}
    first_names = _all({row.first_name_key for row in versions})
    sexes = {str(row.sex) for row in versions}
    return (
        _all({row.surname_key for row in versions}),
        first_names,
        _all({row.patronymic_key for row in versions}),
        _all({date_key(row.birth_date) for row in versions}),
        ("0",) if UNISEX.intersection(first_names) else _all(sexes),
        _all({row.number for row in candidate.snils}),
        _all({row.number_key for row in candidate.documents}),
        _all({row.number_key for row in candidate.policies} - enps),
        _all(enps),
        _all({row.birth_place_key for row in versions}),
    )


def _all(values: set[str]) -> Values:
    values.discard("")
    return tuple(values) if len(values) < 2 else tuple(sorted(values))


def suspect_forms(suspect: Suspect) -> Forms:
    """What is known of somebody before his rows are read: one version of names, birth and sex."""
    return (
        _one(suspect.surname),
        _one(suspect.first_name),
        _one(suspect.patronymic),
        _one(date_key(suspect.birth_date)),
        _sex(suspect.sex, suspect.first_name),
        (),
        (),
        (),
        (),
        (),
    )
