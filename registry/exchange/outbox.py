"""The outbox: what was written with its cause is delivered after the commit, at least once, under one message id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.core.clock import Clock
from registry.core.errors import Retryable
from registry.exchange.broker import Broker, Message, Undeliverable
from registry.exchange.operations.outgoing.follow_outgoing import note_published
from registry.exchange.tables import OutboxMessage
from registry.store.engine import start_writing

QUEUED, PUBLISHED, UNDELIVERABLE = "queued", "published", "undeliverable"
LEASE = timedelta(seconds=30)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of a batch: ids by fate, and the reason of the trouble that stopped it."""

    published: Sequence[int]
    undeliverable: Sequence[int]
    trouble: str = ""


def send_undeliverable_again(session: Session, clock: Clock) -> int:
    """Queue anew what the broker had no queue for; returns how many."""
    again = update(OutboxMessage).where(OutboxMessage.status == UNDELIVERABLE).returning(OutboxMessage.id)
    values = {"status": QUEUED, "available_at": clock.now(), "attempts": 0, "error": ""}
    return len(session.execute(again.values(values).execution_options(synchronize_session=False)).all())


def take_batch(session: Session, clock: Clock, limit: int = BATCH) -> list[OutboxMessage]:
    """Take the oldest queued messages for the time of a lease; another drain gets others."""
    now = clock.now()
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.status == QUEUED, OutboxMessage.available_at <= now)
        .order_by(OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if session.connection().dialect.name == "sqlite":
        if session.execute(due).first() is None:
            return []
        start_writing(session.connection())
    batch = list(session.execute(due.execution_options(populate_existing=True)).scalars())
    for message in batch:
        message.available_at = now + LEASE
        message.attempts += 1
    session.flush()
    return batch


def publish_batch(broker: Broker, batch: Sequence[OutboxMessage]) -> Delivered:
    """Publish outside of any transaction, in order; stop at the first trouble with the broker itself."""
    published: list[int] = []
    undeliverable: list[int] = []
    for row in batch:
        properties = dict(row.properties)
        message = Message(row.queue, row.body, row.message_id, str(properties.pop("type", row.kind)), properties)
        try:
            broker.publish(message)
        except Undeliverable:
            undeliverable.append(row.id)
        except Retryable as trouble:
            return Delivered(published, undeliverable, str(trouble) or type(trouble).__name__)
        else:
            published.append(row.id)
    return Delivered(published, undeliverable)


def note_delivered(session: Session, batch: Sequence[OutboxMessage], delivered: Delivered, clock: Clock) -> None:
    """Note what was confirmed and what no queue took; the rest is queued again at once."""
    now = clock.now()
    values = {"status": PUBLISHED, "published_at": now, "error": ""}
    _change(session, delivered.published, values)
    _change(session, delivered.undeliverable, {"status": UNDELIVERABLE, "error": "Очередь не найдена у брокера."})
    note_published(session, delivered.published, delivered.undeliverable, now)
    rest = {row.id for row in batch} - {*delivered.published, *delivered.undeliverable}
    _change(session, sorted(rest), {"available_at": now + timedelta(seconds=5), "error": delivered.trouble})


def _change(session: Session, ids: Sequence[int], values: dict[str, object]) -> None:
    if ids:
        queued = update(OutboxMessage).where(OutboxMessage.id.in_(ids), OutboxMessage.status == QUEUED)
        session.execute(queued.values(values).execution_options(synchronize_session=False))
