"""Reference books come as files: received with their bytes and their sender, put into use, taken back, journalled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from registry.core.checks.alphabet import TO_LATIN
from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import PacketStatus
from registry.exchange.codecs.book_files import BookFile, is_edition_list, read_book, read_book_files
from registry.exchange.context import HubContext
from registry.exchange.operations.journal_refusal import journal_refusal
from registry.reference.descriptions import Description, packaged
from registry.reference.operations import (
    AlreadyLoaded,
    Received,
    describe_books,
    drop,
    list_editions,
    plan_switch,
    receive,
    switch,
    withdraw,
)
from registry.reference.queries import PREPARED, descriptions, loaded_codes, stored_file
from registry.reference.raw import RawBook
from registry.reference.rules.reading import day_of
from registry.reference.shipped import shipped_files
from registry.reference.tables import BookVersion

LOAD, PLAN, SWITCH = "reference_load", "reference_plan", "reference_switch"
WITHDRAW, DROP = "reference_withdraw", "reference_drop"
#: The edition of a file that tells none: every edition of the federal list is newer.
NO_EDITION = "0"
SHIPPED = "поставка"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """Who loads books, by which door, and what the files do not tell themselves."""

    by: str
    channel: str = "file"
    address: str = ""
    historical: bool = False
    sample: bool = False
    code: str = ""
    edition: str = ""
    edition_date: date | None = None


@dataclass(slots=True)
class Loaded:
    """What became of one book of a file: an edition that waits, or why there is none."""

    name: str
    code: str = ""
    version: BookVersion | None = None
    refusal: Permanent | None = None
    note: str = ""
    doubts: Sequence[str] = field(default_factory=tuple)

    @property
    def is_known(self) -> bool:
        """True when nothing was to be done: the edition is loaded already."""
        return isinstance(self.refusal, AlreadyLoaded)


def load_books(session: Session, content: bytes, name: str, loading: Loading, context: HubContext) -> Iterator[Loaded]:
    """Receive every book of a file; each is recognised, checked and compared, none is put into use yet."""
    try:
        for one in read_book_files(content, name):
            yield _load(session, one, loading, context)
    except Permanent as refusal:
        loaded = Loaded(name, refusal=refusal)
        _journal(session, loading, context, LOAD, loaded, len(content))
        yield loaded


def _load(session: Session, file: BookFile, loading: Loading, context: HubContext) -> Loaded:
    loaded = Loaded(file.name)
    try:
        if is_edition_list(file.raw):
            loaded.note = _listed(session, file.raw)
        else:
            _receive(session, file, loading, context, loaded)
    except Permanent as refusal:
        loaded.refusal = refusal
    _journal(session, loading, context, LOAD, loaded, len(file.content))
    return loaded


def _receive(session: Session, file: BookFile, loading: Loading, context: HubContext, loaded: Loaded) -> None:
    raw = _completed(file.raw, loading, context)
    description = recognise(descriptions(session), raw)
    loaded.code = description.code
    received = Received(
        file_name=file.name,
        content=file.content,
        by=loading.by,
        now=context.clock.now(),
        historical=loading.historical,
        sample=loading.sample,
    )
    version = receive(session, description, raw, received)
    loaded.version, loaded.doubts = version, version.report["doubts"]
    if version.state != PREPARED:
        errors = [one for one in version.report["findings"] if one["level"] == "error"]
        text = f"Версия {version.edition} справочника {version.book} с ошибками: {errors[0]['text']}"
        raise Permanent(F.FILE_UNREADABLE, text, place=errors[0]["place"], value=errors[0]["value"])


def _completed(raw: RawBook, loading: Loading, context: HubContext) -> RawBook:
    """What the file does not tell is told by who loads it; a CSV without an edition is older than any other."""
    edition = loading.edition or raw.edition
    edition_date = loading.edition_date or raw.edition_date
    warnings = list(raw.warnings)
    if not edition and not raw.type and not raw.oid:
        edition = NO_EDITION
        warnings.append("версия не указана, принята как 0: любая версия с номером новее")
    if edition_date is None and not raw.type and not raw.oid:
        edition_date = context.clock.today()
        warnings.append(f"дата версии не указана, принята {edition_date:%d.%m.%Y}")
    return replace(
        raw, code=loading.code or raw.code, edition=edition, edition_date=edition_date, warnings=tuple(warnings)
    )


def recognise(known: Sequence[Description], raw: RawBook) -> Description:
    """The book of a file: by its type, its OID or its code; a file no description fits is refused."""
    for name, told in (("type", raw.type), ("oid", raw.oid), ("code", raw.code)):
        if not told:
            continue
        wanted = _folded(told)
        field_name = "code" if name == "code" else "type"
        found = next((one for one in known if _folded(getattr(one, field_name)) == wanted), None)
        if found is not None:
            return found
    told = raw.type or raw.oid or raw.code
    text = f"Справочник «{told}» не описан" if told else "Не понятно, какой это справочник"
    raise Permanent(F.KIND_UNKNOWN, text, value=told, expected="тип, OID или код описанного справочника")


def _folded(text: str) -> str:
    """Names of types come with Cyrillic letters that look like Latin ones."""
    return text.strip().upper().translate(TO_LATIN)


def ship_books(session: Session, context: HubContext) -> int:
    """Put the shipped books into use where nothing of a book was ever received; return how many."""
    describe_books(session, packaged())
    known = loaded_codes(session)
    fresh = [one for name, content in shipped_files() for one in read_book_files(content, name)]
    number = 0
    for file in fresh:
        if file.raw.code in known:
            continue
        now = context.clock.now()
        received = Received(file_name=file.name, content=file.content, by=SHIPPED, now=now, sample=True)
        version = receive(session, recognise(packaged(), file.raw), file.raw, received)
        switch(session, version, file.raw, by=SHIPPED, now=now)
        number += 1
    return number


def _listed(session: Session, raw: RawBook) -> str:
    names = {one.casefold(): one for one in raw.columns}
    rows = [{name: str(row.get(names[name]) or "") for name in ("book", "name", "version", "date")} for row in raw.rows]
    told = [(row["book"], row["name"], row["version"], day_of(row["date"])) for row in rows if row["book"]]
    return f"перечень версий: {list_editions(session, told)}"


def put_into_use(session: Session, version: BookVersion, loading: Loading, context: HubContext) -> dict[str, int]:
    """Let a received edition count from the caller's commit on; return what it changed."""
    raw = _stored(session, version)
    numbers = switch(session, version, raw, by=loading.by, now=context.clock.now()).numbers
    _journal(session, loading, context, SWITCH, Loaded(version.file_name, version.book, version), 0)
    return numbers


