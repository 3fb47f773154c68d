"""What is loaded: contents for checks, books, editions and rows for people."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from registry.core.checks.books import BookContent, BookLine, Books, CodeForm, same_form
from registry.reference.descriptions import FROM_FIELDS, TO_FIELDS, Description, parts
from registry.reference.tables import Book, BookFile, BookRow, BookVersion

CURRENT, PREPARED, PREVIOUS, WITHDRAWN = "current", "prepared", "previous", "withdrawn"
HISTORICAL, DROPPED, SCHEDULED = "historical", "dropped", "scheduled"
#: Editions that wait for a decision or for their day.
WAITING = (PREPARED, SCHEDULED)
#: Editions that were put into use and not taken back.
USED = (CURRENT, PREVIOUS, HISTORICAL)


class Shelf:
    """The contents held in memory, one for each book and revision that is asked for; safe under threads.

    What nobody asks for any more is dropped when a newer revision of its book is read.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._contents: dict[str, BookContent] = {}

    def books(self, session: Session, asked: Iterable[str], revisions: Mapping[str, int]) -> Books:
        """The contents of the books asked for at these revisions; only those that changed are read."""
        wanted = frozenset(asked)
        found = {code: self._content(session, code, revisions[code]) for code in sorted(wanted) if code in revisions}
        return Books(found, wanted)

    def _content(self, session: Session, code: str, revision: int) -> BookContent:
        held = self._contents.get(code)
        if held is not None and held.revision == revision:
            return held
        content = read_content(session, code, revision)
        with self._lock:
            held = self._contents.get(code)
            if held is None or held.revision < revision:  # a check that goes on with an older one keeps it to itself
                self._contents[code] = content
        return content


def read_revisions(session: Session) -> dict[str, int]:
    """The revision of every book in use: the one statement that tells whether what is in memory still holds."""
    in_use = select(BookVersion.book).where(BookVersion.state == CURRENT)
    rows = session.execute(select(Book.code, Book.revision).where(Book.code.in_(in_use)))
    return {one.code: one.revision for one in rows}


def read_content(session: Session, code: str, revision: int) -> BookContent:
    """A whole book as it was at a revision."""
    book = session.get_one(Book, code)
    lines: dict[str, list[BookLine]] = {}
    held = select(BookRow.key, BookRow.valid_from, BookRow.valid_to, BookRow.values).where(
        BookRow.book == code,
        BookRow.revision_from <= revision,
        or_(BookRow.revision_to.is_(None), BookRow.revision_to > revision),
    )
    for key, since, until, values in session.execute(held):
        lines.setdefault(key, []).append(BookLine(key, since, until, values))
    version = _version_at(session, code, revision)
    return BookContent(
        code,
        book.title,
        version.edition if version else "",
        revision,
        {key: tuple(sorted(several, key=lambda one: one.since)) for key, several in lines.items()},
        parts(book.key_fields),
        CodeForm(book.form),
        version.sample if version else False,
    )


def _version_at(session: Session, code: str, revision: int) -> BookVersion | None:
    """The newest edition among those in use at a revision."""
    query = select(BookVersion).where(
        BookVersion.book == code,
        BookVersion.revision <= revision,
        BookVersion.state.in_(USED),
        BookVersion.historical.is_(False),
    )
    return session.scalars(query.order_by(BookVersion.revision.desc()).limit(1)).first()


def row(session: Session, code: str, key: object, on: date) -> BookLine | None:
    """One row of a book on a day, for books nobody keeps in memory."""
    book = session.get(Book, code)
    if book is None:
        return None
    wanted = select(BookRow).where(
        BookRow.book == code,
        BookRow.key == same_form(CodeForm(book.form), key),
        BookRow.valid_from <= on,
        BookRow.valid_to >= on,
        BookRow.revision_to.is_(None),
    )
    found = session.scalars(wanted.limit(1)).first()
    return BookLine(found.key, found.valid_from, found.valid_to, found.values) if found else None


def described(session: Session, code: str) -> Description | None:
    """The description of a book as it is kept."""
    book = session.get(Book, code)
    return description_of_row(book) if book is not None else None


def descriptions(session: Session) -> list[Description]:
    """All descriptions that are kept."""
    return [description_of_row(book) for book in session.scalars(select(Book).order_by(Book.code))]


