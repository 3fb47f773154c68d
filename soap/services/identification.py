"""The identification contract: queries of insured people as the federal УИР gateway has them, and GetAttach."""

from __future__ import annotations

from registry.core.findings import FindingCode
from soap.contract import Contract, Entrance, Limits, Operation
from soap.publishing import filled_template

UIR = "http://uir.ffoms.ru"
ATTACH = "urn:tfoms-hub:attach:1"


def _uir(name: str, request: str) -> Operation:
    return Operation(
        name=name,
        request=f"{{{UIR}}}{request}",
        dialect="uir",
        action=f"urn:#{name}",
        reply_action=f"{UIR}/IUIRGate/{name}Response",
        fault_action=f"urn:#{name}",
        faults=frozenset((FindingCode.NOT_PERMITTED,)),
    )


def _wsdl(address: str) -> bytes:
    return filled_template("identification.wsdl", address)


IDENTIFICATION = Contract(
    name="identification",
    namespace=UIR,
    paths=("/soap/identification", "/UIRGate/UIRGateService.svc"),
    entrance=Entrance.BASIC,
    operations=(
        _uir("GetMedInsState", "UIRRequest"),
        _uir("GetMedInsState2", "UIRRequest2"),
        Operation(
            name="GetAttach",
            request=f"{{{ATTACH}}}GetAttach",
            dialect="getattach",
            reply_action=f"{ATTACH}:GetAttachResponse",
        ),
    ),
    limits=Limits(max_bytes=1024 * 1024),
    wsdl=_wsdl,
    schemas={"xsd0": "uir.xsd", "xsd1": "attach.xsd"},
    dialect="uir",
)
