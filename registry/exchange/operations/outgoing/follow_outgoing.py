"""What becomes of packets the hub has sent: delivered, acknowledged, overdue, sent again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.core.outcomes import PacketStatus as S
from registry.exchange.content import ANSWER, pieces_of, store_content
from registry.exchange.operations.outgoing.send_out import AMQP, due_after
from registry.exchange.options import Options
from registry.exchange.tables import JournalEntry, OutboxMessage, OutgoingPacket, Packet

#: A packet in these states has not reached its receiver yet, or again.
UNDELIVERED = (S.WAITING, S.OVERDUE, S.SENT_AGAIN, S.UNDELIVERABLE)
SETTLED = (S.ACKNOWLEDGED, S.REJECTED)
PORTION = 500


def deliver(session: Session, one: OutgoingPacket, by: str, now: datetime) -> None:
    """Note that the receiver has the bytes; whoever takes them again changes nothing."""
    if one.status in UNDELIVERED:
        one.delivered_at, one.delivered_by, one.error = now, by[:60], ""
        _move(session, one, S.DELIVERED)


def acknowledge(session: Session, one: OutgoingPacket, by: str, now: datetime, refusal: str = "") -> bool:
    """Note that the receiver has taken a packet in, or what it refused it for; False when that was known."""
    if one.status in SETTLED:
        return False
    one.acknowledged_at, one.acknowledged_by, one.error = now, by[:60], refusal[:2000]
    if one.delivered_at is None:
        one.delivered_at, one.delivered_by = now, by[:60]
    _move(session, one, S.REJECTED if refusal else S.ACKNOWLEDGED)
    return True


def send_again(session: Session, chosen: Sequence[OutgoingPacket], options: Options, now: datetime) -> int:
    """Send packets once more under their own ids, settled ones left as they are; return how many there were."""
    again = [one for one in chosen if one.status not in SETTLED]
    for one in again:
        one.resent_at, one.resends, one.due_at = now, one.resends + 1, due_after(one.way, now, options)
        one.error = ""
        _move(session, one, S.SENT_AGAIN)
    messages = [one.id for one in again if one.way == AMQP]
    if messages:
        values = {"status": "queued", "available_at": now, "error": ""}
        session.execute(update(OutboxMessage).where(OutboxMessage.packet_id.in_(messages)).values(values))
    return len(again)


def follow_overdue(session: Session, options: Options, now: datetime) -> tuple[int, int]:
    """Send what was not answered in time again as often as the settings say, then mark it overdue.

    Messages are sent again (RabbitMQ layer, clause 2.3); a file waits in its tray and is only marked. One portion;
    called until it returns nothing.
    """
    open_ = OutgoingPacket.status.in_((S.WAITING, S.DELIVERED, S.SENT_AGAIN))
    late = select(OutgoingPacket).where(OutgoingPacket.due_at < now, open_).order_by(OutgoingPacket.due_at)
    found = session.scalars(late.limit(PORTION).with_for_update(skip_locked=True)).all()
    most = int(options["outgoing_resends"])
    again = [one for one in found if one.way == AMQP and one.status != S.WAITING and one.resends < most]
    send_again(session, again, options, now)
    overdue = [one for one in found if one not in again]
    for one in overdue:
        _move(session, one, S.OVERDUE)
    session.flush()
    return len(again), len(overdue)


@dataclass(frozen=True, slots=True)
class Told:
    """What an installation answered to a message of ours: to which, what it refused it for, and its bytes."""

    message_id: str
    refusal: str
    raw: bytes


def note_answer(session: Session, channel_id: int | None, told: Told, by: str, now: datetime) -> bool:
    """Note the answer to a message that went to this channel; False when there is none of that id."""
    query = select(OutboxMessage).where(
        OutboxMessage.message_id == told.message_id.upper(), OutboxMessage.channel_id == channel_id
    )
    message = session.scalar(query.with_for_update())
    if message is None:
        return False
    message.status = "answered_error" if told.refusal else "answered_ok"
    message.error = told.refusal
    one = session.get(OutgoingPacket, message.packet_id, with_for_update=True) if message.packet_id else None
    if one is not None and acknowledge(session, one, by, now, told.refusal):
        store_content(session, one.id, ANSWER, pieces_of(told.raw))
    return True


def note_published(session: Session, published: Iterable[int], undeliverable: Iterable[int], now: datetime) -> None:
    """Carry over what became of messages of the outbox to the packets they are of, answers left alone."""
    for ids, status in ((published, S.DELIVERED), (undeliverable, S.UNDELIVERABLE)):
        wanted = list(ids)
        if not wanted:
            continue
        packets = select(OutboxMessage.packet_id).where(OutboxMessage.id.in_(wanted))
        rows = session.scalars(
            select(OutgoingPacket).where(OutgoingPacket.id.in_(packets), OutgoingPacket.status.in_(UNDELIVERED))
        )
        for one in rows:
            if status is S.DELIVERED:
                deliver(session, one, AMQP, now)
            else:
                one.error = "Очередь не найдена у брокера."
                _move(session, one, status)


def _move(session: Session, one: OutgoingPacket, status: S) -> None:
    """The packet and its journal line say the same as its row."""
    one.status = status.value
    session.get_one(Packet, one.id).status = status.value
    entry = session.get_one(JournalEntry, one.id)
    entry.status, entry.text = status.value, one.error
