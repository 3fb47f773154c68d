"""Stage 3: the checks of every record, on the date of the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from registry.core.checks.books import NO_BOOKS, Books
from registry.core.checks.coded import coded_fields, values_of
from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.findings import FindingCode as F
from registry.core.kinds import CheckContext
from registry.core.outcomes import Item, Operation
from registry.core.spellings import placed
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Batch
from registry.exchange.directory import Directory

# nothing of such a record was read: its fields are not absent, they are unknown
UNREAD = frozenset((F.ROW_CHARACTERS, F.STRUCTURE_WRONG, F.OBJECT_UNKNOWN))
CLINICS = "F032"
# the book of a field tells by which codes the hub itself names the organisation
OWN_SCHEMES = {CLINICS: "mcod", "F002": "smocod"}
#: A longer value no column of a person could keep: it is refused whatever is switched off.
LONGEST_UNCHECKED = 20
NO_CODES: frozenset[str] = frozenset()
#: The property of a packet that keeps the revisions of the books it is judged by.
BOOKS = "books"
NOTHING_OFF: Mapping[str, frozenset[str]] = {}
Known = dict[tuple[str, str], str]


def control(
    batch: Batch,
    registered: Directory,
    context: HubContext,
    off: Mapping[str, frozenset[str]] = NOTHING_OFF,
    books: Books = NO_BOOKS,
) -> None:
    """Translate the sender's codes of organisations and add to every item what its kind's checks find.

    ``off`` are the codes by kind that the book of checks has switched off on the date of the data, ``books`` the
    reference books its kinds name.
    """
    known = known_organisations(registered, batch)
    _translate(batch, known)
    _find_repeated_numbers(batch)
    envelope = batch.envelope
    checks = CheckContext(
        today=context.clock.today(),
        as_of=batch.as_of,
        sender_codes=envelope.sender_codes,
        known_codes=frozenset(known.values()),
        fund_code=context.fund_code,
        for_anybody=envelope.for_anybody,
        options=batch.options,
        books=books,
    )
    for item in batch.items:
        if item.kind.stepwise or item.operation is not Operation.DELETE:
            _check(item, checks, off.get(item.kind.name, NO_CODES))
    _tell_missing(batch, books)
    locate(batch)


def note_books(batch: Batch, books: Books) -> None:
    """Keep with the packet which revisions judged it: its further portions go on with them."""
    if books:
        revisions = {code: content.revision for code, content in books.items()}
        batch.packet.properties = {**batch.packet.properties, BOOKS: revisions}


def books_begun_with(batch: Batch) -> Mapping[str, int]:
    """The revisions a packet whose first portions are done was begun with; a new attempt begins with what is loaded."""
    return batch.packet.properties.get(BOOKS, {}) if batch.packet.done else {}


def books_of(batch: Batch) -> frozenset[str]:
    """The reference books the kinds of a batch are checked by."""
    return frozenset().union(*(kind.books for kind in {item.kind.name: item.kind for item in batch.items}.values()))


def _tell_missing(batch: Batch, books: Books) -> None:
    """Say once of a packet which books its values could not be checked by (reference books, 3)."""
    if not books.missing:
        return
    missed: set[str] = set()
    unmet = set(books.missing)
    for item in batch.items:
        if not unmet:
            break  # one value of each book is enough, wherever in the packet it stands
        for field, book in coded_fields(type(item.record)):  # type: ignore[arg-type]  # classes have a hash
            if book in unmet and book in item.kind.books and any(True for _ in values_of(item.record, field)):
                missed.add(book)
                unmet.discard(book)
    if missed:
        told = finding(F.BOOK_NOT_LOADED, ", ".join(sorted(missed)))
        if told.text not in {one.text for one in batch.findings}:
            batch.findings.append(told)


def _check(item: Item, context: CheckContext, off: frozenset[str]) -> None:
    """Add what the checks find; of a stepwise kind only what the first failed step finds, reading being part of it."""
    if any(one.code in UNREAD for one in item.findings):
        return
    already = {(one.code, one.field) for one in item.findings}
    unreadable = {one.field for one in item.findings if one.is_error}
    for check in item.kind.checks:
        for one in check(item.record, context):
            if one.code in off and len(one.value) <= LONGEST_UNCHECKED:
                continue
            if (one.code, one.field) not in already and one.field not in unreadable:
                item.findings.append(one)
        if item.kind.stepwise and item.is_rejected:
            return


def known_organisations(registered: Directory, batch: Batch) -> Known:
    """Return the registered clinics and insurers among those the batch names: book and code it uses → mcod, smocod."""
    wanted = {
        (book, code)
        for item in batch.items
        for name, book in organisation_fields(item.record)
        if (code := item.record.__dict__.get(name)) is not None
    }
    found = {(book, code): _own_code(registered, book, str(code), batch) for book, code in wanted}
    return {key: code for key, code in found.items() if code is not None}


def _own_code(registered: Directory, book: str, code: str, batch: Batch) -> str | None:
    """A contract with codes of its own names insurers by them too, and some programs by the federal ones."""
    own = OWN_SCHEMES[book]
    scheme = own if batch.envelope.clinic_scheme == "mcod" else batch.envelope.clinic_scheme
    found = registered.translated(code, scheme, own, batch.as_of)
    if found is None and book != CLINICS:
        found = registered.translated(code, own, own, batch.as_of)
    return found


def organisation_fields(record: Record) -> list[tuple[str, str]]:
    """Return the fields of a record that hold codes of organisations, each with the book of the code."""
    return _organisation_fields(type(record))  # type: ignore[arg-type]  # records have no hash, their classes do


@lru_cache(maxsize=256)
def _organisation_fields(record: type[Record]) -> list[tuple[str, str]]:
    return [(name, spec.book) for name, spec in record.fields.items() if spec.book in OWN_SCHEMES]


def clinic_fields(record: Record) -> list[str]:
    """Return the fields of a record that hold codes of clinics: those of the book F032."""
    return [name for name, spec in record.fields.items() if spec.book == CLINICS]


def _translate(batch: Batch, known: Known) -> None:
    """From here on records speak of clinics by mcod and of insurers by smocod only."""
    if batch.envelope.clinic_scheme == "mcod":
        return
    for item in batch.items:
        for name, book in organisation_fields(item.record):
            code = item.record.__dict__.get(name)
            if (book, code) in known:
                item.record.__dict__[name] = known[book, str(code)]


def _find_repeated_numbers(batch: Batch) -> None:
    """A record number is unique in its packet; items read from one record share theirs."""
    counts: Counter[str] = Counter()
    for item in batch.items:
        if item.record.number and item.answer.get("of_same_record") is None:
            counts[item.record.number] += 1
    for item in batch.items:
        number = item.record.number
        if number and counts[number] > 1:
            item.findings.append(finding(F.NUMBER_REPEATED, field="number", value=number))


def locate(batch: Batch) -> None:
    """Give every finding its place in the packet's own spelling."""
    paths = batch.envelope.spelling.paths if batch.envelope.spelling else {}
    for item in batch.items:
        if item.findings:
            item.findings[:] = [_located(one, paths) for one in item.findings]


def _located(one: Finding, paths: dict[str, str] | object) -> Finding:
    if one.place or not one.field or not isinstance(paths, dict):
        return one
    place = paths.get(one.field, "")
    return placed(one, place) if place else one
