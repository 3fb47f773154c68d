"""Whom a representative told beside a child is, and the children a person of the registry represents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Integer, String, func, select, union_all
from sqlalchemy.orm import Session, aliased

from registry.insured.tables import IdentityDocument, Person, Representative
from registry.store.probe import probe

Child = tuple[int, int, int]


def children_of(session: Session, representative_ids: Iterable[int], moment: datetime) -> list[Child]:
    """(representative, child, number in birth order) as recorded at the moment, joined representatives included."""
    asked = probe(session, [("id", BigInteger)], [(one,) for one in sorted(set(representative_ids))])
    known = (Representative.recorded_at <= moment, Representative.retracted_at > moment)
    told = (Representative.person_id, Representative.birth_number)
    own = select(asked.c.id, *told).join(Representative, Representative.representative_id == asked.c.id).where(*known)
    joined = (
        select(asked.c.id, *told)
        .join(Person, Person.merged_into == asked.c.id)
        .join(Representative, Representative.representative_id == Person.id)
        .where(*known)
    )
    rows = session.connection().execute(union_all(own, joined)).all()
    return sorted({(one, child, number) for one, child, number in rows})


def people_by_documents(session: Session, documents: Sequence[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Pairs (request, person) for which a document has this type, series and number, whatever the birth date."""
    asked = probe(session, [("rec", Integer), ("type", Integer), ("number_key", String)], documents)
    holder = aliased(Person)
    query = (
        select(asked.c.rec, func.coalesce(holder.merged_into, holder.id))
        .join(IdentityDocument, IdentityDocument.number_key == asked.c.number_key)
        .join(holder, holder.id == IdentityDocument.person_id)
        .where(IdentityDocument.type == asked.c.type)
        .distinct()
    )
    return [(rec, person_id) for rec, person_id in session.connection().execute(query).all()]
