"""The embedded queues and RabbitMQ keep the same promises."""

import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pika
import pytest
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import FixedClock
from registry.core.errors import Retryable
from registry.exchange import outbox
from registry.exchange.broker import LEASE, Broker, EmbeddedBroker, Message, Undeliverable, channel_of, queue_name
from registry.exchange.operations.register import register_channel, register_organisation
from registry.exchange.tables import OutboxMessage
from registry.store.engine import create_hub_engine, session_factory
from server.worker.rabbit import RabbitBroker
from tests.fixtures.wire import Proxy

Sessions = sessionmaker[Session]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def sqlite_sessions(sqlite_url: str) -> Iterator[Sessions]:
    engine = create_hub_engine(sqlite_url)
    yield session_factory(engine)
    engine.dispose()


@pytest.fixture(params=["embedded", pytest.param("rabbit", marks=pytest.mark.broker)])
def broker(request: pytest.FixtureRequest, sqlite_sessions: Sessions, clock: FixedClock) -> Iterator[Broker]:
    made: Broker
    if request.param == "embedded":
        made = EmbeddedBroker(sqlite_sessions, clock)
    else:
        made = RabbitBroker(request.getfixturevalue("broker_url"))
    yield made
    made.close()


@pytest.fixture
def queue(broker: Broker, request: pytest.FixtureRequest, sqlite_sessions: Sessions) -> str:
    code = request.getfixturevalue("channel_code") if isinstance(broker, RabbitBroker) else "ch1"
    with sqlite_sessions.begin() as session:
        clinic = register_organisation(session, kind="clinic", name="МО", codes={"mcod": "630001"})
        register_channel(
            session, code=code, organisation_id=clinic.id, dialect="generic", user_id="guest", senders=[clinic.id]
        )
    name = queue_name(code, "in")
    broker.declare([name])
    return name


def message(queue: str, text: str, **properties: str) -> Message:
    return Message(queue, text.encode(), str(uuid.uuid4()).upper(), "PERS", properties)


def taken(broker: Broker, queue: str, limit: int = 10) -> list[str]:
    return [delivery.message.body.decode() for delivery in broker.take([queue], limit, 2)]


def test_messages_come_in_order_with_their_properties(broker: Broker, queue: str) -> None:
    first, second = message(queue, "первое", correlation_id="C-1"), message(queue, "второе")
    broker.publish(first)
    broker.publish(second)
    time.sleep(0.3)
    got = list(broker.take([queue], 1, 5)) + list(broker.take([queue], 5, 5))
    assert [one.message.body.decode() for one in got] == ["первое", "второе"]
    assert [one.message.message_id for one in got] == [first.message_id, second.message_id]
    assert got[0].message.type == "PERS"
    assert got[0].message.queue == queue
    assert got[0].message.properties["correlation_id"] == "C-1"


def test_an_acknowledged_message_never_comes_again(broker: Broker, queue: str, clock: FixedClock) -> None:
    broker.publish(message(queue, "раз"))
    (delivery,) = broker.take([queue], 10, 5)
    broker.ack(delivery)
    time.sleep(0.5)
    broker.close()
    clock.move(LEASE + timedelta(seconds=1))
    assert broker.take([queue], 10, 0.5) == []


def test_a_message_not_acknowledged_comes_again_and_says_so(broker: Broker, queue: str, clock: FixedClock) -> None:
    broker.publish(message(queue, "раз"))
    (delivery,) = broker.take([queue], 10, 5)
    assert not delivery.redelivered
    broker.close()
    clock.move(LEASE + timedelta(seconds=1))
    (again,) = broker.take([queue], 10, 5)
    assert again.message.body == "раз".encode()
    assert again.redelivered


def test_a_rejected_message_comes_again_at_once(broker: Broker, queue: str) -> None:
    broker.publish(message(queue, "раз"))
    (delivery,) = broker.take([queue], 10, 5)
    broker.reject(delivery)
    assert taken(broker, queue) == ["раз"]


def test_a_message_to_no_queue_is_undeliverable(broker: Broker, queue: str) -> None:
    for name in (f"tfoms.nobody{uuid.uuid4().hex}.out", f"{queue}.nonsense"):
        with pytest.raises(Undeliverable):
            broker.publish(message(name, "никому"))
    broker.publish(message(queue, "кому-то"))
    assert taken(broker, queue) == ["кому-то"]


def test_deliveries_end_with_silence(broker: Broker, queue: str) -> None:
    for number in range(3):
        broker.publish(message(queue, str(number)))
    got = []
    for delivery in broker.deliveries([queue], 1):
        broker.ack(delivery)
        got.append(delivery.message.body.decode())
    assert got == ["0", "1", "2"]


def test_the_channel_is_read_from_the_name_of_the_queue() -> None:
    assert channel_of("tfoms.ch1.in.answer") == "ch1"
    assert channel_of("foreign.queue") == ""


@pytest.mark.broker
def test_a_queue_of_the_hub_can_be_declared_by_its_other_user_without_arguments(
    broker_url: str, channel_code: str
) -> None:
    broker = RabbitBroker(broker_url)
    name = queue_name(channel_code, "out.answer")
    broker.declare([name])
    broker.close()
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    connection.channel().queue_declare(name, durable=True)
    connection.close()


