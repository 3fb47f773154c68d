"""How every contract writes attachments, detachments and the withdrawal of a detachment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.core.finding_texts import finding
from registry.core.findings import FindingCode as F
from registry.core.forms import CLINIC, CODE, DATE, DAY_MOMENT, DIGITS, FLAG, codes
from registry.core.spellings import Reading, each, fixed, group, spell, tag
from registry.insured.kinds.attachment import ATTACHMENT, DETACHMENT, DETACHMENT_CANCELLATION
from registry.insured.kinds.attachment import Attachment as A
from registry.insured.kinds.methods import Method
from registry.insured.rules.attachment import REASON_DEAD, REASON_LEFT, REASON_OTHER_CLINIC
from registry.insured.spellings.codes import ATTACH_TYPE_AMQP
from registry.insured.spellings.person import (
    DCX_PERSON,
    GENERIC_DOCUMENT,
    GENERIC_NAMES,
    GENERIC_POLICY,
    complete_enp,
)

FAP = 5
MOVED_INSIDE = 4
# a13_attp and a14_pr of the contract say together how an attachment came about (registry model, clause 6.3)
DCX_METHOD = codes(
    {
        "0": None,
        "1": Method.TERRITORIAL,
        "2": Method.APPLICATION,
    },
    name="dcx_method",
    type_="int",
)
# p14_adr: 4 is no detachment but a change of section, handled apart
DCX_END_REASON = codes(
    {
        "0": None,
        "1": REASON_LEFT,
        "2": REASON_DEAD,
        "3": REASON_OTHER_CLINIC,
        "4": MOVED_INSIDE,
        "11": REASON_OTHER_CLINIC,
        "12": REASON_LEFT,
    },
    name="dcx_end_reason",
    type_="int",
)


def _dcx_attachment(reading: Reading) -> Iterator[Reading]:
    """Reason 1 of an application is a change of residence, 4 a move between sections inside the clinic."""
    values = reading.values
    reason = values.pop("end_reason", None)
    if reason == 1 and values.get("method") is Method.APPLICATION:
        values["method"] = Method.APPLICATION_MOVED
    elif reason == MOVED_INSIDE:
        values["within_clinic"] = True
    yield from complete_enp(reading)


def _dcx_detachment(reading: Reading) -> Iterator[Reading]:
    values = reading.values
    if values.get("end_reason") == MOVED_INSIDE:
        del values["end_reason"]
        values["within_clinic"] = True
    yield from complete_enp(reading)


DCX_ATTACH = (
    tag("p10_nzap", A.number, always=True),
    tag("p11_mocd", A.clinic, must=True),
    group("p12_pr", *DCX_PERSON),
    each(
        "p13_orcl",
        tag("a10_aad", A.attached_on, DAY_MOMENT),
        tag("a11_snisl", A.doctor_snils),
        tag("a12_sect", A.district),
        tag("a13_attp", A.method, DCX_METHOD, always=True),
        tag("a14_pr", A.end_reason, CODE, always=True),
        fixed("a15_profile", "0"),
    ),
)


def _detached(reading: Reading, day: Any) -> Reading:
    """Return the reading as a detachment on ``day``; with a detachment the clinic no longer says the method."""
    reading.kind = DETACHMENT
    if day is not None:
        reading.values["detached_on"] = day
    return reading


def _generic_district(reading: Reading) -> Iterator[Reading]:
    """INFO_TYPE 0 or a day of detachment make a detachment; the ФАП block becomes an attachment of its own."""
    values = reading.values
    event = values.pop("event_date", None)
    attached = values.pop("is_attached", True)
    values["clinic"] = values.get("clinic") or values.get("reporting_clinic")
    fap = {name: values.pop(name) for name in list(values) if name.startswith("fap_")}
    if fap:
        yield from _fap(reading, fap)
    if not attached or values.get("detached_on"):
        _detached(reading, values.get("detached_on") or event)
    else:
        values.setdefault("attached_on", event)
        _demand_district(reading)
    yield from complete_enp(reading)


def _demand_district(reading: Reading) -> None:
    if not reading.values.get("district") and not reading.values.get("section_id"):
        reading.findings.append(finding(F.DISTRICT_ABSENT, field="district"))


def _fap(reading: Reading, fap: dict[str, Any]) -> Iterator[Reading]:
    """The ФАП block is all or nothing (amqp.md 5.6): section, department and building together."""
    missing = [name for name in ("fap_district", "fap_department", "fap_building") if name not in fap]
    if missing:
        title = A.fields[missing[0]].title
        reading.findings.append(finding(F.VALUE_ABSENT, title, field=missing[0], expected="блок ФАП целиком"))
        return
    person = {name: value for name, value in reading.values.items() if name not in SECTION_FIELDS}
    values = {
        **person,
        "area_type": FAP,
        "district": fap["fap_district"],
        "department": fap["fap_department"],
        "building": fap["fap_building"],
        "doctor_snils": fap.get("fap_doctor_snils"),
        "doctor_category": 2,
        "attached_on": fap.get("fap_attached_on") or reading.values.get("attached_on"),
    }
    second = Reading({name: value for name, value in values.items() if value is not None}, kind=ATTACHMENT)
    if fap.get("fap_detached_on"):
        _detached(second, fap["fap_detached_on"])
    yield second


SECTION_FIELDS = frozenset(("district", "department", "building", "doctor_snils", "section_from", "detached_on"))


def _generic_attachment(reading: Reading) -> Iterator[Reading]:
    """Without a mark an attachment counts as made by application; an end makes a detachment (amqp.md 5.6)."""
    values = reading.values
    values["clinic"] = values.get("reporting_clinic")
    conditional = values.pop("conditional", False)
    values["method"] = Method.CONDITIONAL if conditional else Method.APPLICATION
    section = values.pop("fap_section_id", None)
    if values.get("detached_on"):
        yield _detached(reading, None)
        return
    if section:
        second = {name: value for name, value in values.items() if name != "section_id"}
        yield Reading({**second, "section_id": section, "area_type": FAP}, kind=ATTACHMENT)
    yield reading


SPELLINGS = (
    spell(ATTACHMENT, "dcx", "l10_orcl", *DCX_ATTACH, name="MakeAttachAction", arrange=_dcx_attachment),
    spell(
        DETACHMENT_CANCELLATION,
        "dcx",
        "l10_orcl",
        *DCX_ATTACH,
        name="MakeDeAttachActionCancel",
        arrange=_dcx_attachment,
    ),
    spell(
        DETACHMENT,
        "dcx",
        "l10_orcl",
        tag("p10_nzap", A.number, always=True),
        group("p11_pr", *DCX_PERSON),
        tag("p12_sect", A.district),
        tag("p13_add", A.detached_on, DAY_MOMENT),
        tag("p14_adr", A.end_reason, DCX_END_REASON, always=True),
        tag("p15_mo", A.clinic, must=True),
        name="MakeDeAttachAction",
        arrange=_dcx_detachment,
    ),
    spell(
        ATTACHMENT,
        "generic",
        "PERSONATTACHDISTRICT",
        group(
            "HEADER",
            tag("CODE_MO", A.reporting_clinic, CLINIC),
            tag("ID_MO", A.clinic_oid),
            tag("PERSONATTACHID", A.number),
        ),
        group(
            "BODY",
            tag("BDZID", A.bdz_id),
            tag("ID_PAC", A.sender_person_id),
            *GENERIC_NAMES,
            *GENERIC_POLICY,
            *GENERIC_DOCUMENT,
            tag("INFO_TYPE", A.is_attached, FLAG),
            tag("DATE", A.event_date, DATE),
            tag("ATTACH_TYPE", A.method, ATTACH_TYPE_AMQP),
            fixed("T_PRIK", "0"),
            tag("ATTACH_DT_MO", A.attached_on, DATE),
            tag("ATTACH_CODE_MO", A.clinic, CLINIC),
            tag("DETACH_DT_MO", A.detached_on, DATE),
            tag("DETACH_CAUSE_MO", A.sender_end_reason),
            tag("PODR", A.building),
            tag("OTD", A.department),
            tag("UCH", A.district),
            tag("SNILS_VR", A.doctor_snils, DIGITS),
            tag("ATTACH_DT", A.section_from, DATE),
            tag("PODR_F", A.fap_building),
            tag("OTD_F", A.fap_department),
            tag("UCH_F", A.fap_district),
            tag("SNILS_VR_F", A.fap_doctor_snils, DIGITS),
            tag("ATTACH_DT_F", A.fap_attached_on, DATE),
            tag("DETACH_DT_F", A.fap_detached_on, DATE),
            tag("PHONE1", A.phone),
        ),
        arrange=_generic_district,
        kinds=(DETACHMENT,),
    ),
    spell(
        ATTACHMENT,
        "generic",
        "PERSONATTACH",
        group("HEADER", tag("CODE_MO", A.reporting_clinic, CLINIC), tag("PERSONATTACHID", A.number)),
        group(
            "BODY",
            tag("BDZID", A.bdz_id, must=True),
            tag("LPUREGION_ID", A.section_id, must=True),
            tag("LPUREGIONFAP_ID", A.fap_section_id),
            tag("PERSONATTACHDATE", A.attached_on, DATE),
            tag("PERSONATTACHENDT", A.detached_on, DATE),
            tag("PERSONATTACHUSL", A.conditional, FLAG),
            tag("CARDCLSECAUSE", A.sender_end_reason),
        ),
        sole=True,
        arrange=_generic_attachment,
        kinds=(DETACHMENT,),
    ),
)
