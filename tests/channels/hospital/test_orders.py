"""Orders of hospitals through the pipeline, on both databases: what is stored, refused, linked and told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from registry.support.hospital.operations.mark_overdue import mark_overdue
from registry.support.hospital.tables import Discharge, Referral, ReferralCancellation, ReferralMove, Stay
from tests.channels.hospital.hub import (
    CLINIC,
    DEAD,
    FIRST_INSURER,
    HOSPITAL,
    OTHER,
    STRANGER,
    HospitalHub,
    person_block,
)
from tests.channels.hospital.records import cancellation, discharge, emergency, hospitalisation, referral
from tests.channels.soap_hub import CLOCK

PLAN = ("SendPlanOrdersClinic", CLINIC, "p11_ordercliniclist")
FACT = ("SendFactOrdersHospital", HOSPITAL, "p11_orderhospitallist")
URGENT = ("SendOrdersHospitalUrgently", HOSPITAL, "p11_orderhospitalurgentlylist")
CANCEL = ("SendOrdersNullification", CLINIC, "p11_ordernullificationlist")
LEAVE = ("SendOrdersLeave", HOSPITAL, "p11_orderleavehospitallist")
Order = tuple[str, str, str]


def states(hub: HospitalHub) -> list[str]:
    with hub.sessions() as session:
        return list(session.scalars(select(ReferralMove.state).order_by(ReferralMove.id)))


def the(hub: HospitalHub, model: Any) -> Any:
    with hub.sessions() as session:
        return session.scalars(select(model)).one()


def test_a_referral_goes_its_way_from_direction_to_discharge(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*FACT, hospitalisation()).code == 2000
    assert hub.send(*LEAVE, discharge()).code == 2000
    assert states(hub) == ["directed", "hospitalised", "discharged"]
    row = the(hub, Referral)
    assert (row.clinic_code, row.hospital_code, row.number) == ("630001", "630002", "77")
    assert (row.issued_on, row.planned_on) == (date(2026, 11, 10), date(2026, 11, 25))
    stay = the(hub, Stay)
    assert stay.referral_id == row.id
    assert stay.discharged_on == date(2026, 11, 19)
    assert stay.told["hospitalised_time"] == "10:30:00"
    assert stay.person_id == row.person_id is not None
    assert the(hub, Discharge).stay_id == stay.id


def test_messages_in_any_order_come_to_the_same_end(hub: HospitalHub) -> None:
    told: dict[str, Any] = {"m13_ortp": 3}
    assert hub.send(*LEAVE, discharge(**told)).code == 2000
    assert hub.send(*FACT, hospitalisation(**told)).code == 2000
    assert hub.send(*PLAN, referral(**told)).code == 2000
    row, stay = the(hub, Referral), the(hub, Stay)
    assert row.state == "discharged"
    assert stay.referral_id == row.id
    assert stay.discharged_on == date(2026, 11, 19)
    assert the(hub, Discharge).stay_id == stay.id


@pytest.mark.parametrize(
    ("order", "record"),
    [(PLAN, referral), (FACT, hospitalisation), (URGENT, emergency), (CANCEL, cancellation), (LEAVE, discharge)],
    ids=["referral", "hospitalisation", "emergency", "cancellation", "discharge"],
)
def test_the_same_record_again_is_accepted_and_changes_nothing(
    hub: HospitalHub, order: Order, record: Callable[[], dict[str, Any]]
) -> None:
    models = {FACT: Stay, URGENT: Stay, CANCEL: ReferralCancellation, LEAVE: Discharge, PLAN: Referral}
    for before in ((PLAN, referral), (FACT, hospitalisation)):
        if before[0] is order or (order is CANCEL and before[0] is FACT):
            break
        assert hub.send(*before[0], before[1]()).code == 2000
    assert hub.send(*order, record()).code == 2000
    packet_id = the(hub, models[order]).packet_id if order is not URGENT else None
    moves = states(hub)
    assert hub.send(*order, {**record(), "m10_nzap": 9, "z99_guid": "another"}).code == 2000
    if packet_id is not None:
        assert the(hub, models[order]).packet_id == packet_id
    assert states(hub) == moves


def test_a_waiting_referral_may_be_changed_and_a_used_one_may_not(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*PLAN, referral(m22_dtph="2026-11-28T00:00:00.000")).code == 2000
    assert the(hub, Referral).planned_on == date(2026, 11, 28)
    assert hub.send(*FACT, hospitalisation()).code == 2000
    refused = hub.send(*PLAN, referral(m22_dtph="2026-11-29T00:00:00.000"))
    assert (refused.code, refused.errors) == (1001, {"1": [7042]})


def test_an_unknown_referral_is_refused_unless_it_is_an_emergency(hub: HospitalHub) -> None:
    assert hub.send(*FACT, hospitalisation()).errors == {"1": [200]}
    assert hub.send(*CANCEL, cancellation()).errors == {"1": [200]}
    assert hub.send(*LEAVE, discharge()).errors == {"1": [200]}
    assert hub.send(*FACT, hospitalisation(m13_ortp=3)).code == 2000
    assert hub.send(*LEAVE, discharge(m13_ortp=3)).code == 2000


def test_a_referral_is_cancelled_once(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*CANCEL, cancellation()).code == 2000
    assert hub.send(*CANCEL, cancellation(m15_ornrcd=4)).errors == {"1": [7041]}
    assert hub.send(*FACT, hospitalisation()).errors == {"1": [7041]}
    assert states(hub) == ["directed", "cancelled"]


def test_a_used_referral_cannot_be_cancelled_nor_used_again(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*FACT, hospitalisation()).code == 2000
    assert hub.send(*CANCEL, cancellation()).errors == {"1": [7042]}
    elsewhere = hospitalisation(m15_modcd=OTHER)
    assert hub.send("SendFactOrdersHospital", OTHER, FACT[2], elsewhere).errors == {"1": [7042]}


def test_the_hospital_and_the_insurer_of_the_patient_may_cancel_and_others_may_not(hub: HospitalHub) -> None:
    operation, _, rows = CANCEL
    for number in ("1", "2"):
        assert hub.send(*PLAN, referral(m11_ornm=number)).code == 2000
    assert hub.send(operation, HOSPITAL, rows, cancellation(m11_ornm="1", m14_ornscd=HOSPITAL)).code == 2000
    assert hub.send(operation, OTHER, rows, cancellation(m11_ornm="2")).errors == {"1": [5002]}
    pretended = cancellation(m11_ornm="2", m14_ornscd="2301")
    assert hub.send(operation, OTHER, rows, pretended).errors == {"1": [200]}
    foreign = cancellation(m11_ornm="2", m14_ornscd="2302")
    assert hub.send(operation, "2302", rows, foreign).errors == {"1": [200]}
    own = cancellation(m11_ornm="2", m14_ornscd=FIRST_INSURER)
    assert hub.send(operation, FIRST_INSURER, rows, own).code == 2000


def test_an_emergency_takes_in_people_nobody_knows(hub: HospitalHub) -> None:
    unknown = {"a10_dct": 0, "a23_dt": 0, "a18_ps": "М"}
    assert hub.send(*URGENT, emergency(m13_pr=unknown)).code == 2000
    assert the(hub, Stay).person_id is None
    assert hub.send(*PLAN, referral(STRANGER)).errors == {"1": [508]}


def test_an_emergency_with_a_referral_that_ended_is_a_stay_without_one(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    assert hub.send(*CANCEL, cancellation()).code == 2000
    assert hub.send(*FACT, hospitalisation(m13_ortp=3)).code == 2000
    assert the(hub, Stay).referral_id is None
    assert states(hub) == ["directed", "cancelled"]


def test_nobody_is_referred_after_death(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral(DEAD)).errors == {"1": [7002]}
    earlier = discharge(DEAD, m13_ortp=3, m15_dttmfh="2026-09-20T08:00:00.000", m16_dttmlv="2026-10-01T08:00:00.000")
    assert hub.send(*LEAVE, earlier).code == 2000


def test_a_referral_that_waits_too_long_is_overdue_and_may_still_be_used(hub: HospitalHub) -> None:
    late = referral(m12_ordt="2026-09-01T00:00:00.000", m22_dtph="2026-10-01T00:00:00.000")
    assert hub.send(*PLAN, late, referral(m10_nzap=2, m11_ornm="78")).code == 2000
    today = date(2026, 11, 20)
    with hub.sessions.begin() as session:
        assert mark_overdue(session, today=today, now=CLOCK.now(), days=30) == 1
        assert mark_overdue(session, today=today, now=CLOCK.now(), days=30) == 0
    assert states(hub) == ["directed", "directed", "overdue"]
    assert hub.send(*FACT, hospitalisation(m12_ordt="2026-09-01T00:00:00.000")).code == 2000
    assert states(hub)[-1] == "hospitalised"


BROKEN: list[tuple[Order, dict[str, Any], list[int]]] = [
    (PLAN, referral(m11_ornm=""), [200]),
    (PLAN, referral(m12_ordt=None), [202]),
    (PLAN, referral(m13_ortp=4), [203]),
    (PLAN, referral(m13_ortp=0), [203]),
    (PLAN, referral(m14_moscd=None), [204]),
    (PLAN, referral(m14_moscd=OTHER), [5002]),
    (PLAN, referral(m15_modcd="99999"), [205]),
    (PLAN, referral(m15_modcd=None), [205]),
    (PLAN, referral(m18_mkbcd=None), [217]),
    (PLAN, referral(m18_mkbcd="35.8"), [217]),
    (PLAN, referral(m19_kpkcd=None), [218]),
    (PLAN, referral(m21_dcnm=None), [220]),
    (PLAN, referral(m22_dtph=None), [221]),
    (PLAN, referral(m22_dtph="2026-11-01T00:00:00.000"), [7011]),
    (PLAN, referral(m16_pr={**person_block(STRANGER), "a25_enp": "123", "a12_dcn": "123"}), [508]),
    (FACT, hospitalisation(m13_ortp=1, m14_moscd="ABCDEFG"), [204]),
    (FACT, hospitalisation(m15_modcd=OTHER), [5002]),
    (FACT, hospitalisation(m16_dttmfh=None), [221]),
    (FACT, hospitalisation(m16_dttmfh="2026-12-16T10:30:00.000"), [7003]),
    (FACT, hospitalisation(m19_sccd=None), [219]),
    (FACT, hospitalisation(m20_crdnum=None), [222]),
    (URGENT, emergency(m12_dttmfh=None), [221]),
    (URGENT, emergency(m16_crdnum="1" * 37), [222]),
    (CANCEL, cancellation(m13_orstp=0), [223]),
    (CANCEL, cancellation(m14_ornscd=None), [224]),
    (CANCEL, cancellation(m15_ornrcd=0), [225]),
    (CANCEL, cancellation(m16_ornld="2026-11-01T00:00:00.000"), [7011]),
    (LEAVE, discharge(m16_dttmlv=None), [226]),
    (LEAVE, discharge(m16_dttmlv="2026-11-15T00:00:00.000"), [7011]),
]


def test_every_broken_record_has_its_code_and_is_not_stored(hub: HospitalHub) -> None:
    for order, record, expected in BROKEN:
        answer = hub.send(*order, record)
        assert (answer.code, answer.errors) == (1001, {"1": expected}), (order[0], record)
        assert answer.refusal == ""
    with hub.sessions() as session:
        for model in (Referral, Stay, Discharge, ReferralCancellation):
            assert session.scalars(select(model)).all() == []


def test_good_records_beside_a_broken_one_are_stored(hub: HospitalHub) -> None:
    answer = hub.send(*PLAN, referral(), referral(m10_nzap=2, m11_ornm=""), referral(m10_nzap=3))
    assert (answer.code, answer.errors) == (1001, {"2": [200], "3": [201]})
    assert the(hub, Referral).number == "77"


def test_a_package_that_is_wrong_as_a_whole_is_rejected_with_all_its_records(hub: HospitalHub) -> None:
    whole: list[tuple[list[dict[str, Any]], dict[str, Any], list[int]]] = [
        ([], {}, [107]),
        ([referral()], {"p10_pakagedate": None}, [108]),
        ([referral(), referral(m11_ornm="78")], {}, [104]),
        ([referral(m10_nzap=0)], {}, [105]),
    ]
    for records, header, expected in whole:
        answer = hub.send(*PLAN, *records, **header)
        assert (answer.code, answer.errors, answer.refusal) == (1000, {"-1": expected}, "")
        assert answer.element.findtext(".//p13_zerrpkg") == "0"
    both = hub.send(*PLAN, referral(m10_nzap=5), referral(m10_nzap=5, m11_ornm=""))
    assert (both.code, both.errors) == (1001, {"-1": [104], "5": [200]})
    with hub.sessions() as session:
        assert session.scalars(select(Referral)).all() == []
