"""From the dated values of a person to the rows of `person_key` (clause 8.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from registry.insured.keys.hashing import KeyHasher
from registry.insured.keys.kinds import KeyKind
from registry.store.base import OPEN_DATE


class NamesPiece(NamedTuple):
    """Key forms of one version of a person; the birth date is `yyyyMMdd`, empty when it cannot be used."""

    surname: str
    first_name: str
    patronymic: str
    birth_date: str
    birth_place: str
    valid_from: date
    valid_to: date


class Piece(NamedTuple):
    """Key form of one dated identifier."""

    value: str
    valid_from: date
    valid_to: date


class KeyRow(NamedTuple):
    """One row of `person_key` but for the person."""

    kind: int
    hash: bytes
    valid_from: date
    valid_to: date


@dataclass(slots=True)
class PersonPieces:
    """Everything of one person that keys are made of."""

    names: list[NamesPiece] = field(default_factory=list)
    enps: list[Piece] = field(default_factory=list)
    snils: list[Piece] = field(default_factory=list)
    documents: list[Piece] = field(default_factory=list)
    policies: list[Piece] = field(default_factory=list)


def enp_text(enp: str) -> str:
    """Key text of K1."""
    return f"K1|{enp}"


def snils_text(snils: str, birth_date: str) -> str:
    """Key text of K2."""
    return f"K2|{snils}|{birth_date}"


def document_text(document: str, birth_date: str) -> str:
    """Key text of K3; the type is compared later, some contracts do not carry it."""
    return f"K3|{document}|{birth_date}"


def policy_text(policy: str, birth_date: str) -> str:
    """Key text of K4; the type is compared later, the lists of types differ by channel."""
    return f"K4|{policy}|{birth_date}"


def names_text(surname: str, first_name: str, patronymic: str, birth_date: str) -> str:
    """Key text of H18."""
    return f"H18|{surname}|{first_name}|{patronymic}|{birth_date}"


def keys_of(pieces: PersonPieces, hasher: KeyHasher) -> list[KeyRow]:
    """The keys of a person, one row for each, of current and former values.

    Values of two clocks are combined when they were valid at the same time or when one of them is current: a former
    name with the present document and the other way round, not the full product.
    """
    found: dict[str, tuple[int, date, date]] = {}
    for enp, since, until in pieces.enps:
        _put(found, KeyKind.K1, enp_text(enp), since, until)
    for names in pieces.names:
        born = names.birth_date
        if not born:
            continue
        for value, since, until in _together(names, pieces.snils):
            _put(found, KeyKind.K2, snils_text(value, born), since, until)
        for value, since, until in _together(names, pieces.documents):
            _put(found, KeyKind.K3, document_text(value, born), since, until)
        for value, since, until in _together(names, pieces.policies):
            _put(found, KeyKind.K4, policy_text(value, born), since, until)
        if names.surname and names.first_name:
            text = names_text(names.surname, names.first_name, names.patronymic, born)
            _put(found, KeyKind.H18, text, names.valid_from, names.valid_to)
    if hasher.former is not None:  # whoever still searches as before must find as well
        return [
            KeyRow(*stored, since, until)
            for text, (kind, since, until) in found.items()
            for stored in hasher.everywhere(kind, text)
        ]
    return [KeyRow(hasher.kind(kind), hasher(text), since, until) for text, (kind, since, until) in found.items()]


def _put(found: dict[str, tuple[int, date, date]], kind: int, text: str, since: date, until: date) -> None:
    known = found.get(text)
    if known is not None:
        since, until = min(since, known[1]), max(until, known[2])
    found[text] = (kind, since, until)


def _together(names: NamesPiece, others: Sequence[Piece]) -> Iterable[tuple[str, date, date]]:
    """Values that may be combined with these names, with the period of the pair.

    The pair of a former and a current value that never met keeps the period of the former one.
    """
    pairs = []
    valid_from, valid_to = names.valid_from, names.valid_to
    for value, since, until in others:
        start = max(valid_from, since)
        end = min(valid_to, until)
        if start <= end:
            pairs.append((value, start, end))
        elif OPEN_DATE in (until, valid_to):
            pairs.append((value, min(since, valid_from), end))
    return pairs
