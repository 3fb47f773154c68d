"""Putting messages of an answer into the outbox, under ids that never change."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange.dialects.base import Answer
from registry.exchange.tables import OutboxMessage, Packet


def queue_messages(session: Session, packet: Packet, answer: Answer, now: datetime) -> None:
    """Add the answer's messages to the outbox, in the transaction of the outcomes they tell about."""
    for queue, kind, properties, body in answer.messages:
        session.add(
            OutboxMessage(
                packet_id=packet.id,
                channel_id=packet.properties.get("channel_id"),
                queue=queue,
                kind=kind,
                message_id=str(uuid.uuid4()).upper(),
                properties={"type": kind, **properties},
                body=body,
                available_at=now,
                created_at=now,
            )
        )


def queue_again(session: Session, packet: Packet, now: datetime) -> int:
    """Send the messages of a repeated packet once more under their own ids; return how many there are."""
    messages = session.scalars(select(OutboxMessage).where(OutboxMessage.packet_id == packet.id)).all()
    for message in messages:
        message.status = "queued"
        message.available_at = now
    return len(messages)
