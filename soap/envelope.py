"""SOAP 1.1 and 1.2 envelopes: their names, the addressing of a request, and the bytes of an answer."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from enum import Enum

from lxml import etree

WSA = "http://www.w3.org/2005/08/addressing"
XML = "http://www.w3.org/XML/1998/namespace"


class Version(Enum):
    """The versions of SOAP by the namespace of their envelope."""

    V11 = "http://schemas.xmlsoap.org/soap/envelope/"
    V12 = "http://www.w3.org/2003/05/soap-envelope"

    @property
    def media_type(self) -> str:
        """The content type of an answer in this version."""
        return "text/xml; charset=utf-8" if self is Version.V11 else "application/soap+xml; charset=utf-8"

    def name_of(self, local: str) -> str:
        """A name of the envelope's own namespace."""
        return f"{{{self.value}}}{local}"


@dataclass(frozen=True, slots=True)
class Addressing:
    """What a request said by WS-Addressing; an answer repeats the message id as RelatesTo."""

    message_id: str
    action: str


def addressing_of(header: etree._Element | None) -> Addressing | None:
    """The addressing of a request, None when it has none."""
    if header is None:
        return None
    message_id = (header.findtext(f"{{{WSA}}}MessageID") or "").strip()
    action = (header.findtext(f"{{{WSA}}}Action") or "").strip()
    return Addressing(message_id, action) if message_id or action else None


def answer_bytes(
    version: Version, child: etree._Element, *, addressing: Addressing | None = None, action: str = ""
) -> bytes:
    """The envelope around the one child of its Body; headers only for a request that was addressed."""
    nsmap = {"S": version.value} | ({"wsa": WSA} if addressing else {})
    envelope = etree.Element(version.name_of("Envelope"), nsmap=nsmap)
    if addressing is not None:
        header = etree.SubElement(envelope, version.name_of("Header"))
        if action:
            etree.SubElement(header, f"{{{WSA}}}Action").text = action
        if addressing.message_id:
            etree.SubElement(header, f"{{{WSA}}}RelatesTo").text = addressing.message_id
    etree.SubElement(envelope, version.name_of("Body")).append(child if child.getparent() is None else deepcopy(child))
    content: bytes = etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
    return content