@pytest.mark.broker
def test_published_messages_are_persistent_and_named_as_the_contract_says(broker_url: str, channel_code: str) -> None:
    broker = RabbitBroker(broker_url)
    name = queue_name(channel_code, "out.answer")
    broker.declare([name])
    sent = message(name, "<ANSWER/>", correlation_id="ABC")
    broker.publish(sent)
    broker.close()
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    _, properties, body = connection.channel().basic_get(name, auto_ack=True)
    connection.close()
    assert body == b"<ANSWER/>"
    assert properties.delivery_mode == 2
    assert (properties.app_id, properties.type, properties.message_id) == ("TFOMS", "PERS", sent.message_id)
    assert (properties.content_type, properties.content_encoding) == ("Xml", "utf-8")
    assert properties.correlation_id == "ABC"


def test_a_broker_that_is_away_is_a_passing_trouble() -> None:
    broker = RabbitBroker("amqp://guest:guest@127.0.0.1:1/")
    assert not broker.ready()
    with pytest.raises(Retryable):
        broker.publish(message("tfoms.ch1.out", "никуда"))
    broker.close()


@pytest.mark.broker
def test_publishing_and_consuming_go_on_after_the_connections_were_cut(
    proxied_url: str, proxy: Proxy, channel_code: str
) -> None:
    broker = RabbitBroker(proxied_url)
    name = queue_name(channel_code, "out")
    broker.declare([name])
    broker.publish(message(name, "до обрыва"))
    (before,) = broker.take([name], 10, 5)
    assert proxy.cut() == 2
    broker.ack(before)  # too late: it comes again
    broker.publish(message(name, "после обрыва"))
    got = broker.take([name], 10, 10)
    got += broker.take([name], 10, 1)
    assert sorted(one.message.body.decode() for one in got) == ["до обрыва", "после обрыва"]
    broker.close()


def add_outgoing(sessions: Sessions, count: int, queue: str) -> list[str]:
    ids = [str(uuid.uuid4()).upper() for _ in range(count)]
    with sessions.begin() as session:
        session.add_all(
            OutboxMessage(
                queue=queue, kind="ANSWER", message_id=one, properties={"type": "ANSWER"}, body=b"<A/>",
                available_at=NOW, created_at=NOW,
            )
            for one in ids
        )  # fmt: skip
    return ids


class RecordingBroker(EmbeddedBroker):
    """Notes what is published and fails where told."""

    def __init__(self, clock: FixedClock, *, fail_at: int | None = None, missing: frozenset[str] = frozenset()) -> None:
        self.sent: list[str] = []
        self._fail_at = fail_at
        self._missing = missing
        self.clock = clock

    def publish(self, message: Message) -> None:
        if len(self.sent) == self._fail_at:
            raise Retryable("away")
        if message.queue in self._missing:
            raise Undeliverable(message.queue)
        self.sent.append(message.message_id)


def drain(sessions: Sessions, broker: RecordingBroker) -> int:
    with sessions.begin() as session:
        batch = outbox.take_batch(session, broker.clock)
    delivered = outbox.publish_batch(broker, batch)
    with sessions.begin() as session:
        outbox.note_delivered(session, batch, delivered, broker.clock)
    return len(batch)


def statuses(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return [row.status for row in session.query(OutboxMessage).order_by(OutboxMessage.id)]


def test_the_outbox_is_published_once_in_order(sessions: Sessions, clock: FixedClock) -> None:
    ids = add_outgoing(sessions, 3, "tfoms.ch1.out")
    broker = RecordingBroker(clock)
    assert drain(sessions, broker) == 3
    assert drain(sessions, broker) == 0
    assert broker.sent == ids
    assert statuses(sessions) == ["published"] * 3


def test_what_a_lost_broker_did_not_confirm_is_published_later_under_the_same_id(
    sessions: Sessions, clock: FixedClock
) -> None:
    ids = add_outgoing(sessions, 3, "tfoms.ch1.out")
    drain(sessions, RecordingBroker(clock, fail_at=1))
    assert statuses(sessions) == ["published", "queued", "queued"]
    clock.move(timedelta(seconds=6))
    later = RecordingBroker(clock)
    drain(sessions, later)
    assert later.sent == ids[1:]


def test_a_message_no_queue_takes_stays_in_sight_and_keeps_none_waiting(sessions: Sessions, clock: FixedClock) -> None:
    add_outgoing(sessions, 1, "tfoms.gone.out")
    (good,) = add_outgoing(sessions, 1, "tfoms.ch1.out")
    broker = RecordingBroker(clock, missing=frozenset({"tfoms.gone.out"}))
    drain(sessions, broker)
    assert broker.sent == [good]
    assert statuses(sessions) == ["undeliverable", "published"]


def test_several_drains_publish_each_message_once(sessions: Sessions, clock: FixedClock) -> None:
    ids = add_outgoing(sessions, 230, "tfoms.ch1.out")
    brokers = [RecordingBroker(clock) for _ in range(3)]

    def work(broker: RecordingBroker) -> None:
        while drain(sessions, broker):
            pass

    threads = [threading.Thread(target=work, args=(one,)) for one in brokers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(number for one in brokers for number in one.sent) == sorted(ids)
    assert statuses(sessions) == ["published"] * 230


@pytest.mark.broker
def test_a_wire_that_died_of_idleness_is_no_broker_away(proxied_url: str, proxy: Proxy) -> None:
    broker = RabbitBroker(proxied_url)
    try:
        assert broker.ready()
        proxy.cut()
        assert broker.ready()
    finally:
        broker.close()
