"""The contracts of the SOAP channel, one module each."""

from soap.services.dcexchange import DCEXCHANGE
from soap.services.identification import IDENTIFICATION

CONTRACTS = (IDENTIFICATION, DCEXCHANGE)

__all__ = ["CONTRACTS", "DCEXCHANGE", "IDENTIFICATION"]
