"""What clinics, hospitals, insurers and the fund are told of referrals, stays and places, on both databases."""

from __future__ import annotations

from typing import Any

from registry.exchange.options import set_option
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    FIRST_INSURER,
    FUND,
    HOSPITAL,
    MOVED,
    OTHER,
    SECOND,
    SECOND_INSURER,
    HospitalHub,
)
from tests.channels.hospital.records import (
    beds,
    cancellation,
    discharge,
    emergency,
    hospitalisation,
    profile,
    referral,
)
from tests.channels.hospital.test_orders import CANCEL, FACT, LEAVE, PLAN, URGENT
from tests.channels.soap_hub import CLOCK

ASKERS = (CLINIC, HOSPITAL, OTHER, FIRST_INSURER, SECOND_INSURER, FUND)
KD = ("SendKDInformation", HOSPITAL, "p11_kdInformationlist")


def seen(hub: HospitalHub, operation: str, **parameters: Any) -> dict[str, list[str]]:
    """By asker, what stands in the column of numbers or cards of the list."""
    column = "m16_crdnum" if "Urgently" in operation else "m11_ornm"
    found = {}
    for asker in ASKERS:
        rows = hub.ask(operation, asker, **parameters).rows()
        found[asker] = sorted(row.findtext(column) or "" for row in rows)
    return found


def test_rows_are_told_to_source_destination_insurer_and_fund_only(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral(), referral(SECOND, m10_nzap=2, m11_ornm="78")).code == 2000
    assert seen(hub, "GetPlanOrdersClinic") == {
        CLINIC: ["77", "78"],
        HOSPITAL: ["77", "78"],
        OTHER: [],
        FIRST_INSURER: ["77"],
        SECOND_INSURER: ["78"],
        FUND: ["77", "78"],
    }


def test_the_insurer_of_the_day_of_a_row_sees_it_after_a_change_of_insurer(hub: HospitalHub) -> None:
    before = referral(MOVED, m11_ornm="1", m12_ordt="2026-06-10T00:00:00.000", m22_dtph="2026-11-30T00:00:00.000")
    after = referral(MOVED, m10_nzap=2, m11_ornm="2")
    assert hub.send(*PLAN, before, after).code == 2000
    found = seen(hub, "GetPlanOrdersClinic")
    assert (found[FIRST_INSURER], found[SECOND_INSURER]) == (["1"], ["2"])


def test_every_kind_of_order_comes_back_as_it_was_sent(hub: HospitalHub) -> None:
    sent = {
        "GetPlanOrdersClinic": (PLAN, referral()),
        "GetFactOrdersHospital": (FACT, hospitalisation()),
        "GetOrdersHospitalUrgently": (URGENT, emergency()),
        "GetOrdersLeaveHospital": (LEAVE, discharge()),
    }
    for operation, (order, record) in sent.items():
        assert hub.send(*order, record).code == 2000, operation
    assert hub.send(*PLAN, referral(m11_ornm="78")).code == 2000
    assert hub.send(*CANCEL, cancellation(m11_ornm="78")).code == 2000
    told = {operation: (record, order) for operation, (order, record) in sent.items()}
    told["GetOrdersNullification"] = (cancellation(m11_ornm="78"), CANCEL)
    for operation, (record, _) in told.items():
        rows = [
            row
            for row in hub.ask(operation, HOSPITAL).rows()
            if row.findtext("m11_ornm") != "78" or "Null" in operation
        ]
        assert len(rows) == 1, operation
        for name, value in record.items():
            if isinstance(value, dict):
                block = rows[0].find(name)
                assert block is not None
                assert {one: block.findtext(one) for one in value} == {one: str(text) for one, text in value.items()}
            elif name != "m10_nzap":
                assert (rows[0].findtext(name) or "").removesuffix("+04:00") == str(value).removesuffix("+04:00"), name


def test_lists_of_a_day_and_of_changes_need_their_date(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral()).code == 2000
    day, today = "2026-11-10T00:00:00.000", "2026-11-20T08:00:00.000"
    assert seen(hub, "GetPlanOrdersClinicPDG", lastsynhdate=day)[HOSPITAL] == ["77"]
    assert seen(hub, "GetPlanOrdersClinicPDG", lastsynhdate=today)[HOSPITAL] == []
    assert seen(hub, "GetPlanOrdersClinicLDS", lastsynhdate=today)[HOSPITAL] == ["77"]
    assert seen(hub, "GetPlanOrdersClinicLDS", lastsynhdate="2026-11-21T00:00:00.000")[HOSPITAL] == []
    for operation in ("GetPlanOrdersClinicPDG", "GetKDInformationLDS"):
        answer = hub.ask(operation, HOSPITAL)
        assert answer.element.findtext(".//p13_zerrpkg") == "-1"
        assert answer.refusal.startswith("Неверно заданы входные параметры. ")
    assert hub.ask("GetPlanOrdersClinicLDS", HOSPITAL, lastsynhdate="2026-10-01T00:00:00.000").refusal
    assert hub.call("GetPlanOrdersClinic", HOSPITAL, {}, password="не тот").refusal.startswith("Пакет отклонён")


