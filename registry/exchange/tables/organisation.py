"""Organisations, their codes and credentials, and the installations (channels) that speak for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, BigId, Identifier


class Organisation(Base):
    """A participant of the exchange: kind ``clinic``, ``insurer``, ``fund`` or ``agency``.

    ``parent_id`` is the legal entity of a structural unit. ``options`` holds settings of the sender kept as data.
    """

    __tablename__ = "organisation"

    id: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(250))
    short_name: Mapped[str] = mapped_column(String(100), default="")
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    active: Mapped[bool] = mapped_column(default=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)


class OrganisationCode(Base):
    """One code of an organisation in one scheme: mcod, smocod, tf, agency, dcexchange, ogrn, oid or bdz."""

    __tablename__ = "organisation_code"

    id: Mapped[Identifier]
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    scheme: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(50))
    valid_from: Mapped[date] = mapped_column(default=date(1993, 1, 1))
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)

    __table_args__ = (
        UniqueConstraint("scheme", "code", "valid_from"),
        Index("ix_organisation_code_organisation_id", "organisation_id"),
    )


class Account(Base):
    """A login of a person or of a program; its organisation and role decide what it may see and send.

    ``role``: ``administrator``, ``operator``, ``clerk`` (people), ``service`` (a program).
    """

    __tablename__ = "account"

    id: Mapped[Identifier]
    login: Mapped[str] = mapped_column(String(60), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(120), default="")
    active: Mapped[bool] = mapped_column(default=True)
    may_set_password: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    last_entered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Channel(Base):
    """One МИС installation on the broker: its login there, its dialect, and the organisations it speaks for."""

    __tablename__ = "channel"

    id: Mapped[Identifier]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    dialect: Mapped[str] = mapped_column(String(16))
    user_id: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(default=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ChannelSender(Base):
    """An organisation a channel may speak for besides its own."""

    __tablename__ = "channel_sender"

    channel_id: Mapped[int] = mapped_column(BigId, ForeignKey("channel.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), primary_key=True)
