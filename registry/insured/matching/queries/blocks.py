"""Candidates of the probabilistic stage: people who share one block with a request (clause 9.4).

Blocks are read with the indexes the tables have for screens and loading: births by day, full names, numbers. None
needs a row of its own per person, so a registry of millions is not loaded slower for the few rows that come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Date, Integer, String, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from registry.insured.tables import IdentityDocument, PersonVersion, Policy, Snils
from registry.store.probe import probe

PREFIX = 4


class DateProbe(NamedTuple):
    """One day a person may be born on; ``near`` days ask for more people than the days of rarer mistakes."""

    rec: int
    near: bool
    birth_date: date
    surname: str
    first_name: str
    patronymic: str


class NamesProbe(NamedTuple):
    """A full name whose birth date may be quite wrong."""

    rec: int
    surname: str
    first_name: str
    patronymic: str


class Suspect(NamedTuple):
    """A version of a person that shares a block with a request."""

    rec: int
    person_id: int
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int


_PROBE: Sequence[tuple[str, Any]] = (
    ("rec", Integer),
    ("near", Boolean),
    ("birth_date", Date),
    ("surname", String),
    ("first_name", String),
    ("patronymic", String),
)


def people_by_blocks(session: Session, dates: Sequence[DateProbe], names: Sequence[NamesProbe]) -> list[Suspect]:
    """Versions of people born on one of the days under a part of the name, or bearing the full name; one statement."""
    branches: list[Any] = []
    if dates:
        asked = probe(session, _PROBE, dates)
        branches += [_near_days(asked), _same_surname(asked), _same_given_names(asked)]
    if names:
        asked = probe(session, [_PROBE[0], *_PROBE[3:]], names)
        branches.append(_same_full_name(asked))
    if not branches:
        return []
    query: Any = union_all(*branches) if len(branches) > 1 else branches[0]
    return [Suspect._make(row) for row in session.connection().execute(query)]


def _columns(asked: Any) -> Sequence[Any]:
    version = PersonVersion
    return (
        asked.c.rec,
        version.person_id,
        version.surname_key,
        version.first_name_key,
        version.patronymic_key,
        version.birth_date,
        version.sex,
    )


def _near_days(asked: Any) -> Any:
    """Born on the day, and one of the names or the beginning of the surname is the same, or both stand crosswise."""
    version = PersonVersion
    alike = or_(
        version.first_name_key == asked.c.first_name,
        version.surname_key == asked.c.surname,
        func.substr(version.surname_key, 1, PREFIX) == func.substr(asked.c.surname, 1, PREFIX),
        and_(version.patronymic_key == asked.c.patronymic, asked.c.patronymic != ""),
        version.surname_key == asked.c.first_name,
    )
    return select(*_columns(asked)).join(version, version.birth_date == asked.c.birth_date).where(asked.c.near, alike)


def _same_surname(asked: Any) -> Any:
    version = PersonVersion
    joined = and_(version.birth_date == asked.c.birth_date, version.surname_key == asked.c.surname)
    return select(*_columns(asked)).join(version, joined).where(asked.c.near.is_(False))


def _same_given_names(asked: Any) -> Any:
    version = PersonVersion
    joined = and_(version.birth_date == asked.c.birth_date, version.first_name_key == asked.c.first_name)
    same = and_(version.patronymic_key == asked.c.patronymic, asked.c.patronymic != "")
    return select(*_columns(asked)).join(version, joined).where(asked.c.near.is_(False), same)


def _same_full_name(asked: Any) -> Any:
    version = PersonVersion
    joined = and_(
        version.surname_key == asked.c.surname,
        version.first_name_key == asked.c.first_name,
        version.patronymic_key == asked.c.patronymic,
    )
    return select(*_columns(asked)).join(version, joined)


_NUMBERS: Mapping[str, tuple[Any, Any]] = {
    "snils": (Snils.number, Snils.person_id),
    "document": (IdentityDocument.number_key, IdentityDocument.person_id),
    "policy": (Policy.number_key, Policy.person_id),
}


def people_by_numbers(session: Session, numbers: Sequence[tuple[int, str, str]]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which the person has the number of this sort, whatever the birth date."""
    branches: list[Any] = []
    for sort, (column, person_id) in _NUMBERS.items():
        rows = [(rec, number) for rec, one, number in numbers if one == sort]
        if rows:
            asked = probe(session, [("rec", Integer), ("number", String)], rows)
            branches.append(select(asked.c.rec, person_id).join(column.class_, column == asked.c.number))
    if not branches:
        return []
    query: Any = union_all(*branches) if len(branches) > 1 else branches[0]
    return [(rec, person_id) for rec, person_id in session.connection().execute(query)]
