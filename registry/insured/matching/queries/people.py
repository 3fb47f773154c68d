"""Reading the registry for a whole portion of requests: whom the keys point at, and all dated rows of those people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SmallInteger,
    String,
    and_,
    bindparam,
    case,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from registry.insured.keys.kinds import INDEXED
from registry.insured.matching.candidates import (
    AttachmentRow,
    Candidate,
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
    PersonKey,
    PersonVersion,
    Policy,
    Snils,
)
from registry.store.among import among_bytes, among_ids, bytes_parameter, ids_parameter
from registry.store.base import Moment
from registry.store.probe import probe

MOMENT = bindparam("moment", type_=Moment())
JOIN_DEPTH = 10  # joined to joined to joined …: more is a circle that should not exist

KeyProbe = tuple[int, int, bytes]
OwnIdProbe = tuple[int, str, str]


def people_by_keys(session: Session, keys: Sequence[KeyProbe]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which the person has the key."""
    if not keys:
        return []
    asked: dict[bytes, list[int]] = {}
    by_kind: dict[int, set[bytes]] = {}
    for rec, kind, hashed in keys:
        asked.setdefault(hashed, []).append(rec)
        by_kind.setdefault(kind, set()).add(hashed)
    connection = session.connection()
    dialect = connection.dialect.name
    kinds = tuple(sorted(by_kind))
    values = {f"hashes_{kind}": bytes_parameter(dialect, sorted(by_kind[kind])) for kind in kinds}
    found = connection.execute(_keys_statement(dialect, kinds), values).all()
    return [(rec, person_id) for hashed, person_id in found for rec in asked[bytes(hashed)]]


@lru_cache(maxsize=1 << (len(INDEXED) + 1))
def _keys_statement(dialect: str, kinds: tuple[int, ...]) -> Any:
    """One look into the index for each kind; a hash is of one kind only, so it alone tells the request."""
    return union_all(
        *(
            select(PersonKey.hash, PersonKey.person_id).where(
                PersonKey.kind == literal(kind, SmallInteger), among_bytes(dialect, PersonKey.hash, f"hashes_{kind}")
            )
            for kind in kinds
        )
    )


