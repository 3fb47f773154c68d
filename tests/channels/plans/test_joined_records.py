"""What was told of a record before it was joined is told of its survivor: plans, facts and cards."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.insured.generator.lines import PersonLine
from registry.insured.tables import Person
from registry.insured.twins import Actor, join_people
from soap.app import create_application
from tests.channels.events.calls import closing, opening, send
from tests.channels.plans.hub import CLINIC, INSURER, PlansHub, execution, informing, plan
from tests.channels.plans.test_plans import changes
from tests.channels.soap_hub import CLOCK, Hub


@pytest.fixture
def pair(hub: PlansHub) -> tuple[PersonLine, PersonLine]:
    """Two people who may be one."""
    first, *others = hub.attached(CLINIC)
    return first, next(one for one in others if one.sex == first.sex)


def join(hub: PlansHub, main: PersonLine, second: PersonLine) -> None:
    now = CLOCK.now()
    actor = Actor(by="operator", now=now, today=now.date(), fund_okato="36000", comment="одно лицо", confirmed=True)
    with hub.sessions.begin() as session:
        first, other = (session.scalars(select(Person.id).where(Person.enp == one.enp)).one() for one in (main, second))
        join_people(session, first, other, actor)


def test_the_survivor_is_not_planned_a_second_time(hub: PlansHub, pair: tuple[PersonLine, PersonLine]) -> None:
    main, second = pair
    assert hub.put("putEvPlanList", CLINIC, plan(1, second)).code == 2000
    join(hub, main, second)
    said = hub.put("putEvPlanList", CLINIC, plan(2, main), plan(3, main, mnth=11), plan(4, main, year=2027))
    assert said.errors == {2: [619], 3: [618]}
    assert hub.put("putEvPlanList", CLINIC, plan(1, main, mnth=11)).code == 2000
    assert changes(hub)[-1] == "plan_row_changed"


def test_a_measure_the_joined_record_had_done_keeps_the_row_of_the_survivor(
    hub: PlansHub, pair: tuple[PersonLine, PersonLine]
) -> None:
    main, second = pair
    assert hub.put("putEvPlanList", CLINIC, plan(1, main)).code == 2000
    assert hub.put("putEvFactExecs", CLINIC, execution(1, second, execstep=103)).code == 2000
    assert hub.put("putEvPlanList", CLINIC, plan(1, main, mnth=11)).code == 2000
    join(hub, main, second)
    assert hub.put("putEvPlanList", CLINIC, plan(1, main, mnth=10)).errors == {1: [618]}


def test_facts_of_the_joined_record_are_not_told_again_of_the_survivor(
    hub: PlansHub, pair: tuple[PersonLine, PersonLine]
) -> None:
    main, second = pair
    assert hub.put("putEvFactInfos", INSURER, informing(1, second)).code == 2000
    assert hub.put("putEvFactExecs", CLINIC, execution(1, second)).code == 2000
    join(hub, main, second)
    assert hub.put("putEvFactInfos", INSURER, informing(2, main)).errors == {2: [619]}
    assert hub.put("putEvFactExecs", CLINIC, execution(2, main)).errors == {2: [619]}


def test_the_survivor_has_the_card_of_the_joined_record(hub: PlansHub, pair: tuple[PersonLine, PersonLine]) -> None:
    main, second = pair
    events = Hub(create_application(hub.sessions, hub.context), hub.sessions, hub.context)
    assert send(events, "SendDispensarization", opening(second), login=CLINIC).code == 0
    join(hub, main, second)
    told = send(events, "SendDispensarization", opening(main, "C-2"), login=CLINIC)
    assert told.code not in (0, -1)
    assert "[InsId]" in told.text("Text")
    assert send(events, "SendDispensarization", closing(main, "C-3"), login=CLINIC).code not in (0, -1)
