"""Cards of events become steps of preventive measures that insurers read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.support.plans.tables import ExecutionFact
from soap.app import create_application
from tests.channels.events.calls import Told, closing, deleting, opening, send
from tests.channels.plans.hub import CLINIC, INSURER, PlansHub, execution
from tests.channels.soap_hub import Hub

DISPENSARISATION = "SendDispensarization"


@pytest.fixture
def events(hub: PlansHub) -> Hub:
    return Hub(create_application(hub.sessions, hub.context), hub.sessions, hub.context)


def tell(events: Hub, content: dict[str, object]) -> None:
    told: Told = send(events, DISPENSARISATION, content, login=CLINIC)
    assert told.code in (0, -1), told.text("Text")


def steps(hub: PlansHub) -> list[tuple[str, str]]:
    """What the insurer reads: the step and its day."""
    rows = hub.call("getEvFactExecs", INSURER, page="0").rows
    return sorted((row.findtext("execstep", ""), row.findtext("execdate", "")[:10]) for row in rows)


def test_the_life_of_a_card_is_told_as_steps(hub: PlansHub, events: Hub) -> None:
    someone = hub.attached(CLINIC)[0]
    tell(events, opening(someone))
    assert steps(hub) == [("102", "2026-11-10")]
    tell(events, opening(someone, Action=2, DateOpen="2026-11-12"))
    assert steps(hub) == [("102", "2026-11-12")]
    tell(events, closing(someone, DateOpen="2026-11-12"))
    assert steps(hub) == [("102", "2026-11-12"), ("103", "2026-11-18")]
    tell(events, deleting(someone, phase=2))
    assert steps(hub) == [("102", "2026-11-12")]
    tell(events, deleting(someone))
    assert steps(hub) == []


def test_a_step_of_a_card_has_a_number_no_sender_gives_and_the_person_as_registered(hub: PlansHub, events: Hub) -> None:
    someone = hub.attached(CLINIC)[0]
    tell(events, opening(someone))
    (row,) = hub.call("getEvFactExecs", CLINIC, code_mo=CLINIC, page="1").rows
    assert int(row.findtext("rid", "0")) < 0
    assert row.findtext("code_mo") == CLINIC
    assert row.findtext("person/a25_enp") == someone.enp


def test_what_a_clinic_tells_in_both_ways_is_one_step(hub: PlansHub, events: Hub) -> None:
    someone = hub.attached(CLINIC)[0]
    tell(events, opening(someone))
    assert hub.put("putEvFactExecs", CLINIC, execution(5, someone, execdate="2026-11-10")).code == 2000
    assert steps(hub) == [("102", "2026-11-10")]
    tell(events, closing(someone))
    done = execution(6, someone, execstep=103, execdate="2026-11-18")
    assert hub.put("putEvFactExecs", CLINIC, done).code == 2000
    tell(events, deleting(someone))
    assert steps(hub) == [("102", "2026-11-10"), ("103", "2026-11-18")]
    with hub.sessions() as session:
        rows = session.scalars(select(ExecutionFact).order_by(ExecutionFact.id)).all()
    assert [(row.rid, row.card_id is not None) for row in rows] == [(5, True), (6, True)]


def test_a_step_the_clinic_told_first_is_not_told_again_by_its_card(hub: PlansHub, events: Hub) -> None:
    someone = hub.attached(CLINIC)[0]
    assert hub.put("putEvFactExecs", CLINIC, execution(5, someone, execdate="2026-11-10")).code == 2000
    tell(events, opening(someone))
    assert [row.findtext("rid") for row in hub.call("getEvFactExecs", CLINIC, page="0").rows] == ["5"]
