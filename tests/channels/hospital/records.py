"""Records of orders as careful programs write them; what a test is about is laid over."""

from __future__ import annotations

from typing import Any

from tests.channels.hospital.hub import CLINIC, HOSPITAL, PATIENT, person_block
from tests.channels.invented import Someone

ISSUED = "2026-11-10T00:00:00.000"
TAKEN_IN = "2026-11-16T10:30:00.000+04:00"
GONE = "2026-11-19T12:15:00.000+04:00"


def referral(someone: Someone = PATIENT, **changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_ornm": "77",
        "m12_ordt": ISSUED,
        "m13_ortp": 1,
        "m14_moscd": CLINIC,
        "m15_modcd": HOSPITAL,
        "m16_pr": person_block(someone),
        "m18_mkbcd": "K35.8",
        "m19_kpkcd": "60",
        "m20_sccd": "12",
        "m21_dcnm": "1203",
        "m22_dtph": "2026-11-25T00:00:00.000",
        "m23_zerr": 0,
        "m24_usok": "1",
        "m25_trcd": "36000",
        "z99_guid": "6f1a2b34-0d8e-4f52-9a77-2c51f0a9e001",
    }
    return usual | changed


def hospitalisation(someone: Someone = PATIENT, **changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_ornm": "77",
        "m12_ordt": ISSUED,
        "m13_ortp": 1,
        "m14_moscd": CLINIC,
        "m15_modcd": HOSPITAL,
        "m16_dttmfh": TAKEN_IN,
        "m17_pr": person_block(someone),
        "m18_kpkcd": "60",
        "m19_sccd": "12",
        "m20_crdnum": "15/26",
        "m21_mkbcd": "K35.9",
        "m22_zerr": 0,
        "m24_usok": "1",
        "m25_trcd": "36000",
    }
    return usual | changed


def emergency(someone: Someone = PATIENT, **changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_modcd": HOSPITAL,
        "m12_dttmfh": TAKEN_IN,
        "m13_pr": person_block(someone),
        "m14_kpkcd": "60",
        "m15_sccd": "12",
        "m16_crdnum": "16/26",
        "m17_mkbcd": "I21",
        "m18_zerr": 0,
    }
    return usual | changed


def cancellation(**changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_ornm": "77",
        "m12_ordt": ISSUED,
        "m13_orstp": 1,
        "m14_ornscd": CLINIC,
        "m15_ornrcd": 3,
        "m16_ornld": "2026-11-12T00:00:00.000",
        "m17_dtph": "2026-11-25T00:00:00.000",
        "m18_lpucode": HOSPITAL,
        "m19_kpkcd": "60",
        "m20_zerr": 0,
    }
    return usual | changed


def discharge(someone: Someone = PATIENT, **changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_ornm": "77",
        "m12_ordt": ISSUED,
        "m13_ortp": 1,
        "m14_modcd": HOSPITAL,
        "m15_dttmfh": TAKEN_IN,
        "m16_dttmlv": GONE,
        "m17_pr": person_block(someone),
        "m18_kpkcd": "60",
        "m19_sccd": "12",
        "m20_crdnum": "15/26",
        "m21_zerr": 0,
    }
    return usual | changed


def profile(**changed: Any) -> dict[str, Any]:
    usual = {
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
    return usual | changed


def beds(*profiles: dict[str, Any], **changed: Any) -> dict[str, Any]:
    usual = {
        "m10_nzap": 1,
        "m11_indt": "2026-11-20T00:00:00.000",
        "m12_mocd": HOSPITAL,
        "m13_bprlist": {"s10_bpr": profiles or [profile()]},
        "m14_zerr": 0,
        "m15_usok": "1",
    }
    return usual | changed
