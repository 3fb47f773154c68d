"""RabbitMQ cut off and workers killed while messages flow: one packet, one answer for every message."""

import time
import uuid
from collections import Counter

import pika
import pytest
from sqlalchemy import func, select

from registry.exchange.broker import queue_name
from registry.exchange.tables import Job, JournalEntry, OutboxMessage, Packet
from tests.fixtures.running import Installation
from tests.fixtures.wire import Proxy

pytestmark = [pytest.mark.slow, pytest.mark.broker]
MESSAGES = 120
BODY = """<?xml version="1.0" encoding="utf-8"?>
<PERS><HEADER><OPERATIONTYPE>Query</OPERATIONTYPE><DATA>2026-03-02</DATA><CODE_MO>630001</CODE_MO>
<PERSONID>{number}</PERSONID></HEADER><BODY><FAM>ОБРАЗЦОВ</FAM><IM>ПЕТР</IM><OT>ИЛЬИЧ</OT><DR>1971-04-09</DR><W>1</W>
<DOCTYPE>14</DOCTYPE><DOCSER>00 00</DOCSER><DOCNUM>{number:06d}</DOCNUM></BODY></PERS>"""


def publish(url: str, queue: str, numbers: range) -> list[str]:
    """Publish as a МИС does; the ids of the messages."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    channel.queue_declare(queue, durable=True)
    ids = []
    for number in numbers:
        ids.append(str(uuid.uuid4()).upper())
        properties = pika.BasicProperties(
            app_id="Promed", user_id="guest", type="PERS", message_id=ids[-1], content_type="Xml", delivery_mode=2
        )
        channel.basic_publish("", queue, BODY.format(number=number).encode(), properties)
    connection.close()
    return ids


def answers(url: str, queue: str) -> list[tuple[str, str]]:
    """What the МИС finds in its queue: the id of each answer and the id of the message it answers."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    found = []
    while True:
        method, properties, _body = channel.basic_get(queue, auto_ack=True)
        if method is None:
            break
        found.append((properties.message_id, properties.correlation_id))
    connection.close()
    return found


def test_every_message_is_answered_once_though_the_wire_is_cut_and_workers_are_killed(
    installation: Installation, broker_url: str, proxied_url: str, proxy: Proxy, channel_code: str
) -> None:
    installation.use_broker(proxied_url, channel_code)
    sent = publish(broker_url, queue_name(channel_code, "in"), range(MESSAGES))
    worker = installation.start("worker")
    for _ in range(2):
        reached = count(installation, Packet)
        installation.until(lambda reached=reached: count(installation, Packet) > reached)  # type: ignore[misc]
        proxy.cut()
        time.sleep(0.3)
    installation.kill(worker)
    installation.start("worker")
    installation.start("worker")
    sent += publish(broker_url, queue_name(channel_code, "in"), range(MESSAGES, MESSAGES + 20))
    installation.until(lambda: published(installation) == len(sent), seconds=180)

    got = answers(broker_url, queue_name(channel_code, "out.answer"))
    by_message: dict[str, set[str]] = {}
    for answer, message in got:
        by_message.setdefault(message, set()).add(answer)
    assert set(by_message) == set(sent)
    assert {len(ids) for ids in by_message.values()} == {1}  # a redelivery carries the same id
    with installation.hub.sessions() as session:
        statuses = Counter(session.scalars(select(JournalEntry.status)))
        assert session.scalar(select(func.count()).select_from(Packet)) == len(sent)
        assert set(session.scalars(select(Job.status))) == {"done"}
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == len(sent)
    assert statuses.total() - statuses["repeated"] == len(sent)
    assert not {"received", "in_work", "parked"} & set(statuses)


def count(installation: Installation, model: type[Packet]) -> int:
    with installation.hub.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def published(installation: Installation) -> int:
    with installation.hub.sessions() as session:
        done = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.status == "published")
        return session.scalar(done) or 0
