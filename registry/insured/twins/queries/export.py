"""The living of the whole registry as rows for linkage, in chunks by number: memory does not grow with the registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from registry.insured.tables import IdentityDocument, Person, PersonVersion, Snils
from registry.insured.twins.queries.collisions import living
from registry.store.base import OPEN_DATE, OPEN_MOMENT

CHUNK = 50_000


class LinkageRow(NamedTuple):
    """One record as linkage compares it; what is unknown is None, so that it speaks neither for nor against."""

    person_id: int
    surname: str | None
    first_name: str | None
    patronymic: str | None
    birth_date: str
    birth_swapped: str
    sex: int
    birth_place: str | None
    snils: str | None
    enp: str | None
    document: str | None


def count_living(session: Session) -> int:
    """How many records linkage will look at."""
    return session.scalar(select(func.count()).select_from(Person).where(living())) or 0


def linkage_rows(session: Session, chunk: int = CHUNK) -> Iterator[Sequence[LinkageRow]]:
    """Every living record with its present values, chunk by chunk in the order of numbers."""
    last = 0
    while True:
        ids = list(
            session.scalars(select(Person.id).where(living(), Person.id > last).order_by(Person.id).limit(chunk))
        )
        if not ids:
            return
        yield _chunk(session, ids[0], ids[-1])
        last = ids[-1]


def _chunk(session: Session, first: int, last: int) -> list[LinkageRow]:
    def current(model: Any) -> Any:
        return and_(model.person_id == Person.id, model.valid_to == OPEN_DATE, model.retracted_at == OPEN_MOMENT)

    query = (
        select(
            Person.id,
            PersonVersion.surname_key,
            PersonVersion.first_name_key,
            PersonVersion.patronymic_key,
            PersonVersion.birth_date,
            PersonVersion.sex,
            PersonVersion.birth_place_key,
            Snils.number,
            Person.enp,
            IdentityDocument.number_key,
        )
        .join(PersonVersion, current(PersonVersion))
        .outerjoin(Snils, current(Snils))
        .outerjoin(IdentityDocument, current(IdentityDocument))
        .where(living(), Person.id.between(first, last))
    )
    rows = {row[0]: _row(*row) for row in session.execute(query)}  # a second current document would give a second row
    return list(rows.values())


def _row(person_id: int, *values: Any) -> LinkageRow:
    surname, first_name, patronymic, born, sex, place, snils, enp, document = values
    swapped = _swapped(born)
    given = (surname or None, first_name or None, patronymic or None)
    numbers = (place or None, snils or None, enp or None, document or None)
    return LinkageRow(person_id, *given, f"{born:%Y%m%d}", f"{swapped:%Y%m%d}", sex, *numbers)


def _swapped(born: date) -> date:
    """The date with day and month in each other's place; itself when there is no such date."""
    return born.replace(month=born.day, day=born.month) if born.day <= 12 else born
