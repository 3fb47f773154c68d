"""The contract of events, the hub's own: a МИС exports cards, insurers tell whom they informed."""

from __future__ import annotations

from soap.contract import Contract, Entrance, Limits, Operation
from soap.publishing import wrapped_wsdl

NAMESPACE = "urn:tfoms-hub:events:1"
SCHEMA = "events.xsd"
SERVED = (
    "SendProfExam",
    "SendDispensarization",
    "SendDispensaryObservation",
    "SendTelemedConsultation",
    "SendInformRequest",
    "GetInformRequests",
    "SendInformResult",
    "GetEvent",
    "GetSendings",
)


def _wsdl(address: str) -> bytes:
    return wrapped_wsdl(
        service="Events",
        namespace=NAMESPACE,
        operations=SERVED,
        schema="1",
        address=address,
        action=f"{NAMESPACE}#",
    )


EVENTS = Contract(
    name="events",
    namespace=NAMESPACE,
    paths=("/soap/events",),
    entrance=Entrance.BASIC,
    operations=tuple(Operation(name=name, request=f"{{{NAMESPACE}}}{name}", dialect="events") for name in SERVED),
    limits=Limits(max_bytes=1024 * 1024, answer_seconds=30.0),
    wsdl=_wsdl,
    schemas={"1": SCHEMA},
    dialect="events",
    rate="event_rate",
)
