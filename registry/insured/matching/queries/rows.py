"""All dated rows of people by id: one round trip for a few people, one for each sort of rows for many.

The rows of every sort are laid into the same columns by type, so that one statement can bring them all; what many
people have is quicker without the empty columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from registry.insured.matching.candidates import (
    AttachmentRow,
    DocumentRow,
    InsuranceRow,
    PolicyRow,
    SnilsRow,
    VersionRow,
)
from registry.insured.tables import (
    Attachment,
    IdentityDocument,
    Insurance,
    Person,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.among import among_ids, ids_parameter
from registry.store.base import Moment
from registry.store.prepared import say_prepared

FEW = 200
MOMENT = bindparam("moment", type_=Moment())
PEOPLE, VERSIONS, DOCUMENTS, SNILS, POLICIES, ATTACHMENTS = range(6)
# the columns that every sort of rows fits in
SLOTS: tuple[Any, ...] = (*[Text()] * 10, *[BigInteger()] * 4, *[Date()] * 6)
Rows = dict[int, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """One sort of rows: its statement, and its columns in the statement of all sorts."""

    sort: int
    statement: Select[Any]

    def laid_out(self) -> tuple[Select[Any], Any]:
        """The statement with its columns laid into the common ones, and the getter of them in their own order."""
        free = {kind: [at for at, slot in enumerate(SLOTS) if type(slot) is kind] for kind in (Text, BigInteger, Date)}
        columns: list[Any] = [cast(null(), slot) for slot in SLOTS]
        places = []
        for column in self.statement.selected_columns:
            kind = Text if isinstance(column.type, String) else Date if isinstance(column.type, Date) else BigInteger
            place = free[kind].pop(0)
            columns[place] = column
            places.append(place + 1)
        named = [column.label(f"c{at}") for at, column in enumerate(columns)]
        return self.statement.with_only_columns(literal(self.sort, Integer).label("sort"), *named), itemgetter(*places)


def rows_of_people(session: Session, ids: Sequence[int], moment: datetime) -> Rows:
    """Return the rows of these people as recorded at the moment, by sort, each beginning with the person's id."""
    connection = session.connection()
    dialect = connection.dialect.name
    values = {"ids": ids_parameter(dialect, ids), "moment": moment}
    if len(ids) > FEW:
        return {sort: connection.execute(one, values).all() for sort, one in _statements(dialect).items()}
    statement, getters = _together(dialect)
    found: dict[int, list[Any]] = {sort: [] for sort in getters}
    for row in say_prepared(connection, statement, values):
        found[row[0]].append(getters[row[0]](row))
    return dict(found)


@lru_cache(maxsize=2)
def _statements(dialect: str) -> dict[int, Any]:
    """Every statement built once: making one costs more than running it for one person."""
    joined: dict[int, list[Any]] = {}
    for part in _parts(dialect):
        joined.setdefault(part.sort, []).append(part.statement)
    return {sort: union_all(*some) if len(some) > 1 else some[0] for sort, some in joined.items()}


@lru_cache(maxsize=2)
def _together(dialect: str) -> tuple[Any, dict[int, Any]]:
    laid = [(part.sort, *part.laid_out()) for part in _parts(dialect)]
    together = union_all(*(statement for _, statement, _ in laid))
    return together, {sort: getter for sort, _, getter in laid}


def _parts(dialect: str) -> list[Part]:
    return [
        Part(PEOPLE, _people().where(among_ids(dialect, Person.id, "ids"))),
        Part(PEOPLE, _people().where(among_ids(dialect, Person.merged_into, "ids"))),
        Part(VERSIONS, _dated(dialect, PersonVersion, VersionRow._fields)),
        Part(DOCUMENTS, _dated(dialect, IdentityDocument, DocumentRow._fields)),
        Part(SNILS, _dated(dialect, Snils, SnilsRow._fields)),
        Part(POLICIES, _policies(dialect)),
        Part(ATTACHMENTS, _dated(dialect, Attachment, AttachmentRow._fields)),
    ]


def _people() -> Select[Any]:
    columns: tuple[Any, ...] = (
        Person.id,
        Person.bdz_id,
        Person.oip,
        Person.enp,
        Person.status,
        Person.died_on,
        Person.death_source,
        Person.merged_into,
    )
    return select(*columns)


def recorded(table: Any) -> ColumnElement[bool]:
    """The condition that a row was known at the moment asked for."""
    return and_(table.recorded_at <= MOMENT, table.retracted_at > MOMENT)


def _dated(dialect: str, table: Any, columns: Sequence[str]) -> Select[Any]:
    wanted = [getattr(table, name) for name in columns]
    return select(table.person_id, *wanted).where(among_ids(dialect, table.person_id, "ids"), recorded(table))


def _policies(dialect: str) -> Select[Any]:
    """Policies with the insurance by them; a policy corrected since still tells the number of its insurance."""
    told = case((recorded(Policy), 1), else_=0)
    insured = [
        cast(Insurance.confirmed, Integer) if name == "confirmed" else getattr(Insurance, name)
        for name in InsuranceRow._fields[1:]
    ]
    return (
        select(Policy.person_id, *(getattr(Policy, name) for name in PolicyRow._fields), told, *insured)
        .outerjoin(
            Insurance,
            and_(
                Insurance.policy_id == Policy.id,
                among_ids(dialect, Insurance.person_id, "ids"),  # said again: else the whole table is read
                recorded(Insurance),
            ),
        )
        .where(among_ids(dialect, Policy.person_id, "ids"), or_(told == 1, Insurance.id.is_not(None)))
    )
