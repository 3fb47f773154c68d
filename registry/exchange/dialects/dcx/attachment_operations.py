"""Rows of the operations table about attachment (contract, clause 3.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from lxml import etree

from registry.core.checks.alphabet import is_digits
from registry.core.checks.dates import parse_date
from registry.core.errors import Permanent
from registry.core.findings import FindingCode as F
from registry.exchange.access import Caller
from registry.exchange.dialects.base import Spoken
from registry.exchange.dialects.dcx import attachments
from registry.exchange.dialects.dcx.shapes import Family, ListOperation, PacketOperation, Speaking
from registry.exchange.dialects.reading import child_text
from registry.exchange.directory import Directory

LIMITED = 2_500
NOTICE_DAYS = 10
FIRST_ACT = 2016
MONTHS = range(1, 13)
LONGEST_NUMBER = 9
TIME_OF_DAY = re.compile(r"T(\d\d:\d\d(?::\d\d)?)", re.ASCII)
A = Family.ATTACHMENT


def owner_is_sender(registered: Directory, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of a record is the sender itself, else 5002; the fund names whichever it acts for."""
    owner = child_text(record, "p11_mocd")
    if not owner or (owner != sender and not caller.for_anybody):
        text = "Код МО записи не соответствует отправителю" if owner else "Не указан код МО"
        raise Permanent(F.FOREIGN_ORGANISATION, text, place="p11_mocd", value=owner, expected=sender)


def owner_is_of_legal_entity(registered: Directory, caller: Caller, sender: str, record: etree._Element) -> None:
    """The clinic of a record is given (5002) and of the sender's legal entity (5003); the fund's is any."""
    owner = child_text(record, "p15_mo")
    if not owner:
        raise Permanent(F.FOREIGN_ORGANISATION, "Не указана медицинская организация", place="p15_mo")
    if not (caller.for_anybody or attachments.same_legal_entity(registered, caller, owner)):
        text = "Операция допустима только в пределах юридического лица"
        raise Permanent(F.LEGAL_ENTITY_FOREIGN, text, place="p15_mo", value=owner)


def synchronised_lately(call: etree._Element, now: datetime, options: Mapping[str, Any]) -> None:
    """The moment of synchronisation is given and later than ten days ago, by the hub's own clock (contract, 2.2)."""
    text = child_text(call, "synhdate")
    day = parse_date(text)
    earliest = (now - timedelta(days=NOTICE_DAYS)).replace(tzinfo=None)
    if day is None or _moment(day, text) <= earliest:
        raise Permanent(
            F.PARAMETERS_WRONG,
            "дата синхронизации",
            place="synhdate",
            value=text,
            expected=f"позже {earliest:%d.%m.%Y %H:%M}",
        )


def _moment(day: date, text: str) -> datetime:
    """The moment as written: a zone says nothing, the sender meant his own clock."""
    found = TIME_OF_DAY.search(text)
    return datetime.combine(day, time.fromisoformat(found[1]) if found else time())


def period_of_act(call: etree._Element, now: datetime, options: Mapping[str, Any]) -> None:
    """Year and month of an act are within the years of the exchange; the last of them is a setting."""
    last = int(options["act_last_year"])
    for name, possible in (("yearact", range(FIRST_ACT, last + 1)), ("monthact", MONTHS)):
        text = child_text(call, name)
        if not is_digits(text) or len(text) > LONGEST_NUMBER or int(text) not in possible:
            expected = f"от {possible[0]} до {possible[-1]}"
            raise Permanent(F.PARAMETERS_WRONG, "период акта сверки", place=name, value=text, expected=expected)


# a question that finds nobody is answered as one that finds no attachment (decisions, clause 1)
LOOKED_UP: Spoken = dict.fromkeys((F.PERSON_NOT_FOUND, F.PERSON_ANNULLED, F.INSUFFICIENT_DATA), 500)
# later records that break the rule of the first are told by its number (contract, 2.1)
OF_OTHERS: Spoken = dict.fromkeys((F.FOREIGN_ORGANISATION, F.ORGANISATION_UNKNOWN), 5002)
OUTSIDE_ENTITY: Spoken = dict.fromkeys(OF_OTHERS, 5003)
PACKETS = (
    PacketOperation("GetAttachInformation", "", "responcepack", A, person="p11_pr", not_found=500, said=LOOKED_UP),
    PacketOperation(
        "MakeAttachAction",
        "p11_atachlist",
        "orderpack",
        A,
        repeated="p13_orcl",
        test=owner_is_sender,
        limit=LIMITED,
        speaks_for=Speaking.SENDER,
        said=OF_OTHERS,
    ),
    PacketOperation(
        "MakeDeAttachActionCancel",
        "p11_atachlist",
        "orderpack",
        A,
        repeated="p13_orcl",
        test=owner_is_sender,
        limit=LIMITED,
        speaks_for=Speaking.SENDER,
        said=OF_OTHERS,
    ),
    PacketOperation(
        "MakeDeAttachAction",
        "p11_deatachlist",
        "orderpack",
        A,
        test=owner_is_of_legal_entity,
        speaks_for=Speaking.ENTITY,
        said=OUTSIDE_ENTITY,
        limit=LIMITED,
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
