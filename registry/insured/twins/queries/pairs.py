"""The worklist «Дубликаты»: pairs by state and reason, the strongest first, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from registry.core.normalisation import digits
from registry.insured.keys.queries import begins_with_name
from registry.insured.matching.candidates import Candidate
from registry.insured.matching.queries import load_records
from registry.insured.tables import DuplicateSearch, Person, PersonLink, PersonLinkStep, PersonVersion
from registry.insured.twins.rules.evidence import FieldEvidence, evidence_of_pair
from registry.insured.twins.rules.words import Reason, State, Verdict

ALL, OPEN = "all", "open"
FIRST, SECOND = aliased(Person), aliased(Person)


@dataclass(frozen=True, kw_only=True)
class PairFilter:
    """Which pairs: ``state`` is a number, ``open``, a verdict or ``all``."""

    state: str = OPEN
    reason: Reason | None = None
    cluster: int | None = None
    text: str = ""
    least: float | None = None


@dataclass(frozen=True, slots=True)
class PairLine:
    """One pair as the worklist shows it; ``size`` is the number of records in its cluster."""

    link: PersonLink
    first: Candidate
    second: Candidate
    size: int = 2
    evidence: list[FieldEvidence] = field(default_factory=list)

    @property
    def reasons(self) -> Reason:
        """Why it was proposed."""
        return Reason(self.link.reasons)

    @property
    def key(self) -> str:
        """Where the next page begins."""
        return f"{self.link.score!r}|{self.link.id}"


def pair_page(
    session: Session, wanted: PairFilter, now: datetime, *, after: str = "", limit: int = 50
) -> list[PairLine]:
    """Pairs by score downwards; the page behind the key ``after``."""
    query = _pairs(session, wanted).order_by(PersonLink.score.desc(), PersonLink.id.desc())
    score, _, link_id = after.partition("|")
    if link_id.isdecimal() and _is_number(score):
        query = query.where(tuple_(PersonLink.score, PersonLink.id) < tuple_(float(score), int(link_id)))
    return _lines(session, list(session.scalars(query.limit(limit))), now)


def next_pair(session: Session, link: PersonLink) -> int | None:
    """The open pair that follows in the worklist."""
    behind = tuple_(PersonLink.score, PersonLink.id) < tuple_(link.score, link.id)
    query = (
        _pairs(session, PairFilter())
        .where(PersonLink.id != link.id)
        .order_by(PersonLink.score.desc(), PersonLink.id.desc())
    )
    for found in (query.where(behind), query):
        following: PersonLink | None = session.scalars(found.limit(1)).first()
        if following is not None:
            return following.id
    return None


def pair_counts(session: Session) -> dict[str, int]:
    """How many pairs are in each state, and in all that wait; pairs of joined records wait unseen."""
    seen = or_(PersonLink.state == State.SETTLED, _both_stand())
    query = (
        select(PersonLink.state, PersonLink.verdict, func.count())
        .join(FIRST, FIRST.id == PersonLink.first_id)
        .join(SECOND, SECOND.id == PersonLink.second_id)
        .where(seen)
        .group_by(PersonLink.state, PersonLink.verdict)
    )
    counts: dict[str, int] = {}
    for state, verdict, count in session.execute(query):
        name = verdict if state == State.SETTLED else str(state)
        counts[name] = counts.get(name, 0) + count
    counts[OPEN] = counts.get("1", 0) + counts.get("2", 0)
    return counts


def links_of_person(session: Session, person_id: int, now: datetime) -> list[PairLine]:
    """Every pair a record is in, the open ones first."""
    query = select(PersonLink).where(or_(PersonLink.first_id == person_id, PersonLink.second_id == person_id))
    return _lines(session, list(session.scalars(query.order_by(PersonLink.state, PersonLink.score.desc()))), now)


def pair_line(session: Session, link_id: int, now: datetime) -> PairLine | None:
    """One pair with its evidence; each record with its own rows only."""
    link = session.get(PersonLink, link_id)
    lines = _lines(session, [link], now) if link is not None else []
    return lines[0] if lines else None


def cluster_lines(session: Session, link: PersonLink, now: datetime) -> list[PairLine]:
    """The other pairs of its cluster that are open."""
    query = _pairs(session, PairFilter(cluster=link.cluster_id)).where(PersonLink.id != link.id)
    return _lines(session, list(session.scalars(query.order_by(PersonLink.score.desc()).limit(20))), now)


def steps_of_pair(session: Session, link_id: int) -> Sequence[PersonLinkStep]:
    """What was done to a pair, the newest first."""
    query = select(PersonLinkStep).where(PersonLinkStep.link_id == link_id).order_by(PersonLinkStep.id.desc())
    return session.scalars(query).all()


def newest_search(session: Session) -> DuplicateSearch | None:
    """The search that runs, waits or ran last."""
    return session.scalars(select(DuplicateSearch).order_by(DuplicateSearch.id.desc()).limit(1)).first()


def _both_stand() -> ColumnElement[bool]:
    return and_(FIRST.merged_into.is_(None), SECOND.merged_into.is_(None))


def _pairs(session: Session, wanted: PairFilter) -> Select[Any]:
    query = (
        select(PersonLink).join(FIRST, FIRST.id == PersonLink.first_id).join(SECOND, SECOND.id == PersonLink.second_id)
    )
    if wanted.state == OPEN:
        query = query.where(PersonLink.state.in_((State.UNCONFIRMED, State.CANDIDATE)), _both_stand())
    elif wanted.state in {"1", "2"}:
        query = query.where(PersonLink.state == int(wanted.state), _both_stand())
    elif wanted.state in {Verdict.JOINED, Verdict.DIFFERENT}:
        query = query.where(PersonLink.state == State.SETTLED, PersonLink.verdict == wanted.state)
    if wanted.reason is not None:
        query = query.where(PersonLink.reasons.bitwise_and(int(wanted.reason)) != 0)
    if wanted.cluster is not None:
        query = query.where(PersonLink.cluster_id == wanted.cluster)
    if wanted.least is not None:
        query = query.where(PersonLink.score >= wanted.least)
    if wanted.text:
        ids = _people_called(session, wanted.text)
        query = query.where(or_(PersonLink.first_id.in_(ids), PersonLink.second_id.in_(ids)))
    return query


def _people_called(session: Session, text: str) -> Select[Any]:
    """Records with this ЕНП, number in the registry, or beginning of the surname."""
    number = digits(text)
    if len(number) >= 9 or "-" in text:
        return select(Person.id).where(or_(Person.enp == number, Person.bdz_id == text.strip()))
    return select(PersonVersion.person_id).where(begins_with_name(session, PersonVersion.surname_key, text))


def _lines(session: Session, links: Sequence[PersonLink], now: datetime) -> list[PairLine]:
    people = load_records(session, {one for link in links for one in (link.first_id, link.second_id)}, now)
    sizes = _sizes(session, {link.cluster_id for link in links})
    lines = []
    for link in links:
        first, second = people.get(link.first_id), people.get(link.second_id)
        if first is None or second is None or not first.versions or not second.versions:
            continue  # a record emptied by an undone separation has nothing to compare
        size = sizes.get(link.cluster_id, 2) if link.state != State.SETTLED else 2
        lines.append(PairLine(link, first, second, size, evidence_of_pair(first, second)))
    return lines


def _sizes(session: Session, clusters: Iterable[int]) -> dict[int, int]:
    wanted = sorted(set(clusters))
    rows = session.execute(
        select(PersonLink.cluster_id, PersonLink.first_id, PersonLink.second_id).where(
            PersonLink.cluster_id.in_(wanted), PersonLink.state != State.SETTLED
        )
    )
    members: dict[int, set[int]] = {}
    for cluster, first, second in rows:
        members.setdefault(cluster, set()).update((first, second))
    return {cluster: len(people) for cluster, people in members.items()}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def pair_of(session: Session, one: int, other: int) -> int | None:
    """The number of the pair of these records, or of the records they lead to."""
    ids = {
        row.id: row.merged_into or row.id for row in session.scalars(select(Person).where(Person.id.in_([one, other])))
    }
    first, second = sorted((ids.get(one, 0), ids.get(other, 0)))
    query = select(PersonLink.id).where(PersonLink.first_id == first, PersonLink.second_id == second)
    return session.scalars(query).first()
