"""What callers of SOAP prove themselves with besides passwords: service secrets, certificates, used nonces."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, BigId, Identifier


class AccountSecret(Base):
    """The secret a program makes password digests with, encrypted with the key of the installation.

    A digest (WS-Security 1.0) can only be checked with the secret itself, which no hash gives back; so it is never the
    password of the account.
    """

    __tablename__ = "account_secret"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("account.id"), primary_key=True)
    value: Mapped[bytes]
    created_at: Mapped[datetime]


class RoleRight(Base):
    """A right an administrator has taken from a role or given to it; without a row what ships holds."""

    __tablename__ = "role_right"

    organisation_kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    permission: Mapped[str] = mapped_column(String(30), primary_key=True)
    granted: Mapped[bool]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60))


class Certificate(Base):
    """A certificate an organisation has registered; ``purpose`` is ``signature`` or ``entrance``.

    ``account_id`` is the account a client certificate enters as. ``serial`` is in upper-case hexadecimal.
    """

    __tablename__ = "certificate"

    id: Mapped[Identifier]
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    fingerprint: Mapped[str] = mapped_column(String(64))
    serial: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(500))
    pem: Mapped[str]
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        UniqueConstraint("purpose", "fingerprint"),
        Index("ix_certificate_organisation_id", "organisation_id"),
        Index("ix_certificate_serial", "serial"),
    )


class UsedNonce(Base):
    """A nonce that was seen with a digest; it may not come again while its message would still be fresh."""

    __tablename__ = "used_nonce"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_used_nonce_expires_at", "expires_at"),)
