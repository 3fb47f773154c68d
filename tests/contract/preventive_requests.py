"""One request for every operation of DCExchangeSrv about preventive events."""

from __future__ import annotations

from typing import Any

from tests.channels.soap_hub import LOGIN
from tests.contract.dcexchange_requests import PERSON, WHO, Requests, package

DAY = "2026-11-18T00:00:00.000"


def plan_row() -> dict[str, Any]:
    return {
        "rid": 1,
        "kind": 1,
        "year": 2026,
        "mnth": 12,
        "code_mo": LOGIN,
        "dfSection": "12",
        "category": 0,
        "person": PERSON,
    }


def informing() -> dict[str, Any]:
    told = {"infodate": DAY, "infometh": 1, "infostep": 1, "inforslt": 0}
    return {"rid": 1, "smo_code": "63001", "code_mo": LOGIN, **told, "person": PERSON}


def execution() -> dict[str, Any]:
    return {"rid": 1, "code_mo": LOGIN, "execdate": DAY, "execstep": 102, "execmeth": 1, "person": PERSON}


PREVENTIVE: Requests = {
    "getEvPlanQtys": lambda: {**WHO, "year": 2026},
    "getEvContacts": lambda: dict(WHO),
    "getEvPlanDates": lambda: dict(WHO),
    "getEvPlanList": lambda: {**WHO, "year": 2026, "mnth": 12, "page": 1},
    "getEvFactInfos": lambda: {**WHO, "smo_code": "63001", "infodate": DAY, "page": 1},
    "getEvFactExecs": lambda: {**WHO, "code_mo": LOGIN, "execdate": DAY, "page": 1},
    "getEvFactInvcs": lambda: {**WHO, "year": 2026, "mnth": 11, "page": 1},
    "getEvUdvnStats": lambda: {**WHO, "page": 1},
    "putEvContacts": lambda: package(
        "evContacts", {"evContact": [{"rid": 1, "code_mo": LOGIN, "phone": "+7 800 000-00-00"}]}
    ),
    "putEvPlanDates": lambda: package(
        "evPlanDates", {"evPlanDate": [{"rid": 1, "code_mo": LOGIN, "kind": 1, "evdt": DAY, "meth": 1}]}
    ),
    "putEvPlanList": lambda: package("evPlanList", {"evPlan": [plan_row()]}),
    "putEvFactInfos": lambda: package("evFactInfos", {"evFactInfo": [informing()]}),
    "putEvFactExecs": lambda: package("evFactExecs", {"evFactExec": [execution()]}),
}