def description_of_row(book: Book) -> Description:
    """The description a row of the table holds."""
    return Description(
        code=book.code,
        title=book.title,
        type=book.type,
        source=book.source,
        key_fields=parts(book.key_fields),
        name_field=book.name_field,
        from_fields=parts(book.from_fields) or FROM_FIELDS,
        to_fields=parts(book.to_fields) or TO_FIELDS,
        attributes=parts(book.attributes),
        form=CodeForm(book.form),
        listed_edition=book.listed_edition,
        listed_on=book.listed_on,
    )


@dataclass(frozen=True, slots=True)
class BookState:
    """A book in the list: its description, the edition in use, how many rows it has, editions that wait."""

    book: Book
    version: BookVersion | None
    rows: int
    waiting: int

    @property
    def state(self) -> str:
        """The word its state is known by: `absent`, `sample`, `older` or `current`."""
        if self.version is None:
            return "absent"
        if self.version.sample:
            return "sample"
        listed = self.book.listed_on
        return "older" if listed is not None and self.version.edition_date < listed else "current"


def book_states(session: Session) -> list[BookState]:
    """Every book there is a description of, loaded or not."""
    counted = select(BookRow.book, func.count()).where(BookRow.revision_to.is_(None)).group_by(BookRow.book)
    rows = {one[0]: one[1] for one in session.execute(counted)}
    waits = select(BookVersion.book, func.count()).where(BookVersion.state.in_(WAITING)).group_by(BookVersion.book)
    waiting = {one[0]: one[1] for one in session.execute(waits)}
    current = {one.book: one for one in session.scalars(select(BookVersion).where(BookVersion.state == CURRENT))}
    books = session.scalars(select(Book).order_by(Book.code))
    return [BookState(one, current.get(one.code), rows.get(one.code, 0), waiting.get(one.code, 0)) for one in books]


def loaded_codes(session: Session) -> set[str]:
    """The books of which any edition was ever received."""
    return set(session.scalars(select(BookVersion.book).distinct()))


def versions_of(session: Session, code: str) -> Sequence[BookVersion]:
    """The editions of a book as they came, the newest first."""
    return session.scalars(select(BookVersion).where(BookVersion.book == code).order_by(BookVersion.id.desc())).all()


def stored_file(session: Session, version_id: int) -> bytes:
    """The bytes an edition was received as."""
    pieces = select(BookFile.data).where(BookFile.version_id == version_id).order_by(BookFile.piece)
    return zlib.decompress(b"".join(session.scalars(pieces)))


def row_page(
    session: Session, code: str, words: Sequence[str], on: date | None, *, after: int, limit: int
) -> Sequence[BookRow]:
    """Rows the book has now by key that hold these words and, where a day is told, are in force on it.

    ``after`` is the row the page before ended with.
    """
    query = select(BookRow).where(BookRow.book == code, BookRow.revision_to.is_(None))
    for word in words:
        query = query.where(BookRow.search.contains(word.casefold(), autoescape=True))
    if on is not None:
        query = query.where(BookRow.valid_from <= on, BookRow.valid_to >= on)
    order = (BookRow.key, BookRow.valid_from, BookRow.id)
    before = session.get(BookRow, after) if after else None
    if before is not None:
        query = query.where(tuple_(*order) > tuple_(before.key, before.valid_from, before.id))
    return session.scalars(query.order_by(*order).limit(limit)).all()


def version_page(session: Session, code: str, *, after: int, limit: int) -> Sequence[BookVersion]:
    """Editions of a book or of all, the newest first."""
    query = select(BookVersion).order_by(BookVersion.id.desc()).limit(limit)
    if code:
        query = query.where(BookVersion.book == code)
    if after:
        query = query.where(BookVersion.id < after)
    return session.scalars(query).all()


def due_versions(session: Session, now: datetime) -> Sequence[int]:
    """The editions planned for a moment that has come, in the order they came."""
    planned = select(BookVersion.id).where(BookVersion.state == SCHEDULED, BookVersion.active_from <= now)
    return session.scalars(planned.order_by(BookVersion.id)).all()


def last_used(session: Session, code: str) -> int | None:
    """The edition that was put into use last and may be taken back."""
    used = select(BookVersion.id).where(BookVersion.book == code, BookVersion.state.in_(USED))
    return session.scalar(used.order_by(BookVersion.revision.desc()).limit(1))
