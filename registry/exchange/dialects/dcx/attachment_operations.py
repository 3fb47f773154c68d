"""Rows of the operations table about attachment (contract, clause 3.4)."""

from __future__ import annotations

from datetime import date, timedelta

from lxml import etree

from registry.core.checks.alphabet import is_digits
from registry.core.checks.dates import parse_date
from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.access import Caller
from registry.exchange.dialects.dcx import attachments
from registry.exchange.dialects.dcx.shapes import Family, ListOperation, PacketOperation
from registry.exchange.dialects.reading import child_text
from registry.exchange.directory import Directory

LIMITED = 2_500
NOTICE_DAYS = 10
FIRST_ACT, LAST_ACT = 2016, 2028
MONTHS = range(1, 13)
A = Family.ATTACHMENT


def owner_is_sender(registered: Directory, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of the first record is the sender itself, else 5002."""
    owner = child_text(record, "p11_mocd")
    if not owner or owner != sender:
        raise Permanent(F.FOREIGN_ORGANISATION, "Код владельца не соответствует отправителю", place="p11_mocd")


def owner_is_of_legal_entity(registered: Directory, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of the first record is given (5002) and of the sender's legal entity (5003)."""
    owner = child_text(record, "p15_mo")
    if not owner:
        raise Permanent(F.FOREIGN_ORGANISATION, "Не указана медицинская организация", place="p15_mo")
    if not attachments.same_legal_entity(registered, caller, owner):
        raise Permanent(
            F.LEGAL_ENTITY_FOREIGN, "Операция допустима только в пределах юридического лица", place="p15_mo"
        )


def synchronised_lately(call: etree._Element, today: date) -> None:
    """The date of synchronisation is given and not older than ten days."""
    since = parse_date(child_text(call, "synhdate"))
    if since is None or since < today - timedelta(days=NOTICE_DAYS):
        raise Permanent(F.PARAMETERS_WRONG, "Неверная дата синхронизации", place="synhdate")


def period_of_act(call: etree._Element, today: date) -> None:
    """Year and month of an act are within the years of the exchange."""
    year, month = child_text(call, "yearact"), child_text(call, "monthact")
    if not (is_digits(year) and is_digits(month) and FIRST_ACT <= int(year) <= LAST_ACT and int(month) in MONTHS):
        raise Permanent(F.PARAMETERS_WRONG, "Неверный период акта сверки", place="yearact")


PACKETS = (
    PacketOperation("GetAttachInformation", "", "responcepack", A, person="p11_pr", not_found=500),
    PacketOperation(
        "MakeAttachAction", "p11_atachlist", "orderpack", A, repeated="p13_orcl", first=owner_is_sender, limit=LIMITED
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
    PacketOperation("SendQueryForDeAttachForMO", "p11_list", "orderpack", A, limit=LIMITED, empty_ok=True),
    PacketOperation(
        "SendAttachDoctorInformation", "p11_doclist", "responcepack", A, empty_ok=True, refusal=F.METHOD_OBSOLETE
    ),
    PacketOperation(
        "SendAttachDoctorSectionInformation", "p12_orcl", "responcepack", A, in_package=("p11_mocd",), empty_ok=True
    ),
    # never finished in the contract: whatever comes is answered with an empty response
    PacketOperation("SendAttachMoStreetSection", "p11_atachmoscstlist", "orderpack", A, empty_ok=True),
)
LISTS = (
    ListOperation(
        "GetQueryForDeAttachForMO",
        "detachment_notices",
        "p11_list",
        "SendQueryForDeAttachForMO",
        check=synchronised_lately,
    ),
    ListOperation("GetDeAttachByDate", "detached_since", "p11_deatachlist", "detached_person"),
    ListOperation("GetAttachListByRange", "attached_now", "p12_alist", "attached_person", paged=True),
    ListOperation(
        "GetAttachListByRangeAct", "attached_by_act", "p12_alist", "attached_person", paged=True, check=period_of_act
    ),
    ListOperation("GetAttachListByRangeDead", "attached_dead", "p12_alist", "attached_person", paged=True),
    ListOperation("GetAttachMoStreetSection", "street_sections", "p11_atachmoscstlist", "attached_person"),
)
