"""Keys of programs that call by REST, and the files they hand in piece by piece."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class ApiKey(Base):
    """A key of an organisation's program; only the hash is kept, ``prefix`` names the key to people and in logs."""

    __tablename__ = "api_key"

    id: Mapped[Identifier]
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    label: Mapped[str] = mapped_column(String(120), default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_api_key_organisation_id", "organisation_id"),)


class Upload(Base):
    """A file on its way in: ``received`` bytes of ``size`` are stored, ``journal_id`` tells what it became.

    ``token`` is the id the sender knows; ``idempotency_key`` makes a repeated beginning find the first one.
    """

    __tablename__ = "upload"

    id: Mapped[Identifier]
    token: Mapped[str] = mapped_column(String(32), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    idempotency_key: Mapped[str | None] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(250))
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    received: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    journal_id: Mapped[int | None] = mapped_column(BigId)
    packet_id: Mapped[int | None] = mapped_column(BigId)
    status: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[str] = mapped_column(String(40), default="")
    text: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        UniqueConstraint("organisation_id", "idempotency_key"),
        Index("ix_upload_touched_at", "touched_at"),
    )


class UploadPiece(Base):
    """Bytes of an upload from ``start`` on; they go when the packet they became is stored."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[int] = mapped_column(BigId, ForeignKey("upload.id"), primary_key=True)
    start: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    data: Mapped[bytes]
