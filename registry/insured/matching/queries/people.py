"""Reading the registry for a whole portion of requests: whom the keys point at, and all dated rows of those people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, SmallInteger, String, literal, select, union_all
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
from registry.insured.matching.queries.leads import leads_known_otherwise
from registry.insured.matching.queries.rows import (
    ATTACHMENTS,
    DOCUMENTS,
    PEOPLE,
    POLICIES,
    SNILS,
    VERSIONS,
    rows_of_people,
)
from registry.insured.tables import Person, PersonKey, Policy
from registry.store.among import among_bytes, bytes_parameter
from registry.store.prepared import say_prepared
from registry.store.probe import probe

MANY = 64  # a question is asked of this moment; a file reads the registry as of its start
INSURED, ANNULLED = 1, 2
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
    statement = _keys_statement(dialect, kinds)
    # what is said past the engine keeps the turn of a reader: worth it for few, see `registry.store.readers`
    found = say_prepared(connection, statement, values) if len(asked) <= MANY else connection.execute(statement, values)
    return [(rec, person_id) for hashed, person_id in found for rec in asked[bytes(hashed)]]


@lru_cache(maxsize=1 << (len(INDEXED) + 2))
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


def load_candidates(
    session: Session, ids: Iterable[int], moment: datetime, *, as_stored: bool = False
) -> dict[int, Candidate]:
    """People by id as recorded at the moment; a joined record leads to its survivor, which holds the rows of both.

    People of whom nothing was recorded yet are left out. All rows of a few people are one round trip. Their forms are
    made by the present rules of what is written; ``as_stored`` saves that where they are known to be.
    """
    people: dict[int, Candidate] = {}
    joined_into: dict[int, int] = {}
    done: set[int] = set()
    wanted = set(ids)
    otherwise: dict[int, int | None] | None = leads_known_otherwise(session, moment) if len(wanted) > MANY else None
    while wanted:
        rows = rows_of_people(session, sorted(wanted), moment)
        reached = _note_people(rows.pop(PEOPLE), people, joined_into)
        if otherwise is None and joined_into:
            otherwise = leads_known_otherwise(session, moment)
        reached |= _as_known_then(otherwise or {}, people, joined_into)
        for sort, found in rows.items():
            FILL[sort](people, found)
        done |= wanted
        wanted = reached - done
    if not as_stored:
        for person in people.values():
            person.take_present_forms()
    return _survivors(people, joined_into)


def load_records(session: Session, ids: Iterable[int], moment: datetime) -> dict[int, Candidate]:
    """Records by id as recorded at the moment, each with its own rows only, joined or not."""
    people: dict[int, Candidate] = {}
    rows = rows_of_people(session, sorted(set(ids)), moment)
    _note_people(rows.pop(PEOPLE), people, {})
    for sort, found in rows.items():
        FILL[sort](people, found)
    for person in people.values():
        person.take_present_forms()
    return {one: people[one] for one in set(ids) if one in people}


def _note_people(rows: Sequence[Any], people: dict[int, Candidate], joined_into: dict[int, int]) -> set[int]:
    """Note the people read and return everybody joined to them or whom they are joined to."""
    reached = set()
    for row in rows:
        if row[0] not in people:
            people[row[0]] = Candidate(row[0], row[1], row[2] or "", row[3], row[4], row[5], row[6])
            reached.add(row[0])
            if row[7] is not None:
                joined_into[row[0]] = row[7]
                reached.add(row[7])
    return reached


def _as_known_then(
    otherwise: Mapping[int, int | None], people: Mapping[int, Candidate], joined_into: dict[int, int]
) -> set[int]:
    """Let the people read lead where they did at the moment and return whom that reaches."""
    reached = set()
    for person_id, survivor_id in otherwise.items():
        if person_id in people:
            joined_into.pop(person_id, None)
            if survivor_id is None and people[person_id].status == ANNULLED:
                people[person_id].status = INSURED
        if survivor_id is not None and (person_id in people or survivor_id in people):
            joined_into[person_id] = survivor_id
            reached |= {person_id, survivor_id}
    return reached


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


def _fill_versions(people: dict[int, Candidate], rows: Sequence[Any]) -> None:
    for row in rows:
        people[row[0]].versions.append(VersionRow._make(row[1:]))


def _fill_documents(people: dict[int, Candidate], rows: Sequence[Any]) -> None:
    for row in rows:
        people[row[0]].documents.append(DocumentRow._make(row[1:]))


def _fill_snils(people: dict[int, Candidate], rows: Sequence[Any]) -> None:
    for row in rows:
        people[row[0]].snils.append(SnilsRow._make(row[1:]))


def _fill_policies(people: dict[int, Candidate], rows: Sequence[Any]) -> None:
    for row in rows:
        candidate = people[row[0]]
        policy = PolicyRow._make(row[1:11])
        if row[11] and policy not in candidate.policies:
            candidate.policies.append(policy)
        if row[12] is not None:
            insured = InsuranceRow(policy, *row[12:])
            candidate.insurance.append(insured._replace(confirmed=bool(insured.confirmed)))


def _fill_attachments(people: dict[int, Candidate], rows: Sequence[Any]) -> None:
    for row in rows:
        people[row[0]].attachments.append(AttachmentRow._make(row[1:]))


FILL = {
    VERSIONS: _fill_versions,
    DOCUMENTS: _fill_documents,
    SNILS: _fill_snils,
    POLICIES: _fill_policies,
    ATTACHMENTS: _fill_attachments,
}
