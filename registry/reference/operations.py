"""Receive an edition of a book, put it into use, take it back: whole or not at all, nothing is ever deleted."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.reference.descriptions import SEPARATOR, Description
from registry.reference.queries import (
    CURRENT,
    DROPPED,
    HISTORICAL,
    PREPARED,
    PREVIOUS,
    SCHEDULED,
    USED,
    WAITING,
    WITHDRAWN,
    description_of_row,
)
from registry.reference.raw import RawBook
from registry.reference.rules.comparing import (
    Changes,
    Held,
    changes_of,
    edition_key,
    historical_changes,
    sample_of,
    shown,
)
from registry.reference.rules.reading import Line, Read, read_rows
from registry.reference.tables import Book, BookFile, BookRow, BookVersion
from registry.store.bulk import insert_rows
from registry.store.locks import advisory_lock

PIECE = 512 * 1024
PORTION = 500
SHOWN = 20
COLUMNS = (
    "book",
    "key",
    "valid_from",
    "valid_to",
    "values",
    "extra",
    "search",
    "gone",
    "version_id",
    "revision_from",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How an edition came: under which name, with which bytes, by whom, as what."""

    file_name: str
    content: bytes
    by: str
    now: datetime
    historical: bool = False
    sample: bool = False


class AlreadyLoaded(Permanent):
    """The same bytes of the same edition are loaded: nothing is to be done."""


def describe_books(session: Session, told: Iterable[Description]) -> int:
    """Keep the descriptions of books that have none yet; return how many came."""
    known = set(session.scalars(select(Book.code)))
    fresh = [one for one in told if one.code not in known]
    session.add_all(Book(code=one.code, title=one.title, **_described(one)) for one in fresh)
    session.flush()
    return len(fresh)


def redescribe_books(session: Session, told: Iterable[Description]) -> int:
    """Let books be read by other descriptions from now on; a key of a loaded book stays what it is."""
    number = 0
    for one in told:
        book = session.get(Book, one.code)
        if book is None:
            session.add(Book(code=one.code, title=one.title, **_described(one)))
        else:
            if book.revision and SEPARATOR.join(one.key_fields) != book.key_fields:
                text = f"Справочник {one.code} загружен, его ключ «{book.key_fields}» изменить нельзя"
                raise Permanent(F.VALUE_FORBIDDEN, text, place=one.code, expected=book.key_fields)
            book.title = one.title
            for name, value in _described(one).items():
                setattr(book, name, value)
        number += 1
    session.flush()
    return number


def list_editions(session: Session, told: Iterable[tuple[str, str, str, date | None]]) -> int:
    """Note which editions the federal list has: code, title, edition, day."""
    number = 0
    for code, title, edition, on in told:
        book = session.get(Book, code)
        if book is None:
            book = Book(code=code, title=title[:300], source="ffoms")
            session.add(book)
        book.listed_edition, book.listed_on = edition[:30], on
        number += 1
    session.flush()
    return number


def _described(one: Description) -> dict[str, Any]:
    return {
        "type": one.type,
        "source": one.source,
        "key_fields": SEPARATOR.join(one.key_fields),
        "name_field": one.name_field,
        "from_fields": SEPARATOR.join(one.from_fields),
        "to_fields": SEPARATOR.join(one.to_fields),
        "attributes": SEPARATOR.join(one.attributes),
        "form": one.form.value,
        "listed_edition": one.listed_edition,
        "listed_on": one.listed_on,
    }


def receive(session: Session, description: Description, raw: RawBook, received: Received) -> BookVersion:
    """Read, check and compare an edition, and keep it with its bytes until it is put into use or dropped."""
    if not raw.edition or raw.edition_date is None:
        text = f"У файла справочника {description.code} не известны версия и дата"
        raise Permanent(F.HEADER_ABSENT, text, expected="версия и дата в файле, в его имени или при загрузке")
    digest = sha256(received.content).hexdigest()
    versions = _of_book(session, description.code)
    doubts = _against_earlier(versions, raw, received, digest)
    read = read_rows(raw, description)
    changes = _changes(session, versions, read, raw, received.historical)
    version = BookVersion(
        book=description.code,
        edition=raw.edition[:30],
        edition_date=raw.edition_date,
        state=PREPARED,
        sample=received.sample,
        historical=received.historical,
        rows=len(read.lines),
        report=_report(read, changes, description, [*doubts, *([] if received.historical else changes.doubts())]),
        file_name=received.file_name[-250:],
        hash=digest,
        size=len(received.content),
        loaded_at=received.now,
        loaded_by=received.by[:60],
    )
    if read.is_refused:
        version.state = DROPPED
    session.add(version)
    session.flush()
    packed = zlib.compress(received.content, 6)
    session.add_all(
        BookFile(version_id=version.id, piece=number, data=packed[start : start + PIECE])
        for number, start in enumerate(range(0, len(packed), PIECE))
    )
    session.flush()
    return version


