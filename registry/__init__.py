"""The domain of the hub: it knows no HTTP, no SOAP and no broker."""
