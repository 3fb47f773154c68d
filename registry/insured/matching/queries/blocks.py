"""Candidates of the probabilistic stage: people who share one block with a request (clause 9.4).

Blocks are read from the indexes the tables have for screens and loading (births by day, full names, numbers) and from
those over parts of what is held: how a surname sounds, how it begins, how a number ends. None needs a row of its own
per person, and every one is one look however many days a mistake may have been made of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, Integer, String, and_, or_, select, union_all
from sqlalchemy.orm import Session

from registry.insured.tables import IdentityDocument, PersonVersion, Policy, Snils
from registry.insured.tables.blocks import beginning_of, last_six, month_and_day, sound_of, year
from registry.store.probe import probe


class DateProbe(NamedTuple):
    """One day a person may well be born on."""

    rec: int
    birth_date: date
    surname: str
    first_name: str
    patronymic: str


class BlockProbe(NamedTuple):
    """Everything of a request that people are gathered by besides the day of birth; what is not given is empty."""

    rec: int
    birth_date: date | None
    surname: str
    first_name: str
    patronymic: str
    snils: str
    document: str


class Suspect(NamedTuple):
    """A version of a person that shares a block with a request."""

    rec: int
    person_id: int
    surname: str
    first_name: str
    patronymic: str
    birth_date: date
    sex: int


_TYPES: Mapping[str, Any] = {"rec": Integer, "birth_date": Date}
_DATES, _BLOCKS = ([(name, _TYPES.get(name, String)) for name in probes._fields] for probes in (DateProbe, BlockProbe))


def people_by_blocks(session: Session, dates: Sequence[DateProbe], blocks: Sequence[BlockProbe]) -> list[Suspect]:
    """Versions of people who share a block with a request; one statement."""
    branches: list[Any] = []
    if dates:
        branches.append(_near_days(probe(session, _DATES, dates)))
    if blocks:
        asked = probe(session, _BLOCKS, blocks)
        branches += [block(asked) for block in (_full_name, _sound, _beginning, _end_of_snils, _end_of_document)]
    if not branches:
        return []
    return [Suspect._make(row) for row in session.connection().execute(union_all(*branches))]


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
        beginning_of(version.surname_key) == beginning_of(asked.c.surname),
        and_(version.patronymic_key == asked.c.patronymic, asked.c.patronymic != ""),
        version.surname_key == asked.c.first_name,
    )
    return select(*_columns(asked)).join(version, version.birth_date == asked.c.birth_date).where(alike)


def _full_name(asked: Any) -> Any:
    """The birth date may be quite wrong."""
    version = PersonVersion
    joined = and_(
        version.surname_key == asked.c.surname,
        version.first_name_key == asked.c.first_name,
        version.patronymic_key == asked.c.patronymic,
    )
    return select(*_columns(asked)).join(version, joined).where(asked.c.first_name != "")


def _sound(asked: Any) -> Any:
    """Any day of the year of birth, the surname as it is heard."""
    version = PersonVersion
    heard = sound_of(version.surname_key) == sound_of(asked.c.surname)
    joined = and_(heard, year(version.birth_date) == year(asked.c.birth_date))
    return select(*_columns(asked)).join(version, joined).where(_same_given_name(asked))


def _beginning(asked: Any) -> Any:
    """The day in any year, the surname by its first letters."""
    version = PersonVersion
    begun = beginning_of(version.surname_key) == beginning_of(asked.c.surname)
    joined = and_(begun, month_and_day(version.birth_date) == month_and_day(asked.c.birth_date))
    return select(*_columns(asked)).join(version, joined).where(_same_given_name(asked))


def _same_given_name(asked: Any) -> Any:
    """A surname and a part of the date are shared by many: of the other names one is the same."""
    version = PersonVersion
    patronymic = and_(version.patronymic_key == asked.c.patronymic, asked.c.patronymic != "")
    return or_(version.first_name_key == asked.c.first_name, patronymic)


def _end_of_snils(asked: Any) -> Any:
    ended = and_(last_six(Snils.number) == last_six(asked.c.snils), asked.c.snils != "")
    return _of_owner(asked, Snils, ended)


def _end_of_document(asked: Any) -> Any:
    document = IdentityDocument
    ended = and_(last_six(document.number_key) == last_six(asked.c.document), asked.c.document != "")
    return _of_owner(asked, document, ended)


def _of_owner(asked: Any, table: Any, ended: Any) -> Any:
    """Whose number ends so: born in the same year, for six figures are those of many."""
    version = PersonVersion
    born = year(version.birth_date) == year(asked.c.birth_date)
    owned = and_(version.person_id == table.person_id, born)
    return select(*_columns(asked)).join(table, ended).join(version, owned)


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
