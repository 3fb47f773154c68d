"""Acts about people become notices to the central segment: each one once, in files that fit the schema."""

from __future__ import annotations

from datetime import timedelta

from lxml import etree
from sqlalchemy import select

from registry.central.batch import check_sum, schema_bytes
from registry.exchange.options import set_option
from registry.exchange.tables import OutgoingPacket
from registry.insured.tables import PersonHistory
from server.demo.centre import local, messages_of, text_of
from tests.channels.central.hub import CentralHub
from tests.channels.insurers.hub import NOW, PEOPLE, newcomer, statement


def test_a_changed_surname_goes_as_one_notice_that_fits_the_schema(both: CentralHub) -> None:
    told = statement(PEOPLE["anna"], "1", "4", surname="ГРИБОВА")
    assert both.changed(1, told) == 1
    [waiting] = both.messages()
    assert (waiting.trigger, waiting.event, waiting.state) == ("A08", "П06", "waiting")
    [file] = both.form()
    body = both.body(file)
    etree.XMLSchema(etree.fromstring(schema_bytes())).assertValid(etree.fromstring(body))
    [message] = messages_of(body)
    assert local(message) == "ADT_A01"
    assert text_of(message, "MSH/MSH.9/MSG.2") == "A08"
    assert text_of(message, "EVN/EVN.4") == "П06"
    assert text_of(message, "PID/PID.5/XPN.1/FN.1") == "ГРИБОВА"
    assert text_of(message, "ADT_A01.INSURANCE/IN1/IN1.15") == "36000"
    root = etree.fromstring(body)
    assert text_of(root, "BTS/BTS.1") == "1"
    assert text_of(root, "BTS/BTS.3") == check_sum([message])
    assert file.name == f"36000-{file.guid}.uprmes"
    [sent] = both.messages()
    assert (sent.state, sent.tries) == ("sent", 1)
    with both.sessions() as session:
        packet = session.get_one(OutgoingPacket, file.packet_id)
        assert (packet.way, packet.status, packet.records) == ("tray", "waiting", 1)


def test_looking_again_and_forming_again_tells_nothing_twice(both: CentralHub) -> None:
    both.changed(1, statement(PEOPLE["anna"], "1", "4", surname="ГРИБОВА"), newcomer(9, "2"))
    count = len(both.messages())
    assert both.look() == 0
    both.form()
    assert both.form() == []
    assert both.look() == 0
    assert len(both.messages()) == count
    with both.sessions() as session:
        acts = session.scalars(select(PersonHistory.id)).all()
    assert {one.history_id for one in both.messages()} <= set(acts)


def test_a_newcomer_is_told_with_insurance_and_identifiers(hub: CentralHub) -> None:
    hub.changed(1, newcomer(9, "1"))
    [file] = hub.form()
    told = [one for one in messages_of(hub.body(file)) if text_of(one, "EVN/EVN.4") == "П01"]
    assert len(told) == 1
    types = {text_of(one, "CX.5") for one in told[0].iter("{urn:hl7-org:v2xml}PID.3")}
    assert "NI" in types
    assert text_of(told[0], "ADT_A01.INSURANCE/IN1/IN1.35") == "В"


def test_what_was_there_before_the_exchange_is_not_told(hub: CentralHub) -> None:
    assert hub.messages() == []


def test_a_file_holds_as_many_messages_as_the_setting_says(hub: CentralHub) -> None:
    with hub.sessions.begin() as session:
        set_option(session, "central_file_messages", 2, NOW)
    hub.context.remembered.forget()
    hub.changed(1, *(newcomer(20 + place, str(place)) for place in range(1, 6)))
    waiting = len([one for one in hub.messages() if one.state == "waiting"])
    assert [one.messages for one in hub.form()] == [2] * (waiting // 2) + [1] * (waiting % 2)


def test_an_act_that_ended_late_is_found(hub: CentralHub) -> None:
    """A transaction that took its number before a look and was committed after it is not left out."""
    hub.changed(1, statement(PEOPLE["anna"], "1", "4", surname="ГРИБОВА"))
    with hub.sessions.begin() as session:
        act = session.scalars(select(PersonHistory)).first()
        assert act is not None
        late = PersonHistory(
            person_id=act.person_id,
            recorded_at=act.recorded_at - timedelta(hours=1),
            on=act.on,
            act="changed",
            aspects="names",
            event="П04",
        )
        session.add(late)
    hub.clock.moment += timedelta(hours=1)
    assert hub.look() == 1
    assert hub.look() == 0
