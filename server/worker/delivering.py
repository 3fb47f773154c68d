"""The outbox into the queues: at least once, confirmed, under ids that never change."""

from __future__ import annotations

import threading

import structlog

from registry.exchange.outbox import note_delivered, publish_batch, take_batch
from registry.store.troubles import is_passing
from server.bootstrap import Hub

IDLE_PAUSE = 0.25
TROUBLE_PAUSE = 5.0

log = structlog.get_logger("hub.outbox")


class Delivering:
    """Drains the outbox; several may do so at once."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def run(self, stop: threading.Event) -> None:
        """Publish until told to stop; troubles with database or broker are waited out."""
        while not stop.is_set():
            try:
                count, trouble = self.drain()
            except Exception as error:
                if not is_passing(error):
                    raise
                count, trouble = 0, type(error).__name__
            if trouble:
                log.warning("outbox waits", error=trouble)
            if trouble or not count:
                stop.wait(TROUBLE_PAUSE if trouble else IDLE_PAUSE)

    def drain(self) -> tuple[int, str]:
        """Publish one batch; return how many were taken and what trouble stopped it, if any."""
        clock = self._hub.context.clock
        with self._hub.sessions.begin() as session:
            batch = take_batch(session, clock)
        if not batch:
            return 0, ""
        delivered = publish_batch(self._hub.broker, batch)
        with self._hub.sessions.begin() as session:
            note_delivered(session, batch, delivered, clock)
        if delivered.undeliverable:
            log.error("no queue took the message", alarm=True, outbox=list(delivered.undeliverable))
        return len(batch), delivered.trouble
