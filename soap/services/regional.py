"""Optional identification contracts of other regions, each at a path of its own (identification contract, 4 to 6)."""

from __future__ import annotations

from collections.abc import Callable

from soap.contract import Contract, Entrance, Limits, Operation
from soap.publishing import wrapped_wsdl

LIMITS = Limits(max_bytes=1024 * 1024)
SOAP11, SOAP12 = b"http://schemas.xmlsoap.org/wsdl/soap/", b"http://schemas.xmlsoap.org/wsdl/soap12/"
VOLOGDA_OPERATIONS = ("GetMedInsState", "GetAttach")
VOLGOGRAD_OPERATIONS = ("GetMedInsState", "GetMedInsState2", "GetMedInsState3")
KARELIA_OPERATIONS = ("SearchPeople",)


def _operations(names: tuple[str, ...], namespace: str, dialect: str) -> tuple[Operation, ...]:
    return tuple(Operation(name=name, request=f"{{{namespace}}}{name}", dialect=dialect) for name in names)


def _wsdl(service: str, namespace: str, names: tuple[str, ...]) -> Callable[[str], bytes]:
    def made(address: str) -> bytes:
        return wrapped_wsdl(service=service, namespace=namespace, operations=names, schema="1", address=address)

    return made


def _karelia_wsdl(address: str) -> bytes:
    """The same in the binding of SOAP 1.2, which this contract is called by."""
    return _wsdl("SearchPeople", "urn:tfoms-hub:karelia", KARELIA_OPERATIONS)(address).replace(SOAP11, SOAP12)


VOLOGDA = Contract(
    name="vologda",
    namespace="urn:tfoms-hub:vologda",
    paths=("/soap/identification/vologda",),
    entrance=Entrance.BODY,
    operations=_operations(VOLOGDA_OPERATIONS, "urn:tfoms-hub:vologda", "vologda"),
    limits=LIMITS,
    wsdl=_wsdl("Vologda", "urn:tfoms-hub:vologda", VOLOGDA_OPERATIONS),
    schemas={"1": "vologda.xsd"},
    dialect="vologda",
    rate="dcx_rate",
    switch="vologda",
    any_namespace=True,
)
VOLGOGRAD = Contract(
    name="volgograd",
    namespace="http://tempuri.org/",
    paths=("/soap/identification/volgograd",),
    entrance=Entrance.BASIC,
    operations=_operations(VOLGOGRAD_OPERATIONS, "http://tempuri.org/", "volgograd"),
    limits=LIMITS,
    wsdl=_wsdl("Volgograd", "http://tempuri.org/", VOLGOGRAD_OPERATIONS),
    schemas={"1": "volgograd.xsd", "2": "volgograd_content.xsd"},
    dialect="volgograd",
    switch="volgograd",
)
KARELIA = Contract(
    name="karelia",
    namespace="urn:tfoms-hub:karelia",
    paths=("/soap/identification/karelia",),
    entrance=Entrance.HEADER,
    operations=_operations(KARELIA_OPERATIONS, "urn:tfoms-hub:karelia", "karelia_search"),
    limits=LIMITS,
    wsdl=_karelia_wsdl,
    schemas={"1": "karelia.xsd"},
    dialect="karelia_search",
    switch="karelia",
    any_namespace=True,
)
REGIONAL = (VOLOGDA, VOLGOGRAD, KARELIA)
