"""Booking as programs of 2017 do it: statuses kept, asked for by guid, answered by the hospital; quiet hours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from registry.exchange.options import set_option
from registry.support.hospital.tables import Booking, Referral
from tests.channels.hospital.hub import CLINIC, HOSPITAL, OTHER, HospitalHub, Reply, package
from tests.channels.hospital.records import beds, cancellation, discharge, emergency, referral
from tests.channels.hospital.test_lists import KD
from tests.channels.hospital.test_orders import PLAN
from tests.channels.soap_hub import CLOCK

GUID = "0c7be1aa-5a53-4a0b-8a6a-7d7d6a1f3b0{}"


def book(hub: HospitalHub, operation: str, sender: str, name: str, record: Mapping[str, Any], guid: str) -> Reply:
    return hub.call(operation, sender, {"orderpack": {**package(sender, p12_pakageguid=guid), name: record}})


def status(hub: HospitalHub, asker: str, *guids: str) -> list[tuple[str | None, str | None]]:
    asked = {"orderpack": {**package(asker), "p11guid_list": {"r10_guid": guids}}}
    answer = hub.call("GetReservedBedStatus", asker, asked)
    return [(row.findtext("r10_guid"), row.findtext("r11_stcd")) for row in answer.rows("g10_guitst")]


def test_a_place_is_booked_when_the_hospital_has_reported_a_free_one(hub: HospitalHub) -> None:
    first, second = GUID.format(1), GUID.format(2)
    assert book(hub, "SendTryReservedBed", CLINIC, "p11_orderclinic", referral(), first).code == 2000
    assert hub.send(*KD, beds()).code == 2000
    other = referral(m11_ornm="78")
    assert book(hub, "SendTryReservedBed", CLINIC, "p11_orderclinic", other, second).code == 2000
    assert status(hub, CLINIC, first, second) == [(first, "4002"), (second, "4007")]
    assert status(hub, HOSPITAL, second) == [(second, "4007")]
    with hub.sessions() as session:
        assert session.scalars(select(Referral.number).order_by(Referral.number)).all() == ["77", "78"]


def test_every_request_keeps_its_status(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    calls = (
        ("SendTryCancelBed", CLINIC, "p11_ordernullification", cancellation(), "3012"),
        ("SendReservedBedUrgently", HOSPITAL, "p11_orderhospitalurgently", emergency(), "4004"),
        ("SendTryFreeBed", HOSPITAL, "p11_orderleavehospital", discharge(m20_crdnum="16/26"), "3013"),
    )
    for number, (operation, sender, name, record, expected) in enumerate(calls):
        guid = GUID.format(number)
        assert book(hub, operation, sender, name, record, guid).code == 2000
        assert status(hub, sender, guid) == [(guid, expected)]


def test_a_refused_request_and_one_of_others_are_unknown(hub: HospitalHub) -> None:
    guid = GUID.format(1)
    refused = book(hub, "SendTryReservedBed", CLINIC, "p11_orderclinic", referral(m19_kpkcd=None), guid)
    assert (refused.code, refused.errors) == (1004, {"1": [218]})
    asked = {"orderpack": {**package(CLINIC), "p11guid_list": {"r10_guid": [guid]}}}
    answer = hub.call("GetReservedBedStatus", CLINIC, asked)
    assert (answer.code, answer.refusal) == (1008, "")
    assert book(hub, "SendTryReservedBed", CLINIC, "p11_orderclinic", referral(), GUID.format(2)).code == 2000
    assert status(hub, OTHER, GUID.format(2)) == [(GUID.format(2), "1008")]


def test_a_hospital_answers_a_request_and_so_sets_the_day_of_the_referral(hub: HospitalHub) -> None:
    guid = GUID.format(1)
    assert book(hub, "SendTryReservedBed", CLINIC, "p11_orderclinic", referral(), guid).code == 2000
    with hub.sessions() as session:
        booking = session.scalars(select(Booking.id)).one()

    def answered(sender: str, number: int, code: int) -> tuple[int, list[str | None], dict[str, list[int]]]:
        detail = {"a10_stcd": code, "a11_hsdt": "2026-11-26T00:00:00.000"}
        record = {"p10_recid": number, "p11_brdt": detail, "p12_nzap": 1}
        call = {"orderpack": {**package(sender), "p11_abl": {"r10_abr": [record]}}}
        answer = hub.call("SendTryAssertReservedBed", sender, call)
        return answer.code, [row.findtext("a11_stcd") for row in answer.rows("l10_recl")], answer.errors

    assert answered(OTHER, booking, 3004) == (1001, ["3014"], {"1": [7043]})
    assert answered(HOSPITAL, booking, 17) == (1001, [], {"1": [7009]})
    assert answered(HOSPITAL, booking, 3004) == (2000, ["3004"], {})
    assert status(hub, CLINIC, guid) == [(guid, "3004")]
    with hub.sessions() as session:
        row = session.scalars(select(Referral)).one()
        assert (row.state, f"{row.accepted_on:%d.%m.%Y}") == ("accepted", "26.11.2026")
    assert book(hub, "SendTryCancelBed", CLINIC, "p11_ordernullification", cancellation(), GUID.format(2)).code == 2000
    assert answered(HOSPITAL, booking, 3004) == (2000, ["3011"], {})


def test_two_old_operations_check_their_package_before_the_password(hub: HospitalHub) -> None:
    empty = {"orderpack": {**package(HOSPITAL), "p11_abl": {}}}
    answer = hub.call("SendTryAssertReservedBed", HOSPITAL, empty, password="не тот")
    assert (answer.code, answer.errors, answer.refusal) == (1000, {"-1": [107]}, "")
    answer = hub.call("SendKDInformation", HOSPITAL, empty, password="не тот")
    assert answer.code == 1002


def test_packages_are_taken_outside_the_quiet_hours_when_there_are_any(hub: HospitalHub) -> None:
    with hub.sessions.begin() as session:
        set_option(session, "dcx_quiet_hours", "9-20", CLOCK.now())
    hub.context.remembered.forget()
    answer = hub.send(*PLAN, referral())
    assert (answer.code, answer.refusal) == (1009, "")
    assert answer.element.findtext(".//responceMessage") == "Пакет отклонён: приём пакетов разрешён с 20:00 до 9:00"
    with hub.sessions.begin() as session:
        set_option(session, "dcx_quiet_hours", "20-9", CLOCK.now())
    hub.context.remembered.forget()
    assert hub.send(*PLAN, referral()).code == 2000


def test_a_package_again_gets_the_same_answer_and_its_guid_serves_no_other(hub: HospitalHub) -> None:
    guid = GUID.format(1)
    call = {"orderpack": {**package(CLINIC, p12_pakageguid=guid), "p11_ordercliniclist": {"l10_orcl": [referral()]}}}
    first = hub.call("SendPlanOrdersClinic", CLINIC, call)
    assert (first.code, hub.call("SendPlanOrdersClinic", CLINIC, call).code) == (2000, 2000)
    other = json.loads(json.dumps(call))
    other["orderpack"]["p11_ordercliniclist"]["l10_orcl"][0]["m11_ornm"] = "79"
    assert hub.call("SendPlanOrdersClinic", CLINIC, other).code == 1005


def test_a_package_of_orders_is_refused_at_the_door_in_the_order_of_the_contract(hub: HospitalHub) -> None:
    rows = {"p11_ordercliniclist": {"l10_orcl": [referral()]}}
    headers: list[tuple[dict[str, Any], int]] = [
        ({"p12_pakageguid": None}, 1003),
        ({"p12_pakageguid": "short"}, 1005),
        ({"p11_pakagesender": OTHER}, 1006),
        ({}, 1002),
    ]
    for changed, expected in headers:
        call = {"orderpack": {**package(CLINIC, **changed), **rows}}
        answer = hub.call("SendPlanOrdersClinic", CLINIC, call, password="не тот")
        assert (answer.code, answer.element.findtext(".//p13_zerrpkg")) == (expected, "-1")
        assert answer.refusal
        assert answer.element.find("responcepack/r12_orerl") is not None
