"""What training reads of the registry: a sample of people spread over all ids, and people by the fund's number."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Integer, func, select
from sqlalchemy.orm import Session

from registry.insured.matching.candidates import Candidate
from registry.insured.matching.queries import load_candidates
from registry.insured.tables import Person
from registry.store.probe import probe

PORTION = 5_000


def sample_people(session: Session, count: int, moment: datetime) -> list[Candidate]:
    """About ``count`` people evenly spread over the registry, joined records left out."""
    first, last, total = session.execute(select(func.min(Person.id), func.max(Person.id), func.count(Person.id))).one()
    if not total:
        return []
    step = max((last - first + 1) // max(count, 1), 1)
    wanted = ((number,) for number in range(first, last + 1, step))
    asked = probe(session, [("id", Integer)], wanted)
    query = select(Person.id).join(asked, asked.c.id == Person.id).where(Person.merged_into.is_(None))
    return _loaded(session, session.scalars(query), moment)


def people_by_bdz_ids(session: Session, keys: Iterable[str], moment: datetime) -> dict[str, Candidate]:
    """The people with these numbers of the fund, by number."""
    found: list[int] = []
    wanted = sorted(set(keys) - {""})
    for start in range(0, len(wanted), PORTION):
        found += session.scalars(select(Person.id).where(Person.bdz_id.in_(wanted[start : start + PORTION])))
    return {candidate.bdz_id: candidate for candidate in _loaded(session, found, moment)}


def _loaded(session: Session, ids: Iterable[int], moment: datetime) -> list[Candidate]:
    everybody = list(ids)
    found: dict[int, Candidate] = {}
    for start in range(0, len(everybody), PORTION):
        found.update(load_candidates(session, everybody[start : start + PORTION], moment))
    return list({candidate.id: candidate for candidate in found.values()}.values())
