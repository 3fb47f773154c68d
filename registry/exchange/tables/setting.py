"""Settings of the installation kept as data, and its secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base


class Setting(Base):
    """A setting that staff may change while the hub runs; defaults live in ``registry.exchange.options``."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class Secret(Base):
    """A secret of the installation, such as the key of the person key hashes; it travels with backups."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes]