def switch(session: Session, version: BookVersion, raw: RawBook, *, by: str, now: datetime) -> Changes:
    """Put a received edition into use: its rows and the new revision of the book appear with the caller's commit."""
    advisory_lock(session, f"book:{version.book}")
    session.refresh(version)
    if version.state not in WAITING:
        raise Permanent(F.VALUE_FORBIDDEN, f"Версия {version.edition} не ждёт ввода в действие", value=version.state)
    book = session.get_one(Book, version.book, with_for_update=True, populate_existing=True)
    versions = _of_book(session, book.code)
    _still_fits(version, versions)
    read = read_rows(raw, description_of_row(book))
    changes = _changes(session, versions, read, raw, version.historical)
    book.revision += 1
    _write(session, version, book.revision, changes)
    if version.historical:
        version.state = HISTORICAL
    else:
        for one in versions:
            if one.state == CURRENT:
                one.state = PREVIOUS
        version.state = CURRENT
    version.revision, version.switched_at, version.switched_by = book.revision, now, by[:60]
    version.report = {**version.report, **changes.numbers}
    session.flush()
    return changes


def _still_fits(version: BookVersion, versions: Sequence[BookVersion]) -> None:
    """What came in between may have made a received edition an old one."""
    current = next((one for one in versions if one.state == CURRENT and not one.sample), None)
    if current is None:
        return
    is_older = edition_key(version.edition) < edition_key(current.edition)
    if is_older is not version.historical:
        text = f"Загружена версия {current.edition}: версию {version.edition} так ввести уже нельзя"
        raise Permanent(F.BOOK_EDITION_WRONG, text, value=version.edition, expected=current.edition)


def plan_switch(session: Session, version: BookVersion, since: datetime) -> None:
    """Let a received edition come into use by itself at a moment; until then it may be left out."""
    if version.state not in WAITING:
        raise Permanent(F.VALUE_FORBIDDEN, f"Версия {version.edition} не ждёт ввода в действие", value=version.state)
    version.state, version.active_from = SCHEDULED, since
    session.flush()


def drop(session: Session, version: BookVersion) -> None:
    """Leave a received edition out of use; its bytes and its report stay."""
    if version.state not in WAITING:
        raise Permanent(F.VALUE_FORBIDDEN, f"Версия {version.edition} уже не ждёт решения", value=version.state)
    version.state = DROPPED
    session.flush()


def withdraw(session: Session, version: BookVersion, *, by: str, now: datetime) -> None:
    """Take back the edition put into use last: the book is again what it was before, without reading a file."""
    advisory_lock(session, f"book:{version.book}")
    session.refresh(version)
    book = session.get_one(Book, version.book, with_for_update=True, populate_existing=True)
    used = sorted((one for one in _of_book(session, book.code) if one.state in USED), key=lambda one: one.revision or 0)
    if not used or used[-1].id != version.id:
        text = f"Отозвать можно только версию, введённую последней; версия {version.edition} не последняя"
        raise Permanent(F.VALUE_FORBIDDEN, text, expected=used[-1].edition if used else "")
    book.revision += 1
    _undo(session, version, book.revision)
    version.state, version.withdrawn_at, version.withdrawn_by = WITHDRAWN, now, by[:60]
    before = [one for one in used[:-1] if not one.historical]
    if before and not version.historical:
        before[-1].state = CURRENT
    session.flush()


def _of_book(session: Session, code: str) -> Sequence[BookVersion]:
    return session.scalars(select(BookVersion).where(BookVersion.book == code).order_by(BookVersion.id)).all()


