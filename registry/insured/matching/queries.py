"""Reading the registry for a whole portion of requests: whom the keys point at, and all dated rows of those people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    SmallInteger,
    String,
    and_,
    case,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

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
from registry.store.probe import probe

JOIN_DEPTH = 10  # joined to joined to joined …: more is a circle that should not exist

KeyProbe = tuple[int, int, bytes]
OwnIdProbe = tuple[int, str, str]


def people_by_keys(session: Session, keys: Sequence[KeyProbe]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which the person has the key."""
    if not keys:
        return []
    asked = probe(session, [("rec", Integer), ("kind", SmallInteger), ("hash", LargeBinary)], keys)
    query = select(asked.c.rec, PersonKey.person_id).join(
        PersonKey, and_(PersonKey.kind == asked.c.kind, PersonKey.hash == asked.c.hash)
    )
    return [(rec, person_id) for rec, person_id in session.connection().execute(query).all()]


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


def _people(session: Session, ids: set[int]) -> tuple[dict[int, Candidate], dict[int, int]]:
    """The people with everybody joined to them or whom they are joined to."""
    people: dict[int, Candidate] = {}
    joined_into: dict[int, int] = {}
    done: set[int] = set()
    while ids:
        asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(ids)])
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
        query = union_all(
            select(*columns).join(asked, asked.c.id == Person.id),
            select(*columns).join(asked, asked.c.id == Person.merged_into),
        )
        reached = set()
        for row in session.connection().execute(query).all():
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
    for one, person in people.items():
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
    asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(people)])
    connection = session.connection()

    def read(query: Any) -> Sequence[Any]:
        return connection.execute(query).all()  # one call of the driver for all rows, not one for each

    for row in read(_dated(PersonVersion, VersionRow._fields, asked, moment)):
        people[row[0]].versions.append(VersionRow._make(row[1:]))
    for row in read(_papers(asked, moment)):
        if row[1] is None:
            people[row[0]].snils.append(SnilsRow(row[3], row[5], row[6]))
        else:
            people[row[0]].documents.append(DocumentRow._make(row[1:]))
    for row in read(_policies(asked, moment)):
        candidate = people[row[0]]
        policy = PolicyRow._make(row[1:11])
        if row[11] and policy not in candidate.policies:
            candidate.policies.append(policy)
        if row[12] is not None:
            candidate.insurance.append(InsuranceRow(policy, *row[12:]))
    for row in read(_dated(Attachment, AttachmentRow._fields, asked, moment)):
        people[row[0]].attachments.append(AttachmentRow._make(row[1:]))


def _recorded(table: Any, moment: datetime) -> ColumnElement[bool]:
    return and_(table.recorded_at <= moment, table.retracted_at > moment)


def _dated(table: Any, columns: Sequence[str], asked: FromClause, moment: datetime) -> Select[Any]:
    wanted = [getattr(table, name) for name in columns]
    return select(table.person_id, *wanted).join(asked, asked.c.id == table.person_id).where(_recorded(table, moment))


def _papers(asked: FromClause, moment: datetime) -> Any:
    """СНИЛС and identity documents in one statement; a СНИЛС has no type."""
    nothing = literal("", String)
    return union_all(
        _dated(IdentityDocument, DocumentRow._fields, asked, moment),
        select(
            Snils.person_id,
            literal(None, SmallInteger),
            nothing,
            Snils.number,
            nothing,
            Snils.valid_from,
            Snils.valid_to,
        )
        .join(asked, asked.c.id == Snils.person_id)
        .where(_recorded(Snils, moment)),
    )


def _policies(asked: FromClause, moment: datetime) -> Select[Any]:
    """Policies with the insurance by them; a policy corrected since still tells the number of its insurance."""
    told = case((_recorded(Policy, moment), 1), else_=0)
    return (
        select(
            Policy.person_id,
            *(getattr(Policy, name) for name in PolicyRow._fields),
            told,
            *(getattr(Insurance, name) for name in InsuranceRow._fields[1:]),
        )
        .join(asked, asked.c.id == Policy.person_id)
        .outerjoin(
            Insurance,
            and_(
                Insurance.person_id == Policy.person_id,
                Insurance.policy_id == Policy.id,
                _recorded(Insurance, moment),
            ),
        )
        .where(or_(told == 1, Insurance.id.is_not(None)))
    )
