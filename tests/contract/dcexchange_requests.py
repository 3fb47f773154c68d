"""One request for every served operation of DCExchangeSrv, as clients of any language write them: names and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.channels.soap_hub import LOGIN, PASSWORD

ENP = "6394789728269662"
PERSON = {
    "a10_dct": 3,
    "a12_dcn": ENP,
    "a15_pfio": "Никакой",
    "a16_pnm": "Лев",
    "a18_ps": "М",
    "a19_pbd": "1980-05-17T00:00:00.000",
    "a23_dt": 14,
    "a25_enp": ENP,
}
WHO = {"username": LOGIN, "password": PASSWORD, "sendercode": LOGIN}
Requests = dict[str, Callable[[], dict[str, Any]]]


def header() -> dict[str, Any]:
    return {
        "p10_pakagedate": "2020-03-02T10:15:00.000+04:00",
        "p11_pakagesender": LOGIN,
        "p12_pakageguid": str(uuid4()),
        "p13_zerrpkg": 0,
    }


def package(name: str, content: Any) -> dict[str, Any]:
    """A call that brings a package with one element beside its header."""
    return {"orderpack": {"p10_packinf": header(), name: content}, **WHO}


def attachment_package() -> dict[str, Any]:
    detail = {"a10_aad": "2020-03-02T00:00:00.000", "a13_attp": 2, "a14_pr": 0, "a15_profile": 0}
    record = {"p10_nzap": 101, "p11_mocd": LOGIN, "p12_pr": PERSON, "p13_orcl": [detail]}
    return {"p10_packinf": header(), "p11_atachlist": {"l10_orcl": [record]}}


def detachment_package() -> dict[str, Any]:
    record = {"p10_nzap": 7, "p11_pr": PERSON, "p13_add": "2020-03-02T00:00:00.000", "p14_adr": 3, "p15_mo": LOGIN}
    return {"p10_packinf": header(), "p11_deatachlist": {"l10_orcl": [record]}}


def notification_package() -> dict[str, Any]:
    record = {"m01_nzap": 1, "m02_mosrc": LOGIN, "m03_modes": "08000", "m04_pep": PERSON, "m05_nntf": "7"}
    return {"p10_packinf": header(), "p11_list": {"p_10orcl": [record]}}


def doctor_package() -> dict[str, Any]:
    doctor = {"d10_nzap": 1, "d11_snils": "000-000-001 01", "d14_st": 1, "d16_sr": "Лечащий", "d20_ds": 0}
    return {"p10_packinf": header(), "p11_mocd": LOGIN, "p12_orcl": [doctor]}


SERVICE: Requests = {
    "MakeTestConnect": dict,
    "SetLoginAccess": lambda: {
        "sendercode": "08888",
        "username": "08888",
        "password": "Новый-пароль-1",
        "oldpassword": "x",
    },
}
ATTACHMENT: Requests = {
    "GetAttachInformation": lambda: package("p11_pr", PERSON),
    "MakeAttachAction": lambda: {"orderpack": attachment_package(), **WHO},
    "MakeDeAttachAction": lambda: {"orderpack": detachment_package(), **WHO},
    "MakeDeAttachActionCancel": lambda: {"orderpack": attachment_package(), **WHO},
    "GetQueryForDeAttachForMO": lambda: {**WHO, "synhdate": "2026-11-18T10:00:00.000+04:00"},
    "SendQueryForDeAttachForMO": lambda: {"orderpack": notification_package(), **WHO},
    "SendAttachDoctorInformation": lambda: package("p11_doclist", {}),
    "SendAttachDoctorSectionInformation": lambda: {"orderpack": doctor_package(), **WHO},
    "GetDeAttachByDate": lambda: {**WHO, "controldate": "2026-11-01T00:00:00.000+04:00"},
    "GetAttachListByRange": lambda: {**WHO, "startid": 0, "isadres": 1},
    "GetAttachListByRangeAct": lambda: {**WHO, "startid": 0, "monthact": 10, "yearact": 2026},
    "GetAttachListByRangeDead": lambda: {**WHO, "startid": 0},
    "SendAttachMoStreetSection": lambda: package("p11_atachmoscstlist", {}),
    "GetAttachMoStreetSection": lambda: dict(WHO),
}
