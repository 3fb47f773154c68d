"""The broker's face, and the embedded queues that stand in for RabbitMQ with the same names, properties and XML."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from registry.core.clock import Clock
from registry.exchange.tables import Channel, QueueMessage
from registry.store.engine import start_writing

INCOMING = ("in", "in.answer")
OUTGOING = ("out", "out.answer")
LEASE = timedelta(seconds=60)
PREFETCH = 50
PAUSE = 0.2


class Undeliverable(Exception):
    """No queue took the message; it stays in the outbox in sight of an operator."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its queue, body, and the AMQP properties it travels with (RabbitMQ layer, clause 2.1)."""

    queue: str
    body: bytes
    message_id: str
    type: str = ""
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message handed to us; ``tag`` is what the broker knows it by until it is acknowledged."""

    message: Message
    tag: Any
    redelivered: bool = False


class Broker(ABC):
    """What the hub needs of a broker. A message not acknowledged is delivered again."""

    @abstractmethod
    def declare(self, queues: Sequence[str]) -> None:
        """Make queues that are not there: durable and without arguments, as their other users declare them."""

    @abstractmethod
    def publish(self, message: Message) -> None:
        """Return when the broker has confirmed; ``Undeliverable`` without a queue, ``Retryable`` without a broker."""

    @abstractmethod
    def take(self, queues: Sequence[str], limit: int, timeout: float) -> list[Delivery]:
        """Return what is there, at most ``limit``; wait up to ``timeout`` seconds when there is nothing."""

    @abstractmethod
    def ack(self, delivery: Delivery) -> None:
        """Tell that the message is stored; called after the commit."""

    @abstractmethod
    def reject(self, delivery: Delivery) -> None:
        """Give a message back: it could not be stored now and is delivered again."""

    @abstractmethod
    def ready(self) -> bool:
        """Tell whether the broker answers."""

    @abstractmethod
    def close(self) -> None:
        """Let go of everything; unacknowledged messages are delivered again."""

    def deliveries(self, queues: Sequence[str], timeout: float) -> Iterator[Delivery]:
        """Yield one message after the other until none came for ``timeout`` seconds."""
        while batch := self.take(queues, 1, timeout):
            yield from batch


def queue_name(channel: str, part: str) -> str:
    """The queue of a channel: ``in``, ``in.answer``, ``out`` or ``out.answer`` (clause 2.2)."""
    return f"tfoms.{channel}.{part}"


def channel_of(queue: str) -> str:
    """The code of the channel a queue belongs to, empty for a queue that is not the hub's."""
    prefix, _, rest = queue.partition(".")
    return rest.split(".")[0] if prefix == "tfoms" else ""


class EmbeddedBroker(Broker):
    """Queues in the hub's own database, for an installation without RabbitMQ."""

    def __init__(self, sessions: sessionmaker[Session], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def declare(self, queues: Sequence[str]) -> None:
        """Every queue of a registered channel is there."""

    def publish(self, message: Message) -> None:
        """Put the message into its queue; a queue exists for every registered channel."""
        with self._sessions.begin() as session:
            known = session.execute(select(Channel.id).where(Channel.code == channel_of(message.queue))).first()
            if known is None or message.queue.partition(f"{channel_of(message.queue)}.")[2] not in INCOMING + OUTGOING:
                raise Undeliverable(message.queue)
            properties = {**message.properties, "message_id": message.message_id, "type": message.type}
            now = self._clock.now()
            session.add(QueueMessage(queue=message.queue, properties=properties, body=message.body, created_at=now))

    def take(self, queues: Sequence[str], limit: int, timeout: float) -> list[Delivery]:
        """Lease what is there until it is acknowledged, oldest first."""
        deadline = time.monotonic() + timeout
        while not (batch := self._lease(queues, limit)) and time.monotonic() < deadline:
            time.sleep(min(PAUSE, timeout))
        return batch

    def ack(self, delivery: Delivery) -> None:
        """Remove the message."""
        with self._sessions.begin() as session:
            session.execute(delete(QueueMessage).where(QueueMessage.id == delivery.tag))

    def reject(self, delivery: Delivery) -> None:
        """End the lease."""
        with self._sessions.begin() as session:
            session.execute(update(QueueMessage).where(QueueMessage.id == delivery.tag).values(leased_until=None))

    def ready(self) -> bool:
        """The queues are there as long as the database is, which is asked about by itself."""
        return True

    def close(self) -> None:
        """Nothing is held."""

    def _lease(self, queues: Sequence[str], limit: int) -> list[Delivery]:
        with self._sessions.begin() as session:
            now = self._clock.now()
            free = or_(QueueMessage.leased_until.is_(None), QueueMessage.leased_until < now)
            wanted = select(QueueMessage).where(QueueMessage.queue.in_(queues), free).order_by(QueueMessage.id)
            wanted = wanted.limit(limit).with_for_update(skip_locked=True)
            if session.connection().dialect.name == "sqlite":
                if session.execute(wanted).first() is None:
                    return []
                start_writing(session.connection())
            rows = list(session.execute(wanted.execution_options(populate_existing=True)).scalars())
            for row in rows:
                row.leased_until, row.deliveries = now + LEASE, row.deliveries + 1
            return [_delivery(row) for row in rows]


def _delivery(row: QueueMessage) -> Delivery:
    properties = dict(row.properties)
    message_id, kind = str(properties.pop("message_id", "")), str(properties.pop("type", ""))
    return Delivery(Message(row.queue, row.body, message_id, kind, properties), row.id, row.deliveries > 1)
