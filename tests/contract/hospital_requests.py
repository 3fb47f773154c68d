"""One request for every operation of DCExchangeSrv about referrals, stays and places."""

from __future__ import annotations

from typing import Any

from tests.channels.soap_hub import LOGIN
from tests.contract.dcexchange_requests import PERSON, WHO, Requests, package

DAY = "2026-11-18T00:00:00.000"
MOMENT = "2026-11-19T10:30:00.000+04:00"
REFERRAL = {"m11_ornm": "77", "m12_ordt": DAY}


def referral() -> dict[str, Any]:
    return {
        "m10_nzap": 1,
        **REFERRAL,
        "m13_ortp": 1,
        "m14_moscd": LOGIN,
        "m15_modcd": LOGIN,
        "m16_pr": PERSON,
        "m18_mkbcd": "K35.8",
        "m19_kpkcd": "60",
        "m20_sccd": "1",
        "m21_dcnm": "1203",
        "m22_dtph": "2026-12-01T00:00:00.000",
        "m23_zerr": 0,
        "m24_usok": "1",
    }


def hospitalisation() -> dict[str, Any]:
    return {
        "m10_nzap": 1,
        **REFERRAL,
        "m13_ortp": 1,
        "m14_moscd": LOGIN,
        "m15_modcd": LOGIN,
        "m16_dttmfh": MOMENT,
        "m17_pr": PERSON,
        "m18_kpkcd": "60",
        "m19_sccd": "1",
        "m20_crdnum": "15/26",
        "m21_mkbcd": "K35.8",
        "m22_zerr": 0,
    }


def emergency() -> dict[str, Any]:
    return {
        "m10_nzap": 1,
        "m11_modcd": LOGIN,
        "m12_dttmfh": MOMENT,
        "m13_pr": PERSON,
        "m14_kpkcd": "60",
        "m15_sccd": "1",
        "m16_crdnum": "16/26",
        "m17_mkbcd": "K35.8",
        "m18_zerr": 0,
    }


def cancellation() -> dict[str, Any]:
    return {
        "m10_nzap": 1,
        **REFERRAL,
        "m13_orstp": 1,
        "m14_ornscd": LOGIN,
        "m15_ornrcd": 3,
        "m16_ornld": "2026-11-19T00:00:00.000",
        "m18_lpucode": LOGIN,
        "m20_zerr": 0,
    }


def discharge() -> dict[str, Any]:
    return {
        "m10_nzap": 1,
        **REFERRAL,
        "m13_ortp": 1,
        "m14_modcd": LOGIN,
        "m15_dttmfh": MOMENT,
        "m16_dttmlv": "2026-11-20T09:00:00.000",
        "m17_pr": PERSON,
        "m18_kpkcd": "60",
        "m19_sccd": "1",
        "m20_crdnum": "16/26",
        "m21_zerr": 0,
    }


def beds() -> dict[str, Any]:
    profile = {
        "k10_kpkcd": "60",
        "k11_cntcn": 20,
        "k12_cnten": 3,
        "k13_cntlv": 2,
        "k14_cntpl": 4,
        "k15_cntfrmn": 2,
        "k16_cntfrwm": 1,
        "k17_cntfrch": 0,
        "k18_vkdlist": {"n10_vkd": [{"k10_vtp": 1, "k11_smcd": "63001", "k12_vkd": 12}]},
    }
    return {
        "m10_nzap": 1,
        "m11_indt": "2026-11-20T00:00:00.000",
        "m12_mocd": LOGIN,
        "m13_bprlist": {"s10_bpr": [profile]},
        "m14_zerr": 0,
        "m15_usok": "1",
    }


def listed(name: str, record: dict[str, Any]) -> dict[str, Any]:
    return package(name, {"l10_orcl": [record]})


SINCE = {**WHO, "lastsynhdate": DAY}
MONTH = {**WHO, "yearcode": 2026, "monthcode": 11}
LISTS = (
    "GetKDInformation",
    "GetPlanOrdersClinic",
    "GetFactOrdersHospital",
    "GetOrdersHospitalUrgently",
    "GetOrdersNullification",
    "GetOrdersLeaveHospital",
)
BED_STATUS = {"p10_recid": 1, "p11_brdt": {"a10_stcd": 3004, "a11_hsdt": DAY}, "p12_nzap": 1}

HOSPITAL: Requests = {
    "SendPlanOrdersClinic": lambda: listed("p11_ordercliniclist", referral()),
    "SendFactOrdersHospital": lambda: listed("p11_orderhospitallist", hospitalisation()),
    "SendOrdersHospitalUrgently": lambda: listed("p11_orderhospitalurgentlylist", emergency()),
    "SendOrdersNullification": lambda: listed("p11_ordernullificationlist", cancellation()),
    "SendOrdersLeave": lambda: listed("p11_orderleavehospitallist", discharge()),
    "SendKDInformation": lambda: listed("p11_kdInformationlist", beds()),
    **{name: lambda: dict(WHO) for name in LISTS},
    **{f"{name}{span}": lambda: dict(SINCE) for name in LISTS for span in ("PDG", "LDS")},
    "GetKDInformationByMO": lambda: {**WHO, "mocode": LOGIN},
    "GetKDInformationByKpk": lambda: {**WHO, "kpkcode": "60"},
    "GetKDInformationByKPKMO": lambda: {**WHO, "mocode": LOGIN, "kpkcode": "60"},
    "GetRealReservedBedList": lambda: {**MONTH, "mocode": LOGIN, "kpkcode": "60"},
    "GetFreeKDInformation": lambda: dict(MONTH),
    "GetFreeKDInformationByKPK": lambda: {**MONTH, "kpkcode": "60"},
    "GetFreeKDInformationByMO": lambda: {**MONTH, "mocode": LOGIN},
    "GetFreeKDInformationByKPKMO": lambda: {**MONTH, "mocode": LOGIN, "kpkcode": "60"},
    "SendTryReservedBed": lambda: package("p11_orderclinic", referral()),
    "SendTryFreeBed": lambda: package("p11_orderleavehospital", discharge()),
    "SendTryCancelBed": lambda: package("p11_ordernullification", cancellation()),
    "SendReservedBedUrgently": lambda: package("p11_orderhospitalurgently", emergency()),
    "SendTryAssertReservedBed": lambda: package("p11_abl", {"r10_abr": [BED_STATUS]}),
    "GetReservedBedStatus": lambda: package("p11guid_list", {"r10_guid": ["3d1f8a52-0000-4000-8000-000000000001"]}),
    "GetAttachAgregateSmoMoByDate": lambda: {**WHO, "params": {"d_01": DAY, "d_07": 0}},
}
