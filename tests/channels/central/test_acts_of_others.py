"""Deaths, restorations, joins and separations: each act goes as its own message, a pair as one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.central.batch import schema_bytes
from registry.central.operations import queue_notices
from registry.central.words import SOURCE
from registry.exchange.queries.outgoing import folder_trays, tray_of
from registry.exchange.tables import Organisation
from registry.insured.operations.people import Act, FactChange, Origin, Told, change_facts, open_people
from registry.insured.operations.people.die import announce_death, cancel_death, register_death
from registry.insured.operations.people.writing import write_people
from registry.insured.tables import Person
from registry.insured.twins.operations.acting import Actor
from registry.insured.twins.operations.join_people import join_people, separate_people
from server.demo.centre import local, messages_of, text_of
from tests.channels.central.hub import CentralHub, always
from tests.channels.insurers.hub import PEOPLE

DIED = date(2026, 10, 1)


def person_id(session: Session, name: str) -> int:
    return session.scalars(select(Person.id).where(Person.bdz_id == str(PEOPLE[name].number))).one()


def act(hub: CentralHub, name: str, how: str, event: str, source: str = "fund") -> None:
    """Let something befall somebody."""
    with hub.sessions.begin() as session:
        one = person_id(session, name)
        ledger = open_people(session, [one], Origin(hub.clock.now(), source))
        told = Act(how, DIED, event, "П022" if event == "П02" else "")
        {"death": register_death, "death_announced": announce_death, "death_cancelled": cancel_death}[how](
            ledger, ledger[one], told
        )
        write_people(ledger)


def actor(hub: CentralHub) -> Actor:
    now = hub.clock.now()
    return Actor(by="operator", now=now, today=now.date(), comment="один человек", confirmed=True)


def test_a_death_goes_as_a03_with_the_ended_insurance(both: CentralHub) -> None:
    act(both, "anna", "death", "П02")
    assert both.look() == 1
    [file] = both.form()
    body = both.body(file)
    etree.XMLSchema(etree.fromstring(schema_bytes())).assertValid(etree.fromstring(body))
    [message] = messages_of(body)
    assert local(message) == "ADT_A03"
    assert (text_of(message, "PID/PID.29"), text_of(message, "PID/PID.30")) == ("2026-10-01", "Y")
    assert text_of(message, "ADT_A03.INSURANCE/IN1/IN1.13") == "2026-10-01"


def test_a_death_taken_back_goes_as_a13(hub: CentralHub) -> None:
    act(hub, "anna", "death", "П02")
    act(hub, "anna", "death_cancelled", "П09")
    hub.look()
    [file] = hub.form()
    assert [text_of(one, "MSH/MSH.9/MSG.2") for one in messages_of(hub.body(file))] == ["A03", "A13"]


def test_an_announced_death_concerns_nobody_yet(hub: CentralHub) -> None:
    act(hub, "anna", "death_announced", "П07")
    assert hub.look() == 0


def test_what_the_central_segment_told_is_not_told_back(hub: CentralHub) -> None:
    act(hub, "anna", "death", "П02", SOURCE)
    assert hub.look() == 0


def test_an_act_without_an_event_does_not_concern_it(hub: CentralHub) -> None:
    with hub.sessions.begin() as session:
        one = FactChange(person_id(session, "anna"), {"category": 6}, DIED, event="")
        change_facts(session, [one], Told(hub.clock.now(), "fund"))
    assert hub.look() == 0


def test_a_join_is_one_a24_and_its_separation_one_a37(both: CentralHub) -> None:
    with both.sessions.begin() as session:
        main, second = person_id(session, "anna"), person_id(session, "vera")
        done = join_people(session, main, second, actor(both))
        link_id = done.link.id
    assert both.look() == 1
    [joined] = both.messages()
    assert (joined.trigger, joined.person_id, joined.other_id) == ("A24", main, second)
    [file] = both.form()
    body = both.body(file)
    etree.XMLSchema(etree.fromstring(schema_bytes())).assertValid(etree.fromstring(body))
    [message] = messages_of(body)
    surnames = [text_of(one, "PID.5/XPN.1/FN.1") for one in message if local(one) == "PID"]
    assert surnames == [PEOPLE[name].block["surname"] for name in ("anna", "vera")]
    both.second(file, always("AA"))
    both.clock.moment += timedelta(minutes=5)
    with both.sessions.begin() as session:
        separate_people(session, link_id, actor(both))
    assert both.look() == 1
    assert [(one.trigger, one.state) for one in both.messages()] == [("A24", "accepted"), ("A37", "waiting")]


def test_a_pair_at_the_edge_of_a_portion_is_one_message(hub: CentralHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_notices, "PORTION", 1)
    with hub.sessions.begin() as session:
        join_people(session, person_id(session, "anna"), person_id(session, "vera"), actor(hub))
    act(hub, "boris", "death", "П02")
    assert hub.look() == 2
    assert [one.trigger for one in hub.messages()] == ["A24", "A03"]
    assert hub.look() == 0


def test_the_central_segment_may_take_its_files_from_a_folder(hub: CentralHub) -> None:
    act(hub, "anna", "death", "П02")
    hub.look()
    hub.form()
    with hub.sessions.begin() as session:
        centre = session.scalars(select(Organisation).where(Organisation.kind == "agency")).one()
        centre.options = {"tray_folder": True}
        session.flush()
        assert folder_trays(session) == [(centre.id, "cs")]
        [waiting] = tray_of(session, centre.id, "папка")
        assert waiting.name.endswith(".uprmes")
