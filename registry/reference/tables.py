"""Reference books: their descriptions, the editions that were loaded, and their rows with two histories."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.store.base import OPEN_DATE, Base, BigId, Identifier


class Book(Base):
    """How a book is recognised and read, and at which revision it is.

    ``key_fields``, ``from_fields``, ``to_fields`` and ``attributes`` are names of columns between `;`. ``type`` is what
    ФФОМС writes into `zglv` or the OID of Минздрав. ``revision`` grows with every switch and withdrawal: whoever holds
    the rows in memory compares it. ``listed_edition`` is what the federal list has.
    """

    __tablename__ = "book"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    type: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(20), default="")
    key_fields: Mapped[str] = mapped_column(String(120), default="")
    name_field: Mapped[str] = mapped_column(String(60), default="")
    from_fields: Mapped[str] = mapped_column(String(60), default="")
    to_fields: Mapped[str] = mapped_column(String(60), default="")
    attributes: Mapped[str] = mapped_column(Text, default="")
    form: Mapped[str] = mapped_column(String(10), default="text")
    listed_edition: Mapped[str] = mapped_column(String(30), default="")
    listed_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=0)


class BookVersion(Base):
    """One edition of a book as it was received: by whom, with which bytes, what it changed, what became of it.

    ``state`` is one of `prepared`, `current`, `previous`, `historical`, `withdrawn`, `dropped`; ``revision`` is that of
    the book since the switch; ``report`` holds the findings of control and the numbers of the preview.
    """

    __tablename__ = "book_version"

    id: Mapped[Identifier]
    book: Mapped[str] = mapped_column(String(20), ForeignKey("book.code"))
    edition: Mapped[str] = mapped_column(String(30))
    edition_date: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    sample: Mapped[bool] = mapped_column(default=False)
    historical: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[int]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    file_name: Mapped[str] = mapped_column(String(250), default="")
    hash: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    loaded_at: Mapped[datetime]
    loaded_by: Mapped[str] = mapped_column(String(60), default="")
    active_from: Mapped[datetime | None]
    switched_at: Mapped[datetime | None]
    switched_by: Mapped[str] = mapped_column(String(60), default="")
    revision: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (Index("ix_book_version_book", "book", "id"),)


class BookFile(Base):
    """The bytes of a received edition, packed by zlib, in pieces."""

    __tablename__ = "book_file"

    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("book_version.id"), primary_key=True)
    piece: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class BookRow(Base):
    """One row of a book: the days it is in force, and the revisions of the book that hold it.

    It belongs to every revision from ``revision_from`` until before ``revision_to``; without the latter it is in the
    book now. ``version_id`` is the edition that brought it; ``gone`` marks a row closed because an edition lacks it.
    """

    __tablename__ = "book_row"

    id: Mapped[Identifier]
    book: Mapped[str] = mapped_column(String(20), ForeignKey("book.code"))
    key: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(default=OPEN_DATE)
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search: Mapped[str] = mapped_column(String(300), default="")
    gone: Mapped[bool] = mapped_column(default=False)
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("book_version.id"))
    revision_from: Mapped[int]
    revision_to: Mapped[int | None]

    __table_args__ = (
        Index("ix_book_row_book", "book", "key", "valid_from"),
        Index("ix_book_row_version_id", "version_id"),
    )
