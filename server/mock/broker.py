"""The embedded queues of the sandbox: an answer may be late, come more than once under one id, or be lost."""

from __future__ import annotations

import time
from typing import Any

from registry.exchange.broker import EmbeddedBroker, Message
from server.mock.scenario import Step

DELAY, DROP, DUPLICATE = "x-mock-delay-ms", "x-mock-drop", "x-mock-duplicate"
Queued = tuple[str, str, dict[str, Any], bytes]


def mark(message: Queued, step: Step) -> Queued:
    """The message with what is to happen to it on its way."""
    queue, type_, properties, body = message
    wanted = {DELAY: step.delay_ms, DROP: int(step.drop), DUPLICATE: step.duplicate}
    return queue, type_, {**properties, **{name: value for name, value in wanted.items() if value}}, body


class ScriptedBroker(EmbeddedBroker):
    """Does to a marked message what its step says; the mark itself does not travel."""

    def publish(self, message: Message) -> None:
        """Wait, lose or repeat, then publish."""
        properties = dict(message.properties)
        delay, lost, more = (int(properties.pop(name, 0)) for name in (DELAY, DROP, DUPLICATE))
        time.sleep(delay / 1000)
        plain = Message(message.queue, message.body, message.message_id, message.type, properties)
        for _ in range(0 if lost else 1 + more):
            super().publish(plain)
