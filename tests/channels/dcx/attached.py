"""Packages of attachment as programs write them; the clinic has a department with a login of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from registry.exchange.operations.register import register_account, register_organisation
from tests.channels.hospital.hub import (
    ATTACHED,
    CLINIC,
    PASSWORD_HASH,
    PATIENT,
    HospitalHub,
    Reply,
    hospital_hub,
    person_block,
)
from tests.channels.invented import Someone
from tests.channels.soap_hub import CLOCK

DEPARTMENT = "07011"
MOMENT = "2026-11-10T00:00:00.000"
Order = tuple[str, str]
ATTACH, DETACH = ("MakeAttachAction", "p11_atachlist"), ("MakeDeAttachAction", "p11_deatachlist")
CANCEL = ("MakeDeAttachActionCancel", "p11_atachlist")


@contextmanager
def attached_hub(url: str, folder: Path) -> Iterator[HospitalHub]:
    """The hub of hospitals, where the first clinic has a department."""
    with hospital_hub(url, folder) as hub:
        with hub.sessions.begin() as session:
            clinic = register_organisation(
                session, kind="clinic", name=f"Участник {CLINIC}", codes={"mcod": "630001", "dcexchange": CLINIC}
            )
            codes = {"mcod": "630011", "dcexchange": DEPARTMENT}
            part = register_organisation(session, kind="clinic", name="Филиал", codes=codes, parent_id=clinic.id)
            account = register_account(
                session,
                login=DEPARTMENT,
                password="",
                organisation_id=part.id,
                role="service",
                title="Программа филиала",
                clock=CLOCK,
            )
            account.password_hash = PASSWORD_HASH
        yield hub


def send(hub: HospitalHub, order: Order, sender: str, *records: Mapping[str, Any]) -> Reply:
    """Send records of attachment."""
    return hub.send(order[0], sender, order[1], *records)


def attachment(someone: Someone = PATIENT, *details: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """A person attached by application to the first clinic."""
    usual = {"p10_nzap": 1, "p11_mocd": CLINIC, "p12_pr": person_block(someone), "p13_orcl": details or (detail(),)}
    return usual | changed


def detail(**changed: Any) -> dict[str, Any]:
    """How a person is attached."""
    return {"a10_aad": MOMENT, "a13_attp": 2, "a14_pr": 0, "a15_profile": 0} | changed


def detachment(someone: Someone = ATTACHED, **changed: Any) -> dict[str, Any]:
    """A person who left the first clinic."""
    usual = {"p10_nzap": 1, "p11_pr": person_block(someone), "p13_add": MOMENT, "p14_adr": 3, "p15_mo": CLINIC}
    return usual | changed


def found(hub: HospitalHub, someone: Someone, asker: str = CLINIC) -> list[str | None]:
    """Codes of the clinics a person is told to be attached to."""
    return [row.findtext("p11_mocd") for row in looked_up(hub, person_block(someone), asker).rows()]


def looked_up(hub: HospitalHub, block: Mapping[str, Any], asker: str = CLINIC) -> Reply:
    """What GetAttachInformation answers."""
    from tests.channels.hospital.hub import package

    return hub.call("GetAttachInformation", asker, {"orderpack": {**package(asker), "p11_pr": block}})
