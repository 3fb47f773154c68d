"""The table of operations of DCExchangeSrv (contract, clauses 2 and 3): one row each, nothing elsewhere names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.core.outcomes import Item
from registry.exchange.access import Caller
from registry.exchange.dialects.dcx import attachments
from registry.exchange.dialects.reading import child_text, find


class Family(StrEnum):
    """Which response an operation has and which number an unexpected failure gets there."""

    ATTACHMENT = "attachment"
    ORDERS = "orders"


FAILURES = {Family.ATTACHMENT: 9999, Family.ORDERS: 1003}
LIMITED = 2_500

FirstRecord = Callable[[Session, Caller, str, Any], None]


@dataclass(frozen=True, slots=True)
class PacketOperation:
    """An operation with ``orderpack``.

    ``records`` is the list element of the package (empty: ``person`` names the one element that is the record);
    ``result`` the element of the response; ``first`` the test of step 4 on the first record; ``limit`` the largest
    number of records and of repetitions inside the first; ``empty_ok`` takes a package without records;
    ``refusal`` refuses every call with one code, after the checks.
    """

    name: str
    records: str
    result: str
    family: Family
    person: str = ""
    repeated: str = ""
    first: FirstRecord | None = None
    limit: int = 0
    empty_ok: bool = False
    refusal: F | None = None
    not_found: int | None = None
    as_package: bool = False


@dataclass(frozen=True, slots=True)
class ListOperation:
    """An operation with credentials only: a query whose rows come back in a list of the package.

    ``query`` names the query, ``spelling`` how its rows are written, ``rows`` the list element; ``paged`` adds the
    elements p11_nid and p12_all of the attachment lists. ``check`` refuses wrong parameters before the login,
    ``header`` is False for the one type that has an empty one.
    """

    name: str
    query: str
    rows: str
    spelling: str
    paged: bool = False
    check: Callable[[etree._Element], None] | None = None
    extra: str = ""


def owner_is_sender(session: Session, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of the first record is the sender itself, else 5002."""
    owner = child_text(record, "p11_mocd")
    if not owner or owner != sender:
        raise Permanent(F.FOREIGN_ORGANISATION, "Код владельца не соответствует отправителю", place="p11_mocd")


def owner_is_of_legal_entity(session: Session, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of the first record is given (5002) and of the sender's legal entity (5003)."""
    owner = child_text(record, "p15_mo")
    if not owner:
        raise Permanent(F.FOREIGN_ORGANISATION, "Не указана медицинская организация", place="p15_mo")
    if not attachments.same_legal_entity(session, caller, owner):
        raise Permanent(
            F.LEGAL_ENTITY_FOREIGN, "Операция допустима только в пределах юридического лица", place="p15_mo"
        )


def check_records(
    session: Session, operation: PacketOperation, records: list[etree._Element], caller: Caller, sender: str
) -> None:
    """Step 4 of the contract: limits and, by the first record, whose packet it is."""
    if operation.limit and len(records) > operation.limit:
        raise Permanent(F.TOO_MANY_RECORDS, "Слишком много записей в пакете", value=str(len(records)))
    if not records and not operation.empty_ok:
        raise Permanent(F.PACKET_EMPTY, "В пакете нет записей", place=operation.records or operation.person)
    if not records:
        return
    if operation.repeated:
        inside = sum(1 for child in records[0] if child_name(child) == operation.repeated)
        if inside > operation.limit:
            raise Permanent(F.TOO_MANY_RECORDS, "Слишком много прикреплений в записи", place=operation.repeated)
    if operation.first is not None:
        operation.first(session, caller, sender, records[0])


def child_name(element: etree._Element) -> str:
    """Return the local name of an element, empty for a comment."""
    name: object = element.tag
    return name.rpartition("}")[2] if isinstance(name, str) else ""


def records_of(package: etree._Element, operation: PacketOperation) -> list[etree._Element]:
    """Return the record elements of a package."""
    if operation.as_package:
        return [package]
    if not operation.records:
        found = find(package, operation.person)
        return [found] if found is not None else []
    wrapper = find(package, operation.records)
    return [child for child in wrapper if child_name(child)] if wrapper is not None else []


def has_attachment(items: list[Item]) -> bool:
    """True when the person asked about is attached somewhere on the date."""
    return any(item.identification is not None and item.identification.attachment is not None for item in items)


A, O = Family.ATTACHMENT, Family.ORDERS  # noqa: E741 - one letter keeps the table below readable

PACKETS = {
    one.name: one
    for one in (
        PacketOperation("GetAttachInformation", "", "responcepack", A, person="p11_pr", not_found=500),
        PacketOperation(
            "MakeAttachAction",
            "p11_atachlist",
            "orderpack",
            A,
            repeated="p13_orcl",
            first=owner_is_sender,
            limit=LIMITED,
        ),
        PacketOperation(
            "MakeDeAttachActionCancel",
            "p11_atachlist",
            "orderpack",
            A,
            repeated="p13_orcl",
            first=owner_is_sender,
            limit=LIMITED,
        ),
        PacketOperation(
            "MakeDeAttachAction", "p11_deatachlist", "orderpack", A, first=owner_is_of_legal_entity, limit=LIMITED
        ),
    )
}
LISTS: dict[str, ListOperation] = {}
