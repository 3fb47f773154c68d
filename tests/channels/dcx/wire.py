"""Calls of DCExchangeSrv with everything the channel does: envelope in, envelope out, the schema holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from soap.app import create_application
from tests.channels.hospital.hub import PASSWORD, SCHEMA, HospitalHub, Reply, fill, package
from tests.channels.soap_calls import Request, Wsgi, call, envelope


@dataclass(frozen=True, slots=True)
class Wire(HospitalHub):
    """The same hub behind its SOAP application."""

    application: Wsgi = field(kw_only=True)

    def call(self, operation: str, sender: str, arguments: Mapping[str, Any], password: str = PASSWORD) -> Reply:
        """Send the call as an envelope; the answer must be valid by the published schema."""
        element = etree.Element(f"{{http://main.dce/}}{operation}")
        fill(element, {**arguments, "username": sender, "password": password, "sendercode": sender})
        answer = call(self.application, Request(envelope(etree.tostring(element, encoding="unicode"))))
        assert answer.status == 200, answer.body
        SCHEMA.assertValid(answer.child)
        return Reply(answer.child)

    def put(self, operation: str, sender: str, rows: str, row: str, *records: Mapping[str, Any]) -> Reply:
        """Send rows of preventive measures."""
        return self.call(operation, sender, {"orderpack": {**package(sender), rows: {row: records}}})


def wired(hub: HospitalHub) -> Wire:
    """The hub with its application before it."""
    return Wire(hub.sessions, hub.context, application=create_application(hub.sessions, hub.context))