def plan_use(session: Session, version: BookVersion, since: datetime, loading: Loading, context: HubContext) -> None:
    """Let a received edition come into use at a moment ahead; the schedule does it."""
    plan_switch(session, version, since)
    _journal(session, loading, context, PLAN, Loaded(version.file_name, version.book, version), 0)


def take_back(session: Session, version: BookVersion, loading: Loading, context: HubContext) -> None:
    """Withdraw an edition: the one before it counts from the caller's commit on."""
    withdraw(session, version, by=loading.by, now=context.clock.now())
    _journal(session, loading, context, WITHDRAW, Loaded(version.file_name, version.book, version), 0)


def leave_out(session: Session, version: BookVersion, loading: Loading, context: HubContext) -> None:
    """Do not put a received edition into use."""
    drop(session, version)
    _journal(session, loading, context, DROP, Loaded(version.file_name, version.book, version), 0)


def _stored(session: Session, version: BookVersion) -> RawBook:
    raw = read_book(stored_file(session, version.id), version.file_name)
    return replace(raw, edition=version.edition, edition_date=version.edition_date)


def _journal(
    session: Session, loading: Loading, context: HubContext, operation: str, loaded: Loaded, size: int
) -> None:
    """One line of the journal about one book (reference books, 2: announce)."""
    refusal = loaded.refusal if not loaded.is_known else None
    version = loaded.version
    done = f"{version.book}, версия {version.edition} от {version.edition_date:%d.%m.%Y}" if version else loaded.note
    known = loaded.refusal.text if loaded.refusal is not None else ""
    entry = journal_refusal(
        session,
        channel=loading.channel,
        dialect="files",
        operation=operation,
        code=refusal.code if refusal is not None else "",
        text=known or done,
        context=context,
        login=loading.by,
        address=loading.address,
        size=size,
        file_name=loaded.name,
        status=PacketStatus.REFUSED if refusal is not None else PacketStatus.ACCEPTED,
    )
    entry.records = version.rows if version is not None else 0
