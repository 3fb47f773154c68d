"""Values no program means: each costs its own record at most, and whatever is told of it is valid by the schema."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from sqlalchemy import func, select

from registry.exchange.pipeline import Incoming, handle
from registry.insured.tables import District
from tests.channels.dcx.attached import DETACH as DETACH_ORDER
from tests.channels.dcx.attached import attachment, detachment, detail, send
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    HOSPITAL,
    PASSWORD,
    PATIENT,
    SECOND,
    HospitalHub,
    fill,
    package,
    person_block,
)
from tests.channels.hospital.records import beds, cancellation, profile, referral

HUGE = 99_999_999_999
KD = ("SendKDInformation", HOSPITAL, "p11_kdInformationlist")
PLAN = ("SendPlanOrdersClinic", CLINIC, "p11_ordercliniclist")
CANCEL = ("SendOrdersNullification", CLINIC, "p11_ordernullificationlist")


def workers(hub: HospitalHub, *records: dict[str, Any], clinic: str | None = CLINIC) -> Any:
    content = {**package(CLINIC), "p11_mocd": clinic, "p12_orcl": records}
    return hub.call("SendAttachDoctorSectionInformation", CLINIC, {"orderpack": content})


def worker(section: str = "77", **changed: Any) -> dict[str, Any]:
    usual = {"d10_nzap": 1, "d11_snils": "112-233-445 95", "d12_orcl": [{"s10_sect": section}], "d14_st": 1}
    return usual | changed


@pytest.mark.parametrize("name", ["k11_cntcn", "k12_cnten", "k15_cntfrmn"])
def test_a_number_of_patients_no_schema_can_hold_costs_its_record_only(hub: HospitalHub, name: str) -> None:
    answer = hub.send(*KD, beds(profile(**{name: HUGE})), beds(profile(k10_kpkcd="61"), m10_nzap=2))
    assert (answer.code, answer.errors) == (1001, {"1": [7009]})


def test_numbers_kept_as_sent_are_told_back_as_numbers_of_the_schema(hub: HospitalHub) -> None:
    volumes = {"n10_vkd": [{"k10_vtp": HUGE, "k11_smcd": "2301", "k12_vkd": 1}]}
    assert hub.send(*KD, beds(profile(k18_vkdlist=volumes))).errors == {"1": [7009]}
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*CANCEL, cancellation(m15_ornrcd=HUGE)).errors == {"1": [225]}
    assert hub.send(*CANCEL, cancellation(m13_orstp=HUGE)).errors == {"1": [223]}
    assert hub.ask("GetOrdersNullification", CLINIC).rows() == []


def test_a_booking_is_answered_by_numbers_of_the_schema(hub: HospitalHub) -> None:
    record = {"p10_recid": HUGE, "p11_brdt": {"a10_stcd": 3004}, "p12_nzap": 1}
    content = {**package(HOSPITAL), "p11_abl": {"r10_abr": [record]}}
    answer = hub.call("SendTryAssertReservedBed", HOSPITAL, {"orderpack": content})
    assert (answer.code, answer.errors) == (1001, {"1": [7009]})


def test_workers_without_a_clinic_open_no_section_of_nobody(hub: HospitalHub) -> None:
    assert workers(hub, worker(), clinic=None).errors == {"1": [5002]}
    with hub.sessions() as session:
        assert session.scalar(select(func.count()).select_from(District)) == 0


def test_a_section_longer_than_any_costs_its_worker_only(hub: HospitalHub) -> None:
    answer = workers(hub, worker("7" * 21), worker("78", d10_nzap=2))
    assert (answer.code, answer.errors) == (1001, {"1": [7009]})
    with hub.sessions() as session:
        assert session.scalars(select(District.code)).all() == ["78"]


def test_a_worker_is_a_doctor_or_of_the_nursing_staff(hub: HospitalHub) -> None:
    assert workers(hub, worker(d14_st=3)).errors == {"1": [7009]}
    assert workers(hub, worker(d14_st=0), worker(d14_st=2, d10_nzap=2)).code == 2000


def test_a_notice_with_a_number_longer_than_any_costs_its_record_only(hub: HospitalHub) -> None:
    notice = {"m01_nzap": 1, "m02_mosrc": CLINIC, "m03_modes": HOSPITAL, "m05_nntf": "7" * 41, "m06_dntf": "2026-11-10"}
    other = {**notice, "m01_nzap": 2, "m05_nntf": "7" * 40}
    records = ({**notice, "m04_pep": person_block(PATIENT)}, {**other, "m04_pep": person_block(SECOND)})
    content = {**package(CLINIC), "p11_list": {"p_10orcl": records}}
    assert hub.call("SendQueryForDeAttachForMO", CLINIC, {"orderpack": content}).errors == {"1": [7009]}


def test_a_move_to_a_section_nobody_knows_is_refused(hub: HospitalHub) -> None:
    for section in ("999", "9" * 30):
        moved = detachment(p14_adr=4, p12_sect=section)
        assert send(hub, DETACH_ORDER, CLINIC, moved).errors == {"1": [517]}
    assert workers(hub, worker("77")).code == 2000
    assert send(hub, DETACH_ORDER, CLINIC, detachment(p14_adr=4, p12_sect="77")).code == 2000


def test_a_page_beyond_all_numbers_is_refused_in_words(hub: HospitalHub) -> None:
    assert "входные параметры" in hub.ask("getEvPlanList", CLINIC, year=2026, mnth=1, page="9" * 18).refusal
    assert "входные параметры" in hub.ask("GetAttachListByRange", CLINIC, startid="9" * 18, isadres=0).refusal


def test_more_details_than_are_allowed_cost_a_later_record_its_own_entry(hub: HospitalHub) -> None:
    many = attachment(SECOND, *(detail() for _ in range(2_501)), p10_nzap=2)
    assert hub.send("MakeAttachAction", CLINIC, "p11_atachlist", many).code == 5001
    answer = hub.send("MakeAttachAction", CLINIC, "p11_atachlist", attachment(ATTACHED, p10_nzap=1), many)
    assert answer.errors == {"1": [552], "2": [5001]}


def test_a_call_read_once_more_after_a_busy_database_is_the_same_call(hub: HospitalHub) -> None:
    many = attachment(SECOND, *(detail() for _ in range(2_501)), p10_nzap=2)
    rows = {"l10_orcl": [attachment(ATTACHED, p10_nzap=1), many]}
    calls = {
        "MakeAttachAction": {**package(CLINIC), "p11_atachlist": rows},
        "SendAttachDoctorSectionInformation": {**package(CLINIC), "p11_mocd": CLINIC, "p12_orcl": [worker()]},
    }
    for operation, content in calls.items():
        element = etree.Element(f"{{http://main.dce/}}{operation}")
        fill(element, {"orderpack": content, "username": CLINIC, "password": PASSWORD, "sendercode": CLINIC})
        came = etree.tostring(element)
        with hub.sessions.begin() as session:
            handle(session, Incoming("soap", "dcx", operation, raw=came, element=element), hub.context)
        assert etree.tostring(element) == came


def test_a_package_of_more_records_than_one_transaction_holds_is_refused(hub: HospitalHub) -> None:
    content = {**package(CLINIC), "p11_ordercliniclist": {"l10_orcl": [""] * 100_001}}
    answer = hub.call("SendPlanOrdersClinic", CLINIC, {"orderpack": content})
    assert answer.code == 5001
    assert "100000" in answer.refusal
    profiles = {"s10_bpr": [""] * 100_001}
    assert hub.send(*KD, beds(m13_bprlist=profiles)).code == 5001