def people_by_own_ids(session: Session, asked_ids: Sequence[OwnIdProbe]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which the fund's own number or the federal one is the person's."""
    if not asked_ids:
        return []
    asked = probe(session, [("rec", Integer), ("bdz_id", String), ("oip", String)], asked_ids)
    query = union_all(
        select(asked.c.rec, Person.id).join(Person, Person.bdz_id == asked.c.bdz_id).where(asked.c.bdz_id != ""),
        select(asked.c.rec, Person.id).join(Person, Person.oip == asked.c.oip).where(asked.c.oip != ""),
    )
    return [(rec, person_id) for rec, person_id in session.connection().execute(query).all()]


def people_by_policies(session: Session, numbers: Sequence[tuple[int, str]]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which a policy has this series and number, whatever the birth date."""
    if not numbers:
        return []
    asked = probe(session, [("rec", Integer), ("number_key", String)], numbers)
    query = select(asked.c.rec, Policy.person_id).join(Policy, Policy.number_key == asked.c.number_key)
    return [(rec, person_id) for rec, person_id in session.connection().execute(query).all()]


def load_candidates(session: Session, ids: Iterable[int], moment: datetime) -> dict[int, Candidate]:
    """People by id as recorded at the moment; a joined record leads to its survivor, which holds the rows of both.

    People of whom nothing was recorded yet are left out.
    """
    people, joined_into = _people(session, set(ids))
    _fill(session, people, moment)
    return _survivors(people, joined_into)


def load_records(session: Session, ids: Iterable[int], moment: datetime) -> dict[int, Candidate]:
    """Records by id as recorded at the moment, each with its own rows only, joined or not."""
    wanted = set(ids)
    people = {one: person for one, person in _people(session, wanted)[0].items() if one in wanted}
    _fill(session, people, moment)
    return people


def _people(session: Session, ids: set[int]) -> tuple[dict[int, Candidate], dict[int, int]]:
    """The people with everybody joined to them or whom they are joined to."""
    people: dict[int, Candidate] = {}
    joined_into: dict[int, int] = {}
    done: set[int] = set()
    connection = session.connection()
    dialect = connection.dialect.name
    statement = _statements(dialect)["people"]
    while ids:
        reached = set()
        for row in connection.execute(statement, {"ids": ids_parameter(dialect, sorted(ids))}).all():
            if row[0] not in people:
                people[row[0]] = Candidate(row[0], row[1], row[2] or "", row[3], row[4], row[5], row[6])
                reached.add(row[0])
                if row[7] is not None:
                    joined_into[row[0]] = row[7]
                    reached.add(row[7])
        done |= ids
        ids = reached - done
    return people, joined_into


def _survivors(people: dict[int, Candidate], joined_into: dict[int, int]) -> dict[int, Candidate]:
    found = {}
    for one, person in sorted(people.items()):
        survivor, steps = one, 0
        while survivor in joined_into and joined_into[survivor] in people and steps < JOIN_DEPTH:
            survivor, steps = joined_into[survivor], steps + 1
        found[one] = people[survivor]
        if survivor != one:
            people[survivor].take_over(person)
    return {one: candidate for one, candidate in found.items() if candidate.versions}


def _fill(session: Session, people: dict[int, Candidate], moment: datetime) -> None:
    """Read all dated rows of these people, one statement for each sort of rows."""
    if not people:
        return
    connection = session.connection()
    dialect = connection.dialect.name
    statements = _statements(dialect)
    values = {"ids": ids_parameter(dialect, sorted(people)), "moment": moment}

    def read(name: str) -> Sequence[Any]:
        return connection.execute(statements[name], values).all()  # one call of the driver for all rows

    for row in read("versions"):
        people[row[0]].versions.append(VersionRow._make(row[1:]))
    for row in read("papers"):
        if row[1] is None:
            people[row[0]].snils.append(SnilsRow(row[3], row[5], row[6]))
        else:
            people[row[0]].documents.append(DocumentRow._make(row[1:]))
    for row in read("policies"):
        candidate = people[row[0]]
        policy = PolicyRow._make(row[1:11])
        if row[11] and policy not in candidate.policies:
            candidate.policies.append(policy)
        if row[12] is not None:
            candidate.insurance.append(InsuranceRow(policy, *row[12:]))
    for row in read("attachments"):
        people[row[0]].attachments.append(AttachmentRow._make(row[1:]))


@lru_cache(maxsize=4)
def _statements(dialect: str) -> dict[str, Any]:
    """Every statement that reads people by id, built once: making them costs more than running them for one person."""
    return {
        "people": _people_statement(dialect),
        "versions": _dated(dialect, PersonVersion, VersionRow._fields),
        "papers": _papers(dialect),
        "policies": _policies(dialect),
        "attachments": _dated(dialect, Attachment, AttachmentRow._fields),
    }


def _people_statement(dialect: str) -> Any:
    columns = (
        Person.id,
        Person.bdz_id,
        Person.oip,
        Person.enp,
        Person.status,
        Person.died_on,
        Person.death_source,
        Person.merged_into,
    )
    return union_all(
        select(*columns).where(among_ids(dialect, Person.id, "ids")),
        select(*columns).where(among_ids(dialect, Person.merged_into, "ids")),
    )


def _recorded(table: Any) -> ColumnElement[bool]:
    return and_(table.recorded_at <= MOMENT, table.retracted_at > MOMENT)


def _dated(dialect: str, table: Any, columns: Sequence[str]) -> Select[Any]:
    wanted = [getattr(table, name) for name in columns]
    return select(table.person_id, *wanted).where(among_ids(dialect, table.person_id, "ids"), _recorded(table))


def _papers(dialect: str) -> Any:
    """СНИЛС and identity documents in one statement; a СНИЛС has no type."""
    nothing = literal("", String)
    return union_all(
        _dated(dialect, IdentityDocument, DocumentRow._fields),
        select(
            Snils.person_id,
            literal(None, SmallInteger),
            nothing,
            Snils.number,
            nothing,
            Snils.valid_from,
            Snils.valid_to,
        ).where(among_ids(dialect, Snils.person_id, "ids"), _recorded(Snils)),
    )


def _policies(dialect: str) -> Select[Any]:
    """Policies with the insurance by them; a policy corrected since still tells the number of its insurance."""
    told = case((_recorded(Policy), 1), else_=0)
    return (
        select(
            Policy.person_id,
            *(getattr(Policy, name) for name in PolicyRow._fields),
            told,
            *(getattr(Insurance, name) for name in InsuranceRow._fields[1:]),
        )
        .outerjoin(
            Insurance,
            and_(
                Insurance.policy_id == Policy.id,
                among_ids(dialect, Insurance.person_id, "ids"),  # said again: else the whole table is read
                _recorded(Insurance),
            ),
        )
        .where(among_ids(dialect, Policy.person_id, "ids"), or_(told == 1, Insurance.id.is_not(None)))
    )
