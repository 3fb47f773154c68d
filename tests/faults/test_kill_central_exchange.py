"""The exchange with the central segment killed at any stage tells every change once and takes every answer once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.central.queries.files import unanswered_files
from registry.central.tables import CentralFile, CentralMessage, CentralSending
from registry.exchange.access import caller_of_sender
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.options import set_option
from registry.exchange.pipeline import Incoming, advance, receive
from registry.exchange.tables import FindingRow, OutgoingPacket, Packet, PacketKey
from registry.insured.operations.people import FactChange, Told, change_facts
from registry.insured.tables import Person, PersonHistory
from server.demo.centre import Judgement, answers, messages_of, text_of
from server.scheduled.central import exchange_with_centre
from tests.fixtures.killing import Moment, killed
from tests.fixtures.running import Installation

CHANGED, IN_A_FILE = 7, 3
SCHEDULED = "server.scheduled.central"
FORMING = "registry.central.operations.form_file"
EXCHANGE = "server.scheduled.central.exchange_with_centre"
STAGES = (
    Moment(SCHEDULED, "queue_notices", "after"),
    Moment(SCHEDULED, "form_file", "before", 2),
    Moment(FORMING, "send_out", "before"),
    Moment(FORMING, "send_out", "after", 2),
    Moment(SCHEDULED, "form_file", "after", 3),
)
TAKING = (
    Moment("registry.exchange.stages.apply", "tell_changes", "after"),
    Moment("registry.exchange.pipeline", "conclude", "before"),
    Moment("registry.exchange.pipeline", "conclude", "after"),
)


def changed(installation: Installation) -> set[int]:
    """Some people change; returns the acts."""
    hub = installation.hub
    now = hub.context.clock.now()
    with hub.sessions.begin() as session:
        set_option(session, "central_file_messages", IN_A_FILE, now)
        people = session.scalars(select(Person.id).order_by(Person.id).limit(CHANGED)).all()
        changes = [FactChange(one, {"birth_place": "г. Самара"}, now.date()) for one in people]
        change_facts(session, changes, Told(now, "fund"))
    hub.context.remembered.forget()
    with hub.sessions() as session:
        return set(session.scalars(select(PersonHistory.id)))


@pytest.mark.parametrize("stage", STAGES, ids=str)
def test_every_change_is_told_once(installation: Installation, stage: Moment) -> None:
    acts = changed(installation)
    killed(installation, EXCHANGE, stage)
    exchange_with_centre(installation.hub)
    exchange_with_centre(installation.hub)
    with installation.hub.sessions() as session:
        messages = session.scalars(select(CentralMessage)).all()
        assert Counter(one.history_id for one in messages) == Counter(acts)
        assert {(one.state, one.tries) for one in messages} == {("sent", 1)}
        sendings = session.scalars(select(CentralSending)).all()
        assert Counter(one.message_id for one in sendings) == Counter(one.id for one in messages)
        files = session.scalars(select(CentralFile)).all()
        assert sorted(one.messages for one in files) == [1, 3, 3]
        packets = session.scalars(select(OutgoingPacket.id).where(OutgoingPacket.kind == "central_notice")).all()
        assert sorted(packets) == sorted(one.packet_id for one in files)
        keys = session.scalars(select(PacketKey.packet_id).where(PacketKey.packet_id.in_(packets))).all()
        assert sorted(keys) == sorted(packets)
        inside = [
            text_of(each, "MSH/MSH.10")
            for one in files
            for each in messages_of(stored_bytes(session, one.packet_id, RAW))
        ]
    assert Counter(inside) == Counter(one.control_id for one in messages)


@pytest.mark.parametrize("stage", TAKING, ids=str)
def test_every_answer_is_taken_once(installation: Installation, stage: Moment, tmp_path: Path) -> None:
    changed(installation)
    hub = installation.hub
    exchange_with_centre(hub)
    with hub.sessions() as session:
        file = unanswered_files(session)[0]
        body = stored_bytes(session, file.packet_id, RAW)
    path = tmp_path / file.name.replace("uprmes", "uprak2")
    path.write_bytes(answers(body, lambda _message: Judgement("AA"), hub.context.clock.now()))
    with hub.sessions.begin() as session:
        caller = caller_of_sender(session, "cs")
        reply = receive(session, Incoming("file", "files", path=path, file_name=path.name, caller=caller), hub.context)
    assert reply.packet_id is not None
    killed(installation, "advance", stage, reply.packet_id)
    with hub.sessions() as session:
        assert {one.state for one in session.scalars(select(CentralMessage))} == {"sent"}
    with hub.sessions.begin() as session:
        advance(session, reply.packet_id, hub.context)
    with hub.sessions() as session:
        states = Counter(session.scalars(select(CentralMessage.state)))
        assert states == {"accepted": IN_A_FILE, "sent": CHANGED - IN_A_FILE}
        assert session.get_one(Packet, reply.packet_id).status == "accepted"
        assert session.scalars(select(FindingRow.code).where(FindingRow.packet_id == reply.packet_id)).all() == []
