"""Settings of the installation kept as data, and its secrets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import Base, Identifier


class Setting(Base):
    """A setting that staff may change while the hub runs; defaults live in ``registry.exchange.options``."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60), default="")


class SettingChange(Base):
    """One change of a setting, kept for ever; no ``before`` or ``after`` means what ships held or holds again."""

    __tablename__ = "setting_change"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(60))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_setting_change_name", "name", "id"),)


class Secret(Base):
    """A secret of the installation, such as the key of the person key hashes; it travels with backups."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes]
