"""RabbitMQ behind the broker's face (RabbitMQ layer, clauses 2.1–2.3).

Consuming has an I/O thread of its own that does nothing else, so that long work never costs the connection; messages
are acknowledged on it when the work is committed. Publishing has its own connection and waits for each confirm.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pika
import structlog
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, NackError, UnroutableError

from registry.core.errors import Retryable
from registry.exchange.broker import PREFETCH, Broker, Delivery, Message, Undeliverable

HEARTBEAT = 30
PATIENCE = 10.0
LONGEST_PAUSE = 30.0
OWN = {"app_id": "TFOMS", "content_type": "Xml", "content_encoding": "utf-8", "delivery_mode": 2}
KNOWN = ("app_id", "user_id", "correlation_id", "reply_to", "content_type", "content_encoding", "expiration")
Troubles = (AMQPError, OSError)

log = structlog.get_logger("hub.broker")


class RabbitBroker(Broker):
    """The broker of production: publisher confirms, acknowledgements after the commit, connections made again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._guard = threading.Lock()
        self._publisher: BlockingChannel | None = None
        self._consumer: Consumer | None = None

    def declare(self, queues: Sequence[str]) -> None:
        """Declare durable queues without arguments, as the МИС does: any argument would make its declaration fail."""
        with self._guard:
            try:
                channel = self._channel()
                for name in queues:
                    channel.queue_declare(name, durable=True)
            except Troubles as trouble:
                self._drop()
                raise Retryable(_told(trouble)) from None

    def publish(self, message: Message) -> None:
        """Publish persistently and wait for the confirm; a connection found dead is made again once."""
        with self._guard:
            for last in (False, True):
                fresh = self._publisher is None
                try:
                    self._publish(message)
                except (UnroutableError, NackError) as refusal:
                    raise Undeliverable(_told(refusal)) from None
                except Troubles as trouble:
                    self._drop()
                    if last or fresh:
                        log.warning("broker away", trouble=_told(trouble))
                        raise Retryable(_told(trouble)) from None
                else:
                    return

    def take(self, queues: Sequence[str], limit: int, timeout: float) -> list[Delivery]:
        """Return what the I/O thread has received; the first call for these queues starts it."""
        consumer = self._consuming(tuple(queues))
        batch: list[Delivery] = []
        try:
            batch.append(consumer.received.get(timeout=timeout))
            while len(batch) < limit:
                batch.append(consumer.received.get_nowait())
        except queue.Empty:
            log.debug("nothing more has come", taken=len(batch))
        return batch

    def ack(self, delivery: Delivery) -> None:
        """Acknowledge on the I/O thread; when its connection is gone the message comes again and is known."""
        if self._consumer is not None:
            self._consumer.settle(delivery, lambda channel, tag: channel.basic_ack(tag))

    def reject(self, delivery: Delivery) -> None:
        """Put the message back into its queue."""
        if self._consumer is not None:
            self._consumer.settle(delivery, lambda channel, tag: channel.basic_nack(tag, requeue=True))

    def ready(self) -> bool:
        """Tell whether a connection can be had now; one that died of idleness is made again first."""
        with self._guard:
            for fresh in (self._publisher is None, True):
                try:
                    self._channel().connection.process_data_events(0)
                except Troubles as trouble:
                    self._drop()
                    if fresh:
                        log.warning("broker away", trouble=_told(trouble))
                        return False
                else:
                    return True
            return False

    def close(self) -> None:
        """Close both connections; what was not acknowledged is delivered again."""
        if self._consumer is not None:
            self._consumer.stop()
            self._consumer = None
        with self._guard:
            self._drop()

    def _consuming(self, queues: tuple[str, ...]) -> Consumer:
        if self._consumer is not None and self._consumer.queues == queues:
            return self._consumer
        if self._consumer is not None:
            self._consumer.stop()
        self._consumer = Consumer(self._url, queues)
        self._consumer.start()
        return self._consumer

    def _publish(self, message: Message) -> None:
        known = {name: message.properties[name] for name in KNOWN if message.properties.get(name)}
        properties = pika.BasicProperties(message_id=message.message_id, type=message.type, **{**OWN, **known})
        self._channel().basic_publish("", message.queue, message.body, properties, mandatory=True)

    def _channel(self) -> BlockingChannel:
        if self._publisher is None or not self._publisher.is_open:
            self._publisher = connect(self._url).channel()
            self._publisher.confirm_delivery()
        return self._publisher

    def _drop(self) -> None:
        channel, self._publisher = self._publisher, None
        if channel is not None:
            _close(channel.connection)


