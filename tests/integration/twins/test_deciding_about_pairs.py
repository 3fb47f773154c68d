"""Decisions about pairs that touch no person: dismissed, postponed, reopened, seen as one cluster."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.insured.tables import PersonLink, PersonLinkStep, PersonVersion
from registry.insured.twins import (
    Actor,
    Proposal,
    Reason,
    Refused,
    Separation,
    State,
    Verdict,
    dismiss_pairs,
    join_pair,
    join_people,
    postpone_pair,
    propose_pairs,
    reopen_pair,
    separate_people,
)
from registry.store.base import OPEN_DATE
from tests.fixtures.duplicates import Load

NOW = datetime(2026, 11, 10, 9, tzinfo=UTC)
ACTOR = Actor(by="operator", now=NOW, today=NOW.date(), fund_okato="36000", comment="по заявлению", confirmed=True)


def alike(session: Session, count: int) -> list[int]:
    """People of one sex."""
    query = select(PersonVersion.person_id).where(PersonVersion.sex == 1, PersonVersion.valid_to == OPEN_DATE)
    return list(session.scalars(query.order_by(PersonVersion.person_id).limit(count)))


def test_a_dismissed_pair_comes_back_only_when_identifying_data_change(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    second, first = min(load_doubled(20, 0.5).items())
    proposal = Proposal(second, first, Reason.NAMES)
    with sessions.begin() as session:
        assert propose_pairs(session, [proposal, Proposal(first, second, Reason.ENP)], NOW) == 1
        link = session.scalars(select(PersonLink)).one()
        assert (link.first_id, link.reasons, link.state) == (min(first, second), Reason.NAMES | Reason.ENP, 1)
        assert dismiss_pairs(session, [link.id], ACTOR) == 1
        assert propose_pairs(session, [proposal], NOW) == 0
        assert (link.state, link.verdict) == (State.SETTLED, Verdict.DIFFERENT)
        session.execute(
            update(PersonVersion)
            .where(PersonVersion.person_id == second)
            .values(surname="ДРУГАЯ", surname_key="ДРУГАЯ")
        )
        assert propose_pairs(session, [proposal], NOW) == 1
        session.refresh(link)
        assert (link.state, link.verdict, link.fingerprint) == (State.UNCONFIRMED, "", "")


def test_a_pair_is_postponed_reopened_and_keeps_every_step(sessions: sessionmaker[Session], load_doubled: Load) -> None:
    second, first = min(load_doubled(20, 0.5).items())
    with sessions.begin() as session:
        propose_pairs(session, [Proposal(first, second, Reason.SNILS)], NOW)
        link_id = session.scalars(select(PersonLink.id)).one()
        postpone_pair(session, link_id, replace(ACTOR, comment="жду паспорт"))
        dismiss_pairs(session, [link_id], ACTOR)
        with pytest.raises(Refused):
            postpone_pair(session, link_id, ACTOR)
        reopen_pair(session, link_id, ACTOR)
        with pytest.raises(Refused):
            reopen_pair(session, link_id, ACTOR)
        done = join_pair(session, link_id, ACTOR)
        with pytest.raises(Refused, match="разъедините"):
            reopen_pair(session, link_id, ACTOR)
        separate_people(session, link_id, ACTOR, Separation(different=True))
        assert (done.link.state, done.link.verdict) == (State.SETTLED, Verdict.DIFFERENT)
        assert propose_pairs(session, [Proposal(first, second, Reason.SNILS)], NOW) == 0
        steps = session.execute(
            select(PersonLinkStep.operation, PersonLinkStep.state_before, PersonLinkStep.state_after).order_by(
                PersonLinkStep.id
            )
        )
        assert [tuple(row) for row in steps] == [
            ("proposed", 0, 1),
            ("postponed", 1, 2),
            ("dismissed", 2, 3),
            ("reopened", 3, 2),
            ("joined", 2, 3),
            ("separated", 3, 3),
        ]


def test_three_records_are_one_cluster_and_a_join_carries_its_pairs(
    sessions: sessionmaker[Session], load_doubled: Load
) -> None:
    load_doubled(30, 0.0)
    with sessions.begin() as session:
        a, b, c = alike(session, 3)
        d = alike(session, 4)[3]
        propose_pairs(session, [Proposal(c, b, Reason.ENP)], NOW)
        propose_pairs(session, [Proposal(a, b, Reason.SNILS), Proposal(c, d, Reason.POLICY)], NOW)
        assert set(session.scalars(select(PersonLink.cluster_id))) == {a}
        join_people(session, a, b, ACTOR)
        rows = session.execute(
            select(PersonLink.first_id, PersonLink.second_id).where(PersonLink.state == State.UNCONFIRMED)
        )
        assert {(a, c), (c, d), (b, c)} == {tuple(row) for row in rows}
