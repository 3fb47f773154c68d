"""The deployed contract DCExchangeSrv: its schema is served as published, its WSDL lists what works."""

from __future__ import annotations

from soap.contract import Contract, Entrance, Limits, Operation
from soap.publishing import global_elements, wrapped_wsdl

NAMESPACE = "http://main.dce/"
SCHEMA = "dcexchange.xsd"

HOSPITAL = (
    "GetKDInformation",
    "GetKDInformationByMO",
    "GetKDInformationByKpk",
    "GetKDInformationByKPKMO",
    "GetKDInformationPDG",
    "GetKDInformationLDS",
    *(
        f"{name}{span}"
        for name in (
            "GetPlanOrdersClinic",
            "GetFactOrdersHospital",
            "GetOrdersHospitalUrgently",
            "GetOrdersNullification",
            "GetOrdersLeaveHospital",
        )
        for span in ("", "PDG", "LDS")
    ),
    "SendPlanOrdersClinic",
    "SendFactOrdersHospital",
    "SendOrdersHospitalUrgently",
    "SendOrdersNullification",
    "SendOrdersLeave",
    "SendKDInformation",
    "GetRealReservedBedList",
    "GetFreeKDInformation",
    "GetFreeKDInformationByKPK",
    "GetFreeKDInformationByMO",
    "GetFreeKDInformationByKPKMO",
    "SendTryReservedBed",
    "SendTryFreeBed",
    "SendTryCancelBed",
    "SendReservedBedUrgently",
    "SendTryAssertReservedBed",
    "GetReservedBedStatus",
    "GetAttachAgregateSmoMoByDate",
)
PREVENTIVE = (
    "getEvPlanQtys",
    "getEvContacts",
    "getEvPlanDates",
    "getEvPlanList",
    "getEvFactInfos",
    "getEvFactExecs",
    "getEvFactInvcs",
    "getEvUdvnStats",
    "putEvContacts",
    "putEvPlanDates",
    "putEvPlanList",
    "putEvFactInfos",
    "putEvFactExecs",
)
# Add a name here when the dialect answers it; its request and response elements are in the schema already.
SERVED = (
    "MakeTestConnect",
    "GetAttachInformation",
    "MakeAttachAction",
    "MakeDeAttachAction",
    "MakeDeAttachActionCancel",
    "SetLoginAccess",
    "GetQueryForDeAttachForMO",
    "SendQueryForDeAttachForMO",
    "SendAttachDoctorInformation",
    "SendAttachDoctorSectionInformation",
    "GetDeAttachByDate",
    "GetAttachListByRange",
    "GetAttachListByRangeAct",
    "GetAttachListByRangeDead",
    "SendAttachMoStreetSection",
    "GetAttachMoStreetSection",
    *HOSPITAL,
    *PREVENTIVE,
)


def _announced() -> frozenset[str]:
    """Request elements of every operation of the published schema: those that have a response beside them."""
    names = set(global_elements(SCHEMA))
    return frozenset(f"{{{NAMESPACE}}}{name}" for name in names if f"{name}Response" in names)


def _wsdl(address: str) -> bytes:
    return wrapped_wsdl(service="DCExchangeSrv", namespace=NAMESPACE, operations=SERVED, schema="1", address=address)


DCEXCHANGE = Contract(
    name="dcexchange",
    namespace=NAMESPACE,
    paths=("/EchangeServerTFOMS/DCExchangeSrv",),
    entrance=Entrance.BODY,
    operations=tuple(Operation(name=name, request=f"{{{NAMESPACE}}}{name}", dialect="dcx") for name in SERVED),
    limits=Limits(max_bytes=64 * 1024 * 1024),
    wsdl=_wsdl,
    schemas={"1": SCHEMA},
    dialect="dcx",
    rate="dcx_rate",
    announced=_announced(),
)