class Consumer(threading.Thread):
    """The I/O thread: keeps a connection, hands out messages, acknowledges what it is told to."""

    def __init__(self, url: str, queues: tuple[str, ...]) -> None:
        super().__init__(name="rabbit", daemon=True)
        self.queues = queues
        self.received: queue.Queue[Delivery] = queue.Queue()
        self._url = url
        self._stopping = threading.Event()
        self._channel: BlockingChannel | None = None
        self._generation = 0

    def run(self) -> None:
        """Consume; after any trouble pause, each time longer, and connect again."""
        pause = 1.0
        while not self._stopping.is_set():
            try:
                connection = self._open()
                pause = 1.0
                while not self._stopping.is_set():
                    connection.process_data_events(0.2)
                _close(connection)
            except Troubles as trouble:
                log.warning("broker away", trouble=_told(trouble), pause=pause)
                self._channel = None
                self._stopping.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """End the thread and its connection."""
        self._stopping.set()
        if self.is_alive():
            self.join(PATIENCE)

    def settle(self, delivery: Delivery, how: Callable[[BlockingChannel, int], None]) -> None:
        """Acknowledge or give back on the I/O thread, unless the connection the message came by is gone."""
        generation, tag = delivery.tag
        channel = self._channel
        if channel is None:
            return

        def act() -> None:
            if generation == self._generation and channel.is_open:
                how(channel, tag)

        try:
            channel.connection.add_callback_threadsafe(act)
        except Troubles:
            log.info("acknowledgement too late: the message will come again")

    def _open(self) -> BlockingConnection:
        connection = connect(self._url)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=PREFETCH)
        self._generation += 1
        self._empty()
        for name in self.queues:
            channel.queue_declare(name, durable=True)
            channel.basic_consume(name, partial(self._receive, name))
        self._channel = channel
        return connection

    def _receive(self, name: str, channel: BlockingChannel, method: Any, properties: Any, body: bytes) -> None:
        if channel.is_open:
            tag = (self._generation, method.delivery_tag)
            self.received.put(Delivery(_message(name, properties, body), tag, bool(method.redelivered)))

    def _empty(self) -> None:
        """Forget what came by a lost connection: the broker delivers it again."""
        while True:
            try:
                self.received.get_nowait()
            except queue.Empty:
                return


def connect(url: str) -> BlockingConnection:
    """A connection with a heartbeat, limited in how long it waits for anything."""
    parameters = pika.URLParameters(url)
    parameters.heartbeat = HEARTBEAT
    parameters.blocked_connection_timeout = PATIENCE
    parameters.socket_timeout = PATIENCE
    parameters.stack_timeout = PATIENCE
    parameters.connection_attempts = 1
    parameters.client_properties = {"connection_name": f"tfoms-hub {threading.current_thread().name}"}
    return BlockingConnection(parameters)


def _message(name: str, properties: Any, body: bytes) -> Message:
    known = {key: getattr(properties, key) for key in KNOWN if getattr(properties, key, None)}
    return Message(name, body, properties.message_id or "", properties.type or "", known)


def _close(connection: BlockingConnection) -> None:
    try:
        if connection.is_open:
            connection.close()
    except Troubles as trouble:
        log.debug("connection was gone already", trouble=_told(trouble))


def _told(trouble: BaseException) -> str:
    """The kind of the trouble: the text of a broker's error may hold an address with a password."""
    return type(trouble).__name__
