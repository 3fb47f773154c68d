"""The SOAP channel."""
