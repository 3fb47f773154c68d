"""The queue to the central segment: messages, the files they went in, what was answered to each sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier

TO_SEND = "state IN ('waiting', 'resend')"
UNDER_WAY = "state IN ('sent', 'taken')"


class CentralLook(Base):
    """A look for acts the central segment is to be told of; ``mark`` is the highest number of an act at that time."""

    __tablename__ = "central_look"

    id: Mapped[Identifier]
    made_at: Mapped[datetime]
    mark: Mapped[int] = mapped_column(BigId)


class CentralMessage(Base):
    """One message: the notice of an act of the history, or a question about a person.

    ``history_id`` is the act, ``pair_history_id`` that of the other record of a join or a separation, ``other_id`` its
    person. ``trigger`` is A03, A08, A13, A24, A37, ZP1 or GPD, the question to the federal register; ``state`` one of
    ``registry.central.words.State``. ``control_id`` is what the message is known by (MSH.10, externalRequestId): a
    resending keeps it while nothing was answered, and gets a new one after a refusal. ``question`` is what was asked,
    ``answer`` what the other register holds.
    """

    __tablename__ = "central_message"

    id: Mapped[Identifier]
    history_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person_history.id"), unique=True)
    pair_history_id: Mapped[int | None] = mapped_column(BigId)
    person_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("person.id"))
    other_id: Mapped[int | None] = mapped_column(BigId)
    trigger: Mapped[str] = mapped_column(String(3))
    event: Mapped[str] = mapped_column(String(4), default="")
    state: Mapped[str] = mapped_column(String(12))
    control_id: Mapped[str] = mapped_column(String(36))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    available_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    code: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    question: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_central_message_person_id", "person_id"),
        Index("ix_central_message_pair_history_id", "pair_history_id"),
        Index("ix_central_message_state", "state", "code", "id"),
        Index("ix_central_message_fingerprint", "fingerprint", "id"),
        Index(
            "ix_central_message_to_send",
            "available_at",
            postgresql_where=text(TO_SEND),
            sqlite_where=text(TO_SEND),
        ),
        Index("ix_central_message_under_way", "due_at", postgresql_where=text(UNDER_WAY), sqlite_where=text(UNDER_WAY)),
    )


class CentralFile(Base):
    """A file .uprmes: ``guid`` is its batch (BHS.11), ``packet_id`` the outgoing packet with its bytes."""

    __tablename__ = "central_file"

    id: Mapped[Identifier]
    guid: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]
    messages: Mapped[int]
    packet_id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"))
    verdict: Mapped[str] = mapped_column(String(2), default="")
    taken_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class CentralSending(Base):
    """One sending of a message in a file, with the two answers to it and the packets that brought them."""

    __tablename__ = "central_sending"

    id: Mapped[Identifier]
    file_id: Mapped[int] = mapped_column(BigId, ForeignKey("central_file.id"))
    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("central_message.id"))
    control_id: Mapped[str] = mapped_column(String(36))
    sent_at: Mapped[datetime]
    first_verdict: Mapped[str] = mapped_column(String(2), default="")
    first_at: Mapped[datetime | None]
    first_packet_id: Mapped[int | None] = mapped_column(BigId)
    verdict: Mapped[str] = mapped_column(String(2), default="")
    answered_at: Mapped[datetime | None]
    packet_id: Mapped[int | None] = mapped_column(BigId)
    errors: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        UniqueConstraint("file_id", "message_id"),
        Index("ix_central_sending_message_id", "message_id"),
        Index("ix_central_sending_control_id", "control_id"),
    )


class CentralCall(Base):
    """One call of the federal register: what was sent about a question, and what came back before it was understood.

    Without ``ended_at`` nobody knows: the process died on the way. ``status`` is that of HTTP, 0 when nothing came back
    and ``trouble`` says why. Of a large answer the beginning is kept, ``size`` is what was read of it.
    """

    __tablename__ = "central_call"

    id: Mapped[Identifier]
    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("central_message.id"))
    number: Mapped[int]
    sent_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
    charset: Mapped[str] = mapped_column(String(40), default="")
    size: Mapped[int] = mapped_column(default=0)
    request: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    answer: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, default=b"")

    __table_args__ = (Index("ix_central_call_message_id", "message_id"),)


class CentralAsker(Base):
    """A record of a packet that is about the person of a question, and waits for what is found out."""

    __tablename__ = "central_asker"

    message_id: Mapped[int] = mapped_column(BigId, ForeignKey("central_message.id"), primary_key=True)
    packet_id: Mapped[int] = mapped_column(BigId, ForeignKey("packet.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_central_asker_packet_id", "packet_id"),)
