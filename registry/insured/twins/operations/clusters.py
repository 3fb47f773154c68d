"""Clusters: open pairs that hang together, so that three records of one person are seen as one case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from sqlalchemy import BigInteger, Table, bindparam, select, union, update
from sqlalchemy.orm import Session

from registry.insured.tables import PersonLink
from registry.insured.twins.rules.clusters import clusters_of
from registry.insured.twins.rules.words import State
from registry.store.probe import probe

Edge = tuple[int, int, int, int]
ROUNDS = 20  # a chain longer than this would be twenty records of one person in a row


def settle_clusters(session: Session, person_ids: Iterable[int]) -> None:
    """Number anew the clusters of open pairs of these people; a cluster is called by its smallest person."""
    session.flush()
    edges = _reached(session, set(person_ids))
    if not edges:
        return
    names = clusters_of((first, second) for _, first, second, _ in edges.values())
    moved = [
        {"link": link_id, "cluster": names[first]}
        for link_id, first, _, cluster in edges.values()
        if names[first] != cluster
    ]
    if moved:
        table = cast(Table, PersonLink.__table__)
        changing = update(table).where(table.c.id == bindparam("link")).values(cluster_id=bindparam("cluster"))
        session.connection().execute(changing, sorted(moved, key=lambda row: row["link"]))
        session.expire_all()


def _reached(session: Session, people: set[int]) -> dict[int, Edge]:
    """Every open pair reachable from these people."""
    found: dict[int, Edge] = {}
    asked = people
    for _ in range(ROUNDS):
        fresh = [row for row in _touching(session, asked) if row[0] not in found]
        if not fresh:
            break
        found.update({row[0]: row for row in fresh})
        reached = {one for _, first, second, _ in fresh for one in (first, second)}
        asked = reached - people
        people = people | reached
        if not asked:
            break
    return found


def _touching(session: Session, people: set[int]) -> Sequence[Edge]:
    wanted = probe(session, [("id", BigInteger)], [(one,) for one in sorted(people)])
    columns = (PersonLink.id, PersonLink.first_id, PersonLink.second_id, PersonLink.cluster_id)
    query = union(
        *(
            select(*columns).join(wanted, wanted.c.id == side).where(PersonLink.state != State.SETTLED)
            for side in (PersonLink.first_id, PersonLink.second_id)
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
