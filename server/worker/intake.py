"""Messages from queues into the database: stored first, acknowledged after the commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import structlog

from registry.core.errors import Retryable
from registry.exchange.broker import INCOMING, OUTGOING, Delivery, channel_of, queue_name
from registry.exchange.pipeline import Incoming, receive
from registry.exchange.queries.upkeep.channels import dialects_of_channels
from registry.store.troubles import is_passing
from server.bootstrap import Hub
from server.logs import incident

BATCH = 20
SILENCE = 0.5
CHANNELS_FOR = 30.0
TROUBLE_PAUSE = 5.0

log = structlog.get_logger("hub.intake")


class Intake:
    """Takes what the МИС send. What lies ready is stored in one transaction; each message is still its own packet."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._dialects: dict[str, str] = {}
        self._read_at = 0.0

    def run(self, stop: threading.Event) -> None:
        """Store and acknowledge until told to stop; troubles with database or broker are waited out."""
        while not stop.is_set():
            try:
                queues = self._queues()
                if not queues:
                    stop.wait(CHANNELS_FOR / 10)
                elif batch := self._hub.broker.take(queues, BATCH, SILENCE):
                    self.store(batch, stop)
            except Exception as error:
                if not isinstance(error, Retryable) and not is_passing(error):
                    raise
                log.warning("intake waits", error=type(error).__name__)
                stop.wait(TROUBLE_PAUSE)

    def store(self, batch: Sequence[Delivery], stop: threading.Event) -> None:
        """Store a batch, or when that fails one by one, so that one bad message keeps no other waiting."""
        try:
            with self._hub.sessions.begin() as session:
                for delivery in batch:
                    receive(session, self._incoming(delivery), self._hub.context)
        except Exception as error:  # noqa: BLE001 - the message stays at the broker whatever went wrong
            if len(batch) > 1:
                for delivery in batch:
                    self.store([delivery], stop)
            else:
                self._give_back(batch[0], error, stop)
        else:
            for delivery in batch:
                self._hub.broker.ack(delivery)

    def _give_back(self, delivery: Delivery, error: Exception, stop: threading.Event) -> None:
        passing = isinstance(error, Retryable) or is_passing(error)
        known = {"queue": delivery.message.queue, "message_id": delivery.message.message_id}
        if passing:
            log.warning("message not stored, it will come again", error=type(error).__name__, **known)
        else:
            log.error("message not stored", incident=incident(), exc_info=error, **known)
        stop.wait(TROUBLE_PAUSE)
        self._hub.broker.reject(delivery)

    def _incoming(self, delivery: Delivery) -> Incoming:
        message = delivery.message
        code = channel_of(message.queue)
        properties = {
            **message.properties,
            "queue": message.queue,
            "channel": code,
            "message_id": message.message_id,
            "type": message.type,
            "redelivered": delivery.redelivered,
        }
        dialect = self._dialects[code]
        return Incoming(
            channel="amqp", dialect=dialect, operation=message.type, raw=message.body, properties=properties
        )

    def _queues(self) -> list[str]:
        """The incoming queues of the active channels; read again every half minute, a new channel is served then."""
        if time.monotonic() - self._read_at > CHANNELS_FOR or not self._dialects:
            with self._hub.sessions() as session:
                found = dialects_of_channels(session)
            if found != self._dialects:
                self._hub.broker.declare([queue_name(code, part) for code in found for part in INCOMING + OUTGOING])
            self._dialects, self._read_at = found, time.monotonic()
        return [queue_name(code, part) for code in self._dialects for part in INCOMING]
