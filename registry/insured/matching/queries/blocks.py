"""Candidates of the probabilistic stage: people who share one block with a request (clause 9.4).

Blocks are read with the indexes the tables have for screens and loading: births by day, full names, numbers. None
needs a row of its own per person, so a registry of millions is not loaded slower for the few rows that come here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, String, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from registry.insured.tables import IdentityDocument, PersonVersion, Policy, Snils
from registry.store.among import among_days, days_listed
from registry.store.probe import probe

PREFIX = 4


class DateProbe(NamedTuple):
    """One day a person may well be born on."""

    rec: int
    birth_date: date
    surname: str
    first_name: str
    patronymic: str


class MistakesProbe(NamedTuple):
    """The days of rarer mistakes: they ask for fewer people than the near ones."""

    rec: int
    days: tuple[date, ...]
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
    ("birth_date", Date),
    ("surname", String),
    ("first_name", String),
    ("patronymic", String),
)


def people_by_blocks(
    session: Session, dates: Sequence[DateProbe], mistakes: Sequence[MistakesProbe], names: Sequence[NamesProbe]
) -> list[Suspect]:
    """Versions of people born on one of the days under a part of the name, or bearing the full name; one statement."""
    dialect = session.connection().dialect.name
    branches: list[Any] = []
    if dates:
        branches.append(_near_days(probe(session, _PROBE, dates)))
    if mistakes:
        rows = [(rec, days_listed(dialect, days), *words) for rec, days, *words in mistakes]
        asked = probe(session, [_PROBE[0], ("days", String), *_PROBE[2:]], rows)
        branches += [_same_surname(asked, dialect), _same_given_names(asked, dialect)]
    if names:
        asked = probe(session, [_PROBE[0], *_PROBE[2:]], names)
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
    return select(*_columns(asked)).join(version, version.birth_date == asked.c.birth_date).where(alike)


def _same_surname(asked: Any, dialect: str) -> Any:
    version = PersonVersion
    born = among_days(dialect, version.birth_date, asked.c.days)
    return select(*_columns(asked)).join(version, and_(born, version.surname_key == asked.c.surname))


def _same_given_names(asked: Any, dialect: str) -> Any:
    version = PersonVersion
    born = among_days(dialect, version.birth_date, asked.c.days)
    same = and_(version.patronymic_key == asked.c.patronymic, asked.c.patronymic != "")
    return select(*_columns(asked)).join(version, and_(born, version.first_name_key == asked.c.first_name)).where(same)


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
