"""Coded values of the contract are held to its dictionaries (clause 5)."""

from __future__ import annotations

from tests.channels.hospital.hub import CLINIC, HOSPITAL, HospitalHub
from tests.channels.hospital.records import beds, referral

PLAN = ("SendPlanOrdersClinic", CLINIC, "p11_ordercliniclist")
KD = ("SendKDInformation", HOSPITAL, "p11_kdInformationlist")


def test_conditions_of_care_are_round_the_clock_or_by_day_and_0_is_none(hub: HospitalHub) -> None:
    assert hub.send(*PLAN, referral(m24_usok="3")).errors == {"1": [7009]}
    assert hub.send(*KD, beds(m15_usok="стационар")).errors == {"1": [7009]}
    assert hub.send(*PLAN, referral(m24_usok="0"), referral(m10_nzap=2, m11_ornm="78", m24_usok="2")).code == 2000
    rows = hub.ask("GetPlanOrdersClinic", CLINIC).rows()
    assert sorted((row.findtext("m11_ornm"), row.findtext("m24_usok")) for row in rows) == [("77", None), ("78", "2")]
    assert hub.send(*KD, beds(m15_usok="0")).code == 2000
