"""Every code of the contract is provoked by a call through the SOAP channel, or told why nothing can provoke it (6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from registry.exchange.options import set_option
from registry.insured.operations import attach_people
from registry.store.engine import create_hub_engine, session_factory
from registry.support.hospital.rules.booking_checks import POSSIBLE
from registry.support.hospital.tables import Booking
from soap.app import create_application
from tests.channels.dcx.attached import ATTACH, DETACH, attachment, detachment, detail, looked_up, send
from tests.channels.dcx.wire import Wire, wired
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    FIRST_INSURER,
    HOSPITAL,
    MOVED,
    PATIENT,
    SECOND,
    STRANGER,
    HospitalHub,
    Reply,
    package,
    person_block,
)
from tests.channels.hospital.records import cancellation, discharge, hospitalisation, referral
from tests.channels.soap_hub import CLOCK

Asked = Callable[[Wire], Reply]
NOON = "T00:00:00.000"
PLAN = ("SendPlanOrdersClinic", CLINIC, "p11_ordercliniclist")
FACT = ("SendFactOrdersHospital", HOSPITAL, "p11_orderhospitallist")
CANCEL = ("SendOrdersNullification", CLINIC, "p11_ordernullificationlist")
LEAVE = ("SendOrdersLeave", HOSPITAL, "p11_orderleavehospitallist")
ROWS = ("putEvPlanList", CLINIC, "evPlanList", "evPlan")
DATES = ("putEvPlanDates", CLINIC, "evPlanDates", "evPlanDate")
TOLD = ("putEvFactInfos", FIRST_INSURER, "evFactInfos", "evFactInfo")
DONE = ("putEvFactExecs", CLINIC, "evFactExecs", "evFactExec")
BOOKED = "SendTryReservedBed"

# what the contract lists (6.1 and 6.2); statuses of booking are told by GetReservedBedStatus
PACKAGE = {*range(1000, 1015), 2000, 3000, 5000, 5001, 5002, 5003, 9999}
STATUSES = {*range(3001, 3015), *range(4000, 4008)}
RECORD = {
    *(100, 101, 104, 105, 107, 108, *range(200, 227)),
    *(500, 508, 509, 512, 513, 517, 531, 548, 552),
    *(*range(601, 608), *range(610, 621)),
}
PERSON_BLOCK = dict.fromkeys(range(206, 217), "the split of the person block is not known: 508, 509, 7004, 7006–7008")
UNREACHABLE = {
    1007: "places are booked in the hub itself, no clinic has an address to be asked at",
    1010: "no string of parameters is sent to a clinic",
    1011: "no socket to a clinic is opened",
    5000: "defined, never raised by the contract either",
    100: "a short guid is refused by the package code 1005 before its records are looked at",
    101: "a package without a sender is refused by 1003 or 9999 before",
    **PERSON_BLOCK,
}


def plan(**changed: Any) -> dict[str, Any]:
    usual = {"rid": 1, "kind": 1, "year": 2026, "mnth": 12, "code_mo": CLINIC, "dfSection": "12", "category": 0}
    return usual | {"person": person_block(ATTACHED)} | changed


def planned(**changed: Any) -> dict[str, Any]:
    usual = {"rid": 1, "code_mo": CLINIC, "kind": 1, "evdt": f"2026-12-10{NOON}", "meth": 1}
    return usual | {"comment": "", "address": "ул. Набережная, 1"} | changed


def informing(**changed: Any) -> dict[str, Any]:
    usual = {"rid": 1, "smo_code": FIRST_INSURER, "code_mo": CLINIC, "infodate": f"2026-11-10{NOON}"}
    return usual | {"infometh": 1, "infostep": 1, "inforslt": 0, "person": person_block(ATTACHED)} | changed


def done(**changed: Any) -> dict[str, Any]:
    usual = {"rid": 1, "code_mo": CLINIC, "execdate": f"2026-11-10{NOON}", "execstep": 103, "execmeth": 1}
    return usual | {"person": person_block(ATTACHED)} | changed


def attached(clinic: str = CLINIC, **changed: Any) -> Asked:
    """Attach the first patient, or whoever is named, as a detail says."""
    block = changed.pop("block", person_block(PATIENT))
    return lambda hub: send(hub, ATTACH, clinic, attachment(PATIENT, detail(**changed), p11_mocd=clinic, p12_pr=block))


def sent(order: tuple[str, str, str], *records: Mapping[str, Any], **header: Any) -> Asked:
    return lambda hub: hub.send(*order, *records, **header)


def put(order: tuple[str, str, str, str], *records: Mapping[str, Any]) -> Asked:
    return lambda hub: hub.put(*order, *records)


def booked(guid: str, **changed: Any) -> Asked:
    content = {"orderpack": {**package(CLINIC, p12_pakageguid=guid), "p11_orderclinic": referral(**changed)}}
    return lambda hub: hub.call(BOOKED, CLINIC, content)


def with_setting(name: str, value: Any, ask: Asked) -> Asked:
    def asked(hub: Wire) -> Reply:
        for one in (value, before[name]):
            with hub.sessions.begin() as session:
                set_option(session, name, one, CLOCK.now())
            hub.context.remembered.forget()
            if one is value:
                reply = ask(hub)
        return reply

    before = {"dcx_quiet_hours": "", "plan_methods": [1, 2, 3]}
    return asked


def without_database(hub: Wire) -> Reply:
    """The same call while the database is away."""
    engine = create_hub_engine("postgresql://nobody@127.0.0.1:1/nowhere")
    away = Wire(hub.sessions, hub.context, application=create_application(session_factory(engine), hub.context))
    return away.send(*PLAN, referral())


def stopped_by_a_bug(hub: Wire) -> Reply:
    with pytest.MonkeyPatch.context() as bug:
        bug.setattr(attach_people, "settle_districts", lambda _work: 1 // 0)
        return attached()(hub)


def unknown_guid(hub: Wire) -> Reply:
    asked = {**package(CLINIC), "p11guid_list": {"r10_guid": ["unknown-guid"]}}
    return hub.call("GetReservedBedStatus", CLINIC, {"orderpack": asked})


def obsolete(hub: Wire) -> Reply:
    return hub.call("SendAttachDoctorInformation", CLINIC, {"orderpack": {**package(CLINIC), "p11_doclist": {}}})


def unfinished(hub: Wire) -> Reply:
    content = {"orderpack": {**package(CLINIC), "p11_atachmoscstlist": {}}}
    return hub.call("SendAttachMoStreetSection", CLINIC, content, password="не тот")


PACKAGE_CODES: dict[int, Asked] = {
    1000: sent(PLAN, referral(), referral(m11_ornm="78")),
    1001: sent(PLAN, referral(m18_mkbcd=None)),
    1002: unfinished,  # the operation that was never finished asks for its password like the others
    1003: sent(PLAN, referral(), p12_pakageguid=None),
    1004: booked("a-guid-of-a-refused-booking", m19_kpkcd=None),
    1005: sent(PLAN, referral(), p12_pakageguid="short"),
    1006: sent(PLAN, referral(), p11_pakagesender=HOSPITAL),
    1008: unknown_guid,
    1009: with_setting("dcx_quiet_hours", "9-20", sent(PLAN, referral())),
    1012: obsolete,
    1013: lambda hub: hub.ask("GetQueryForDeAttachForMO", CLINIC),
    1014: lambda hub: hub.ask("GetAttachListByRangeAct", CLINIC, startid=0, monthact=1, yearact=2017),
    2000: sent(PLAN, referral()),
    3000: without_database,
    5001: lambda hub: send(hub, DETACH, CLINIC, *[detachment(p10_nzap=number) for number in range(1, 2502)]),
    5002: lambda hub: send(hub, ATTACH, CLINIC, attachment(p11_mocd=HOSPITAL)),
    5003: lambda hub: send(hub, DETACH, CLINIC, detachment(p15_mo=HOSPITAL)),
    9999: stopped_by_a_bug,
}
# these stand in the header of a list as a text alone (contract, 2.3)
ONLY_IN_WORDS = {1013: "Неверно заданы входные параметры", 1014: "За период акты сверки ещё не созданы"}

RECORD_CODES: dict[int, Asked] = {
    104: PACKAGE_CODES[1000],
    105: sent(PLAN, referral(m10_nzap=0)),
    107: sent(PLAN),
    108: sent(PLAN, referral(), p10_pakagedate=None),
    200: sent(PLAN, referral(m11_ornm=None)),
    201: sent(PLAN, referral(m11_ornm="92"), referral(m11_ornm="92", m10_nzap=2)),
    202: sent(PLAN, referral(m12_ordt=None)),
    203: sent(PLAN, referral(m13_ortp=9)),
    204: sent(PLAN, referral(m14_moscd=None)),
    205: sent(PLAN, referral(m15_modcd="99999")),
    217: sent(PLAN, referral(m18_mkbcd=None)),
    218: sent(PLAN, referral(m19_kpkcd=None)),
    219: sent(PLAN, referral(m20_sccd="1" * 60)),
    220: sent(PLAN, referral(m21_dcnm=None)),
    221: sent(PLAN, referral(m22_dtph=None)),
    222: sent(FACT, hospitalisation(m20_crdnum=None)),
    223: sent(CANCEL, cancellation(m13_orstp=None)),
    224: sent(CANCEL, cancellation(m14_ornscd=None)),
    225: sent(CANCEL, cancellation(m15_ornrcd=None)),
    226: sent(LEAVE, discharge(m16_dttmlv=None)),
    500: lambda hub: looked_up(hub, person_block(STRANGER)),
    508: attached(block=person_block(STRANGER)),
    509: attached(block=person_block(PATIENT) | {"a15_pfio": "Иной", "a16_pnm": "Другой"}),
    512: attached(a10_aad=None),
    513: attached(a13_attp=9),
    517: attached(a12_sect="404"),
    531: lambda hub: (attached(HOSPITAL, a10_aad=f"2026-10-01{NOON}")(hub), attached()(hub))[1],
    548: attached(HOSPITAL, block=person_block(ATTACHED), a13_attp=1),
    552: attached(block=person_block(ATTACHED)),
    601: put(ROWS, plan(code_mo="99999")),
    602: put(TOLD, informing(smo_code="9999")),
    603: put(ROWS, plan(kind=99)),
    604: put(DATES, planned(meth=9)),
    605: put(TOLD, informing(infometh=9)),
    606: put(TOLD, informing(infostep=9)),
    607: put(DONE, done(execstep=999)),
    610: put(ROWS, plan(code_mo=HOSPITAL)),
    611: put(DATES, planned(evdt=None)),
    612: put(ROWS, plan(mnth=13)),
    613: put(TOLD, informing(infodate=None)),
    614: put(DONE, done(execdate=None)),
    615: put(TOLD, informing(person=person_block(SECOND))),
    616: put(ROWS, plan(person=person_block(STRANGER))),
    617: put(ROWS, plan(person=person_block(MOVED))),
    618: lambda hub: (put(ROWS, plan(rid=1))(hub), put(ROWS, plan(rid=3, mnth=11))(hub))[1],
    619: put(ROWS, plan(rid=5, kind=2), plan(rid=6, kind=2)),
    620: with_setting("plan_methods", [1], put(DATES, planned(rid=7, meth=3))),
}


def test_every_code_of_the_contract_is_provoked_or_has_a_reason_not_to_be() -> None:
    assert {*PACKAGE_CODES, *RECORD_CODES}.isdisjoint(UNREACHABLE)
    assert {*PACKAGE_CODES, *RECORD_CODES, *UNREACHABLE} == PACKAGE | RECORD


def test_every_package_code_is_told(hub: HospitalHub) -> None:
    wire = wired(hub)
    for code, ask in PACKAGE_CODES.items():
        said = ask(wire)
        if code in ONLY_IN_WORDS:
            assert said.refusal.startswith(ONLY_IN_WORDS[code]), code
        else:
            assert said.code == code, code


def test_every_record_code_is_told_with_the_code_of_its_package(hub: HospitalHub) -> None:
    wire = wired(hub)
    for code, ask in RECORD_CODES.items():
        said = ask(wire)
        assert code in {one for of_record in said.errors.values() for one in of_record}, code
        assert said.code == (1000 if code < 200 else 1001), code
        assert said.refusal == "", code
        assert all(one.text for one in said.element.iter("e11_ems")), code


def test_every_status_of_a_booking_is_kept_and_told(hub: HospitalHub) -> None:
    wire = wired(hub)
    for status in sorted(STATUSES & set(POSSIBLE)):
        guid = str(uuid4())
        assert booked(guid, m11_ornm=str(status))(wire).code == 2000
        with hub.sessions() as session:
            number = session.scalars(select(Booking.id).where(Booking.packet_guid == guid)).one()
        record = {"p10_recid": number, "p11_brdt": {"a10_stcd": status}, "p12_nzap": 1}
        asserted = {"orderpack": {**package(HOSPITAL), "p11_abl": {"r10_abr": [record]}}}
        assert wire.call("SendTryAssertReservedBed", HOSPITAL, asserted).code == 2000
        asked = {"orderpack": {**package(CLINIC), "p11guid_list": {"r10_guid": [guid]}}}
        [row] = wire.call("GetReservedBedStatus", CLINIC, asked).rows("g10_guitst")
        assert row.findtext("r11_stcd") == str(status)
    assert STATUSES - set(POSSIBLE) == set()
