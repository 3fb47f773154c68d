"""The contracts of the SOAP channel, one module each."""

from soap.services.dcexchange import DCEXCHANGE
from soap.services.events import EVENTS
from soap.services.identification import IDENTIFICATION

CONTRACTS = (IDENTIFICATION, DCEXCHANGE, EVENTS)

__all__ = ["CONTRACTS", "DCEXCHANGE", "EVENTS", "IDENTIFICATION"]