def test_a_list_longer_than_one_answer_is_refused_and_never_cut(hub: HospitalHub) -> None:
    days = ("2026-11-08T00:00:00.000", "2026-11-09T00:00:00.000", "2026-11-10T00:00:00.000")
    records = [referral(m10_nzap=n, m11_ornm=str(n), m12_ordt=day) for n, day in enumerate(days, 1)]
    assert hub.send(*PLAN, *records).code == 2000
    assert hub.send(*KD, beds(profile(), profile(k10_kpkcd="61"), profile(k10_kpkcd="62"))).code == 2000
    with hub.sessions.begin() as session:
        set_option(session, "whole_list_rows", 2, CLOCK.now())
    hub.context.remembered.forget()
    for operation, hint in (
        ("GetPlanOrdersClinic", "PDG"),
        ("GetPlanOrdersClinicLDS", "более позднюю дату"),
        ("GetKDInformation", "PDG"),
        ("GetKDInformationPDG", "LDS"),
    ):
        parameters = {"lastsynhdate": "2026-11-20T00:00:00.000"} if operation[-3:] in ("PDG", "LDS") else {}
        answer = hub.ask(operation, FUND, **parameters)
        assert answer.rows() == [], operation
        assert answer.refusal.startswith("Неверно заданы входные параметры. В списке больше 2 строк"), operation
        assert hint in answer.refusal, operation
    assert seen(hub, "GetPlanOrdersClinicPDG", lastsynhdate=days[0])[FUND] == ["1"]
    assert len(hub.ask("GetKDInformationByKpk", FUND, kpkcode="61").rows()) == 1


def test_places_of_the_latest_report_are_told_to_everybody_with_volumes(hub: HospitalHub) -> None:
    first = beds(profile(), profile(k10_kpkcd="61", k15_cntfrmn=-2))
    assert hub.send(*KD, first).code == 2000
    assert hub.send(*KD, beds(profile(k15_cntfrmn=7))).code == 2000
    for asker in ASKERS:
        (row,) = hub.ask("GetKDInformation", asker).rows()
        profiles = {one.findtext("k10_kpkcd"): one for one in row.iter("s10_bpr")}
        assert row.findtext("m12_mocd") == HOSPITAL
        assert set(profiles) == {"60", "61"}
        assert profiles["60"].findtext("k15_cntfrmn") == "7"
        assert profiles["60"].findtext("k18_vkdlist/n10_vkd/k12_vkd") == "12"
    assert len(hub.ask("GetKDInformationByMO", CLINIC, mocode=HOSPITAL).rows()) == 1
    assert hub.ask("GetKDInformationByMO", CLINIC, mocode=OTHER).rows() == []
    assert hub.ask("GetKDInformationByMO", CLINIC).refusal
    (narrow,) = hub.ask("GetKDInformationByKPKMO", CLINIC, mocode=HOSPITAL, kpkcode="61").rows()
    assert [one.findtext("k10_kpkcd") for one in narrow.iter("s10_bpr")] == ["61"]
    assert len(hub.ask("GetKDInformationByKpk", CLINIC, kpkcode="60").rows()) == 1
    assert len(hub.ask("GetKDInformationPDG", CLINIC, lastsynhdate="2026-11-20T00:00:00.000").rows()) == 1
    assert hub.ask("GetKDInformationPDG", CLINIC, lastsynhdate="2026-11-19T00:00:00.000").rows() == []
    assert len(hub.ask("GetKDInformationLDS", CLINIC, lastsynhdate="2026-11-20T00:00:00.000").rows()) == 1


def test_places_of_others_and_impossible_counts_are_refused(hub: HospitalHub) -> None:
    assert hub.send(*KD, beds(m12_mocd=OTHER)).errors == {"1": [5002]}
    assert hub.send(*KD, beds(m11_indt=None)).errors == {"1": [7010]}
    assert hub.send(*KD, beds(profile(k10_kpkcd=None))).errors == {"1": [218]}
    assert hub.send(*KD, beds(profile(), profile())).errors == {"1": [218]}
    assert hub.send(*KD, beds(profile(k11_cntcn=-1))).errors == {"1": [7009]}


def test_a_month_of_places_makes_bed_days(hub: HospitalHub) -> None:
    for day in ("2026-11-18", "2026-11-19"):
        assert hub.send(*KD, beds(m11_indt=f"{day}T00:00:00.000")).code == 2000
    answer = hub.ask("GetFreeKDInformation", CLINIC, yearcode=2026, monthcode=11)
    assert answer.element.findtext(".//p11_perinf/c11_month") == "11"
    (row,) = answer.rows()
    assert [(one.tag, one.text) for one in row[1]] == [
        ("r1_kpkcd", "60"),
        ("r2_allbd", "46"),
        ("r3_bsbd", "40"),
        ("r5_allhsp", "6"),
    ]
    assert hub.ask("GetFreeKDInformationByMO", CLINIC, yearcode=2026, monthcode=11, mocode=OTHER).rows() == []
    assert hub.ask("GetFreeKDInformation", CLINIC, yearcode=2026, monthcode=13).refusal
    assert hub.ask("GetRealReservedBedList", CLINIC, yearcode=2026, monthcode=11).rows() == []


def test_attached_people_are_counted_by_clinic_and_insurer(hub: HospitalHub) -> None:
    asked = {"params": {"d_01": "2026-11-20T00:00:00.000"}}
    assert ATTACHED.told["clinic"] == "630001"
    for asker, expected in (
        (FUND, [CLINIC]),
        (CLINIC, [CLINIC]),
        (OTHER, []),
        (FIRST_INSURER, [CLINIC]),
        (SECOND_INSURER, []),
    ):
        answer = hub.call("GetAttachAgregateSmoMoByDate", asker, asked)
        assert [row.findtext("mo_01") for row in answer.rows()] == expected
    (row,) = hub.call("GetAttachAgregateSmoMoByDate", FUND, asked).rows()
    assert row.findtext("smo_inf/smo_dt/smo_cd") == FIRST_INSURER
    assert row.findtext("smo_inf/smo_dt/smo_st/c_01") == "1"
    assert len(hub.call("GetAttachAgregateSmoMoByDate", FUND, {}).element) == 0
