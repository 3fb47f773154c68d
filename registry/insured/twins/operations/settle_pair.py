"""Decisions about a pair that change no person: different people, postponed, back to work (clause 5.2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.insured.matching.queries import load_candidates
from registry.insured.tables import PersonLink
from registry.insured.twins.operations.acting import Actor, note_step, settle
from registry.insured.twins.operations.clusters import settle_clusters
from registry.insured.twins.rules.evidence import fingerprint_of
from registry.insured.twins.rules.joining import Refused
from registry.insured.twins.rules.words import Operation, State, Verdict
from registry.store.locks import lock_rows


def dismiss_pairs(session: Session, link_ids: Iterable[int], actor: Actor) -> int:
    """Decide that the records of these open pairs are different people; return how many pairs that settled.

    They are never proposed again unless what identifies one of them changes.
    """
    links = [link for link in _locked(session, link_ids) if link.state != State.SETTLED]
    people = load_candidates(session, {one for link in links for one in (link.first_id, link.second_id)}, actor.now)
    for link in links:
        before = link.state
        print_now = fingerprint_of(people[link.first_id], people[link.second_id])
        settle(link, actor, state=State.SETTLED, verdict=Verdict.DIFFERENT, fingerprint=print_now)
        note_step(session, link, Operation.DISMISSED, before, actor)
    settle_clusters(session, {one for link in links for one in (link.first_id, link.second_id)})
    return len(links)


def postpone_pair(session: Session, link_id: int, actor: Actor) -> PersonLink:
    """Leave a pair open as a candidate, with a comment for whoever looks next."""
    link = _one(session, link_id)
    if link.state == State.SETTLED:
        raise Refused("PAIR_SETTLED", "Пара уже отработана: сначала верните её в работу.")
    before = link.state
    settle(link, actor, state=State.CANDIDATE)
    note_step(session, link, Operation.POSTPONED, before, actor)
    return link


def reopen_pair(session: Session, link_id: int, actor: Actor) -> PersonLink:
    """Put a pair that was dismissed back to work; a joined one must be separated."""
    link = _one(session, link_id)
    if link.verdict == Verdict.JOINED:
        raise Refused("PAIR_JOINED", "Записи объединены: чтобы вернуть пару в работу, разъедините их.")
    if link.state != State.SETTLED:
        raise Refused("PAIR_OPEN", "Пара и так в работе.")
    settle(link, actor, state=State.CANDIDATE)
    note_step(session, link, Operation.REOPENED, State.SETTLED, actor)
    settle_clusters(session, (link.first_id, link.second_id))
    return link


def fingerprint_now(session: Session, link: PersonLink, now: datetime) -> str:
    """What identifies the two records of a pair at present."""
    people = load_candidates(session, (link.first_id, link.second_id), now)
    return fingerprint_of(people[link.first_id], people[link.second_id])


def _one(session: Session, link_id: int) -> PersonLink:
    found = _locked(session, [link_id])
    if not found:
        raise Refused("PAIR_ABSENT", "Такой пары записей нет.")
    return found[0]


def _locked(session: Session, link_ids: Iterable[int]) -> list[PersonLink]:
    ids = sorted(set(link_ids))
    lock_rows(session, cast(Table, PersonLink.__table__), ids)
    query = select(PersonLink).where(PersonLink.id.in_(ids)).order_by(PersonLink.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))
