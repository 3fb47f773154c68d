"""What a row of the operations table says: operations with a package of records, and operations that list."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lxml import etree

from registry.core.errors import Permanent
from registry.core.findings import Finding, Level
from registry.core.findings import FindingCode as F
from registry.core.spellings import local_name
from registry.exchange.access import Caller
from registry.exchange.dialects.base import Spoken
from registry.exchange.dialects.reading import find
from registry.exchange.directory import Directory


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends a package, and the code of the sender it bears."""

    caller: Caller
    code: str


class Speaking(StrEnum):
    """For whom a package speaks: its sender with departments, the sender alone, or the sender's legal entity."""

    REACH = "reach"
    SENDER = "sender"
    ENTITY = "entity"


class Family(StrEnum):
    """Which response an operation has and which number an unexpected failure gets there."""

    ATTACHMENT = "attachment"
    ORDERS = "orders"


FAILURES = {Family.ATTACHMENT: 9999, Family.ORDERS: 1003}

RecordTest = Callable[[Directory, Caller, str, Any], None]
CheckCall = Callable[[Any, datetime, Mapping[str, Any]], None]
# what one transaction holds (decisions, clause 3): records and the repetitions inside them
SCHEMES = ("dcexchange", "mcod", "smocod")
MOST_RECORDS = 100_000
REPETITIONS = ("p13_orcl", "d12_orcl", "s10_bpr", "n10_vkd", "r10_guid")


@dataclass(frozen=True, slots=True)
class PacketOperation:
    """An operation with ``orderpack``.

    ``records`` is the list element of the package (empty: ``person`` names the one element that is the record; with
    ``in_package`` the records stand directly in the package and share the elements it names); ``result`` is the
    element of the response; ``test`` is that of step 4 on the first record, later ones are held to the codes the
    package ``speaks_for``; ``limit`` bounds the records and what is ``repeated`` inside one; ``empty_ok`` takes a
    package without records; ``refusal`` refuses every call with one code, after the checks; ``not_found`` is the
    record code of a question that found nothing and goes before what explains it; ``said`` are record
    codes that differ from the contract's general ones. ``numbered`` names the element of a record's number, whose
    repetition rejects the package; with ``package_first`` such errors are told before the login; ``quiet`` operations
    keep the quiet hours. ``on_errors`` is the code of a package with record errors: where it holds one record, nothing
    of it is processed. ``told`` is the list of the response that is written from what effects leave to be told,
    by the spelling ``told_as``.
    """

    name: str
    records: str
    result: str
    family: Family
    person: str = ""
    repeated: str = ""
    in_package: tuple[str, ...] = ()
    test: RecordTest | None = None
    speaks_for: Speaking = Speaking.REACH
    limit: int = 0
    empty_ok: bool = False
    refusal: F | None = None
    not_found: int | None = None
    said: Spoken = field(default_factory=dict)
    numbered: str = ""
    package_first: bool = False
    quiet: bool = False
    on_errors: int = 1001
    told: str = ""
    told_as: str = ""

    @property
    def list_element(self) -> str:
        """The list that stands beside a nested response; empty when the response is not nested."""
        return self.told or ("p11_atachlist" if self.family is Family.ATTACHMENT else "")


@dataclass(frozen=True, slots=True)
class ListOperation:
    """An operation with credentials only: a query whose rows come back in a list of the package.

    ``query`` names the query, ``spelling`` how its rows are written, ``rows`` the list element; ``paged`` adds the
    elements p11_nid and p12_all of the attachment lists. ``check`` refuses wrong parameters before the login.
    ``period`` adds the year and month asked about; ``bare`` has rows without a header, and nothing when the call is
    refused.
    """

    name: str
    query: str
    rows: str
    spelling: str
    paged: bool = False
    check: CheckCall | None = None
    period: bool = False
    bare: bool = False


