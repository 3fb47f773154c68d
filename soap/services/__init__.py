"""The contracts of the SOAP channel, one module each."""

from soap.services.dcexchange import DCEXCHANGE
from soap.services.events import EVENTS
from soap.services.identification import IDENTIFICATION
from soap.services.regional import REGIONAL

CONTRACTS = (IDENTIFICATION, DCEXCHANGE, EVENTS)
#: With those of other regions, which a setting switches on.
ALL_CONTRACTS = (*CONTRACTS, *REGIONAL)

__all__ = ["ALL_CONTRACTS", "CONTRACTS", "DCEXCHANGE", "EVENTS", "IDENTIFICATION", "REGIONAL"]