def _against_earlier(versions: Sequence[BookVersion], raw: RawBook, received: Received, digest: str) -> list[str]:
    """Refuse what is loaded already and what is older than that; return what somebody must confirm."""
    standing = [one for one in versions if one.state in (*USED, *WAITING)]
    for one in standing:
        if one.hash == digest and one.edition == raw.edition:
            word = "ждёт подтверждения" if one.state in WAITING else "уже загружена"
            text = f"Версия {raw.edition} справочника {one.book} {word}"
            raise AlreadyLoaded(F.BOOK_EDITION_LOADED, text, value=str(one.id))
    current = next((one for one in standing if one.state == CURRENT), None)
    if current is None:
        if received.historical:
            raise Permanent(F.VALUE_FORBIDDEN, "Исторической может быть только версия загруженного справочника")
        return []
    if received.sample and not current.sample:
        text = f"Справочник {current.book} загружен, учебные данные его не заменяют"
        raise Permanent(F.BOOK_EDITION_WRONG, text, value=raw.edition)
    is_older = edition_key(raw.edition) < edition_key(current.edition) and not current.sample
    if is_older and not received.historical:
        text = f"Версия {raw.edition} старше загруженной {current.edition}; её можно загрузить как историческую"
        raise Permanent(F.BOOK_EDITION_WRONG, text, value=raw.edition, expected=f"новее {current.edition}")
    if received.historical and not is_older:
        text = f"Версия {raw.edition} не старше загруженной {current.edition} и исторической быть не может"
        raise Permanent(F.BOOK_EDITION_WRONG, text, value=raw.edition, expected=f"старше {current.edition}")
    if raw.edition == current.edition and not current.sample:
        return [f"версия {raw.edition} уже загружена с другим содержанием"]
    return []


def _changes(session: Session, versions: Sequence[BookVersion], read: Read, raw: RawBook, historical: bool) -> Changes:
    held = _held(session, versions[0].book) if versions else []
    if not historical:
        assert raw.edition_date is not None  # noqa: S101 - checked when the edition was received
        teaching = any(one.state == CURRENT and one.sample for one in versions)
        return changes_of(held, read.lines, raw.edition_date, forgets=teaching)
    own = edition_key(raw.edition)
    newer = [one for one in versions if one.state in USED and edition_key(one.edition) > own]
    following = min((one.edition_date for one in newer), default=None)
    return historical_changes(held, read.lines, following)


def _held(session: Session, code: str) -> list[Held]:
    rows = session.execute(
        select(
            BookRow.id, BookRow.key, BookRow.valid_from, BookRow.valid_to, BookRow.values, BookRow.extra, BookRow.gone
        ).where(BookRow.book == code, BookRow.revision_to.is_(None))
    )
    return [
        Held(id_, Line(key, since, until, values, extra), gone) for id_, key, since, until, values, extra, gone in rows
    ]


def _write(session: Session, version: BookVersion, revision: int, changes: Changes) -> None:
    _end(session, changes.ended, revision)
    rows = (
        (
            version.book,
            one.key,
            one.since,
            one.until,
            dict(one.values),
            dict(one.extra),
            one.search,
            gone,
            version.id,
            revision,
        )
        for one, gone in changes.coming
    )
    insert_rows(session, BookRow.__table__, COLUMNS, rows)


def _end(session: Session, ids: Sequence[int], revision: int) -> None:
    for start in range(0, len(ids), PORTION):
        ended = update(BookRow).where(BookRow.id.in_(ids[start : start + PORTION])).values(revision_to=revision)
        session.execute(ended, execution_options={"synchronize_session": False})


def _undo(session: Session, version: BookVersion, revision: int) -> None:
    """End what the edition brought, and bring again what it ended, each by a row of its own: revisions stay whole."""
    was = version.revision
    gone = session.scalars(select(BookRow).where(BookRow.book == version.book, BookRow.revision_to == was)).all()
    again = [
        (
            one.book,
            one.key,
            one.valid_from,
            one.valid_to,
            one.values,
            one.extra,
            one.search,
            one.gone,
            one.version_id,
            revision,
        )
        for one in gone
    ]
    brought = update(BookRow).where(
        BookRow.book == version.book, BookRow.revision_from == was, BookRow.revision_to.is_(None)
    )
    session.execute(brought.values(revision_to=revision), execution_options={"synchronize_session": False})
    insert_rows(session, BookRow.__table__, COLUMNS, again)


def _report(read: Read, changes: Changes, description: Description, doubts: Sequence[str]) -> dict[str, Any]:
    """What the preview shows: findings, numbers, the first rows of each sort, and what must be confirmed."""
    name = description.name_field
    return {
        **changes.numbers,
        "doubts": list(doubts),
        "findings": [
            {"code": one.code.value, "level": one.level.value, "place": one.place, "value": one.value, "text": one.text}
            for one in read.findings
        ],
        "rows": {
            "added": [shown(one, name) for one in sample_of(changes.added, SHOWN)],
            "changed": [shown(after, name) for _, after in sample_of(changes.changed, SHOWN)],
            "closed": [shown(after, name) for _, after in sample_of(changes.closed, SHOWN)],
            "vanished": [shown(one, name) for one in sample_of(changes.vanished, SHOWN)],
        },
    }
