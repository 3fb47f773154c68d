"""The second answer: every decision reaches the sender by the channel its packet came by, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.core.outcomes import PacketStatus
from registry.exchange.content import RAW, stored_bytes
from registry.exchange.context import HubContext
from registry.exchange.operations.changes_of_people.answer_buffered import answer_decisions
from registry.exchange.operations.tell_changes import tell_changes
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.tables import Channel, Job, JournalEntry, OutboxMessage, Packet
from registry.exchange.tables import Organisation as OrganisationRow
from registry.insured.buffer import Circumstances, Proposal, Proposer, propose_changes
from registry.insured.buffer.operations.decide import Decision, decide
from registry.insured.buffer.workflow import BufferEvent
from registry.insured.tables import Person, PersonVersion
from tests.channels.golden_hub import register_participants

ZONE = ZoneInfo("Europe/Samara")
NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)
WHEN = Circumstances(NOW, NOW.date())


@pytest.fixture
def context(clean_session: Session) -> HubContext:
    found = HubContext(catalog=collect(), clock=FixedClock(NOW), fund_code="63", timezone=ZONE)
    register_participants(clean_session, found)
    return found


def sent_packet(session: Session, channel: str) -> Packet:
    clinic = session.scalars(select(OrganisationRow).where(OrganisationRow.name == "Поликлиника 630001")).one()
    entry = JournalEntry(
        at=NOW, direction="in", channel=channel, dialect="generic", organisation_id=clinic.id, status="accepted"
    )
    session.add(entry)
    session.flush()
    packet = Packet(
        id=entry.id,
        channel=channel,
        dialect="generic",
        operation="PERSONCONTACTS",
        kind="person_contacts",
        organisation_id=clinic.id,
        sender_packet_id="A1-B2",
        received_at=NOW,
        status="accepted",
        body_hash="",
        size=1,
    )
    session.add(packet)
    session.flush()
    return packet


def buffered(session: Session, packet: Packet, count: int = 2) -> list[int]:
    people = []
    for number in range(count):
        person = Person(bdz_id=str(700 + number), recorded_at=NOW)
        session.add(person)
        session.flush()
        names = PersonVersion(
            person_id=person.id, surname="ИВАНОВА", birth_date=NOW.date(), sex=2, valid_from=NOW.date(), recorded_at=NOW
        )
        session.add(names)
        people.append(person.id)
    session.flush()
    proposer = Proposer("clinic", frozenset({"630001"}), packet.organisation_id, packet.id, "МО")
    told = [Proposal(one, {"surname": "ПЕТРОВА"}, NOW.date(), str(place + 1)) for place, one in enumerate(people)]
    return [one.buffer_id for one in propose_changes(session, told, proposer, WHEN) if one.buffer_id]


def decided(session: Session, ids: list[int], context: HubContext, event: BufferEvent, reason: str = "") -> list[Job]:
    found = decide(session, ids, Decision(event, "anna", reason), WHEN)
    assert not found.refused
    tell_changes(session, found.changes, context.catalog)
    session.flush()
    jobs = list(session.scalars(select(Job).where(Job.name == "buffer_answer").order_by(Job.id)))
    for job in jobs:
        answer_decisions(session, job, context)
        answer_decisions(session, job, context)  # a worker that died in between does it again
    session.flush()
    return jobs


def outgoing(session: Session) -> list[Packet]:
    return list(session.scalars(select(Packet).where(Packet.kind == "change_decision").order_by(Packet.id)))


def test_decisions_about_one_packet_become_one_file_in_the_tray(clean_session: Session, context: HubContext) -> None:
    ids = buffered(clean_session, sent_packet(clean_session, "file"))
    jobs = decided(clean_session, ids, context, BufferEvent.REJECT, "нет свидетельства")
    assert len(jobs) == 1
    [answer] = outgoing(clean_session)
    lines = stored_bytes(clean_session, answer.id, RAW).decode("cp1251").split("\r\n")
    assert len(lines) == 2
    assert lines[0].split(";")[:2] == ['"1"', '"A1-B2"']
    assert '"отклонено"' in lines[0]
    assert lines[0].endswith('"Фамилия";"нет свидетельства"')


def test_an_installation_that_takes_the_kind_gets_a_message_for_each(
    clean_session: Session, context: HubContext
) -> None:
    clean_session.scalars(select(Channel)).one().options = {"outgoing_kinds": ["CHANGEDECISION"]}
    ids = buffered(clean_session, sent_packet(clean_session, "amqp"))
    decided(clean_session, ids, context, BufferEvent.ACCEPT)
    messages = clean_session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [one.kind for one in messages] == ["CHANGEDECISION", "CHANGEDECISION"]
    body = etree.fromstring(messages[0].body)
    assert body.findtext("HEADER/OPERATIONTYPE") == "Insert"
    assert body.findtext("HEADER/MESSAGE_ID") == "A1-B2"
    assert body.findtext("BODY/DECISION") == "принято"
    assert body.findtext("BODY/BDZID") == "700"


def test_a_decision_is_told_by_the_fund_alone(clean_session: Session, context: HubContext) -> None:
    clean_session.scalars(select(Channel)).one().options = {"outgoing_kinds": ["CHANGEDECISION"]}
    ids = buffered(clean_session, sent_packet(clean_session, "amqp"), count=1)
    decided(clean_session, ids, context, BufferEvent.ACCEPT)
    [message] = clean_session.scalars(select(OutboxMessage)).all()
    properties = {"message_id": "C3-D4", "queue": "tfoms.ch1.in", "channel": "ch1", "user_id": "mis"}
    incoming = Incoming("amqp", "generic", "CHANGEDECISION", message.body, properties=properties)
    reply = receive(clean_session, incoming, context)
    assert (reply.status, reply.refusal and reply.refusal.code) == (PacketStatus.REFUSED, "KIND_UNKNOWN")
    answer = clean_session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "ANSWER")).one()
    assert etree.fromstring(answer.body).findtext("BODY/RESULTS/ERROR_RESULT/RESULT_CODE") == "102"


def test_a_decision_taken_back_is_told_too(clean_session: Session, context: HubContext) -> None:
    ids = buffered(clean_session, sent_packet(clean_session, "file"), count=1)
    decided(clean_session, ids, context, BufferEvent.ACCEPT)
    later = Circumstances(NOW + timedelta(minutes=5), NOW.date())
    decided_again = decide(clean_session, ids, Decision(BufferEvent.UNDO, "anna"), later)
    tell_changes(clean_session, decided_again.changes, context.catalog)
    clean_session.flush()
    last = clean_session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert last is not None
    answer_decisions(clean_session, last, context)
    told = stored_bytes(clean_session, outgoing(clean_session)[-1].id, RAW).decode("cp1251")
    assert "решение отменено" in told