def records_of(package: etree._Element, operation: PacketOperation) -> list[etree._Element]:
    """Return the record elements of a package; what they share is copied into those that lack it."""
    if operation.person == ".":
        return [package]
    if operation.person:
        found = find(package, operation.person)
        return [found] if found is not None else []
    if operation.in_package:
        # copies: the call is read once more, and must be found as it came, when the database was busy
        records = [copy.deepcopy(child) for child in package if local_name(child) == operation.records]
        for name in operation.in_package:
            _share(records, find(package, name), name)
        return records
    wrapper = find(package, operation.records)
    return [child for child in wrapper if local_name(child)] if wrapper is not None else []


def _share(records: Iterable[etree._Element], shared: etree._Element | None, name: str) -> None:
    for record in records:
        if shared is not None and find(record, name) is None:
            record.append(copy.deepcopy(shared))


def check_records(
    registered: Directory,
    operation: PacketOperation,
    package: etree._Element,
    records: Sequence[etree._Element],
    sender: Sender,
) -> None:
    """Step 4 of the contract: how many records there are and, by the first, whose packet it is."""
    _check_size(operation, package, records)
    if not records:
        if operation.empty_ok:
            return
        raise Permanent(F.PACKET_EMPTY, "В пакете нет записей", place=operation.records or operation.person)
    if operation.repeated:
        _check_repetitions(operation, records[0])
    if operation.test is not None:
        operation.test(registered, sender.caller, sender.code, records[0])


def too_long(operation: PacketOperation, records: list[etree._Element]) -> dict[int, Finding]:
    """Return what rejects records with too many repetitions, by their place.

    In ``records`` such a one is replaced by a copy with one repetition; the call itself stays as it came.
    """
    found: dict[int, Finding] = {}
    for place, record in enumerate(list(records) if operation.repeated else ()):
        try:
            _check_repetitions(operation, record)
        except Permanent as refusal:
            values = refusal.text, "", refusal.value, refusal.expected
            found[place] = Finding(F.TOO_MANY_RECORDS, *values, Level.ERROR, f"{operation.records}/{refusal.place}")
            records[place] = _shortened(record, operation)
    return found


def _shortened(record: etree._Element, operation: PacketOperation) -> etree._Element:
    short = etree.Element(record.tag)
    for child in record:
        if local_name(child) != operation.repeated or find(short, operation.repeated) is None:
            short.append(copy.deepcopy(child))
    return short


def codes_of_sender(registered: Directory, operation: PacketOperation, sender: Sender) -> frozenset[str]:
    """Return for which clinics and insurers a package may speak; the tests of step 4 hold for its every record."""
    if operation.speaks_for is Speaking.ENTITY:
        return registered.codes_of_entity(sender.caller.organisation_id)
    if operation.speaks_for is Speaking.SENDER:
        owners = (registered.owner(scheme, sender.code) for scheme in SCHEMES)
        return frozenset(code for one in owners if one is not None for code in registered.codes_of(one))
    return sender.caller.codes


def _check_size(operation: PacketOperation, package: etree._Element, records: Sequence[etree._Element]) -> None:
    if operation.limit and len(records) > operation.limit:
        raise _too_many(len(records), operation.limit, operation.records)
    inside = sum(1 for _ in package.iter(*(f"{{*}}{name}" for name in REPETITIONS)))
    if len(records) + inside > MOST_RECORDS:
        raise _too_many(len(records) + inside, MOST_RECORDS, operation.records)


def _check_repetitions(operation: PacketOperation, record: etree._Element) -> None:
    inside = sum(1 for child in record if local_name(child) == operation.repeated)
    if inside > operation.limit:
        raise _too_many(inside, operation.limit, operation.repeated)


def _too_many(count: int, limit: int, place: str) -> Permanent:
    return Permanent(
        F.TOO_MANY_RECORDS,
        f"Слишком много данных (более {limit})",
        place=place,
        value=str(count),
        expected=f"не более {limit}",
    )
