"""DCExchangeSrv: the deployed contract of attachment, hospitalisation and preventive care, wire-compatible."""

from registry.exchange.dialects.dcx.dialect import DcExchange

__all__ = ["DcExchange"]
