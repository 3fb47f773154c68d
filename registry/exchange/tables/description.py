"""Files as data: masks of names, layouts of columns and who uses which; every row is dated."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, Identifier


class CheckSwitch(Base):
    """A check of a kind that staff have switched off for data of these days."""

    __tablename__ = "check_switch"

    id: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)
    reason: Mapped[str] = mapped_column(String(250))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60))

    __table_args__ = (Index("ix_check_switch_kind", "kind", "code"),)


class FileMask(Base):
    """A regular expression with named groups that recognises a file by its name.

    ``sender_kind`` keeps it for one kind of organisations; empty for all that take part in the exchange.
    ``sender_code`` tells whose files have such names when the name itself does not.
    """

    __tablename__ = "file_mask"

    id: Mapped[Identifier]
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    dialect: Mapped[str] = mapped_column(String(16))
    pattern: Mapped[str] = mapped_column(String(250))
    priority: Mapped[int] = mapped_column(default=1)
    answer_name: Mapped[str] = mapped_column(String(120))
    example: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    sender_kind: Mapped[str] = mapped_column(String(10), default="")
    sender_code: Mapped[str] = mapped_column(String(10), default="")
    valid_from: Mapped[date] = mapped_column(default=date(1993, 1, 1))
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)


class LayoutField(Base):
    """One column of one layout: which canonical field it carries and in which form."""

    __tablename__ = "layout_field"

    id: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(40))
    layout: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    column: Mapped[str] = mapped_column(String(60))
    field: Mapped[str] = mapped_column(String(120), default="")
    form: Mapped[str] = mapped_column(String(60), default="text")
    must: Mapped[bool] = mapped_column(default=False)
    type: Mapped[str] = mapped_column(String(1), default="C")
    length: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date] = mapped_column(default=date(1993, 1, 1))
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)

    __table_args__ = (Index("ix_layout_field_layout", "layout", "position"),)


class LayoutChoice(Base):
    """Which layout a sender uses for a kind since a date; no row means the default.

    ``encoding`` is the code page its files are in, whatever they say of themselves; empty when they are believed.
    """

    __tablename__ = "layout_choice"

    id: Mapped[Identifier]
    kind: Mapped[str] = mapped_column(String(40))
    sender_code: Mapped[str] = mapped_column(String(6), default="")
    purpose: Mapped[str] = mapped_column(String(10), default="request")
    layout: Mapped[str] = mapped_column(String(40))
    encoding: Mapped[str] = mapped_column(String(10), default="")
    since: Mapped[date]
