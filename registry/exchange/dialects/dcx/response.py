"""Building the responses of DCExchangeSrv: header, result, protocol; lists always present (contract, 2.3 and 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from registry.core.checks.alphabet import is_digits
from registry.core.forms import write_moment
from registry.exchange.context import HubContext
from registry.exchange.dialects.dcx.codes import PACKET_TEXTS
from registry.exchange.dialects.dcx.shapes import PacketOperation
from registry.exchange.stages.admit import new_guid

NAMESPACE = "http://main.dce/"
Told = list[tuple[str, list[tuple[int, str]]]]


@dataclass(slots=True)
class Response:
    """A response under construction: the wrapper that goes back and its places that are still empty.

    ``listed`` is the list beside a nested response, where an operation has one.
    """

    wrapper: etree._Element
    protocol: etree._Element
    message: etree._Element
    listed: etree._Element | None = None


def wrapper_of(operation: str) -> etree._Element:
    """Return ``<Operation>Response`` in the contract's namespace; everything inside has none."""
    return etree.Element(f"{{{NAMESPACE}}}{operation}Response", nsmap={"n": NAMESPACE})


def write_header(parent: etree._Element, name: str, sender: str, refusal: str, context: HubContext) -> None:
    """Write a package header; the text of an error is absent, not empty, when there is none (clause 7, item 9)."""
    header = etree.SubElement(parent, name)
    etree.SubElement(header, "p10_pakagedate").text = write_moment(context.clock.now())
    etree.SubElement(header, "p11_pakagesender").text = sender
    etree.SubElement(header, "p12_pakageguid").text = new_guid()
    etree.SubElement(header, "p13_zerrpkg").text = "-1" if refusal else "0"
    if refusal:
        etree.SubElement(header, "p14_errmsg").text = refusal


def packet_response(
    operation: PacketOperation, guid: str, code: int, context: HubContext, *, sender: str, refused: str = ""
) -> Response:
    """Return the response of an operation with ``orderpack``; ``refused`` is the text of a refusal by the gate."""
    wrapper = wrapper_of(operation.name)
    package = etree.SubElement(wrapper, operation.result)
    inner = etree.SubElement(package, "p10_packrespinf") if operation.list_element else package
    write_header(inner, "r10_packinf", sender, refused, context)
    result = etree.SubElement(inner, "r11_rsinf")
    if guid:
        etree.SubElement(result, "pakageGUIDSrc").text = guid
    etree.SubElement(result, "r10_responcecode").text = str(code)
    message = etree.SubElement(result, "responceMessage")
    message.text = refused or PACKET_TEXTS[code]
    protocol = etree.SubElement(inner, "r12_orerl")
    listed = etree.SubElement(package, operation.list_element) if operation.list_element else None
    return Response(wrapper, protocol, message, listed)


def write_errors(protocol: etree._Element, errors: Iterable[tuple[str, list[tuple[int, str]]]]) -> None:
    """Write the protocol: under the client's own number of each record, number and text of every error."""
    for number, told in errors:
        entry = etree.SubElement(protocol, "f10_orflker")
        etree.SubElement(entry, "f10_nzap").text = number if is_digits(number.lstrip("-")) else "0"
        listed = etree.SubElement(entry, "f11_flkerrorList")
        for code, text in told:
            error = etree.SubElement(listed, "f10_flkerror")
            etree.SubElement(error, "e10_ecd").text = str(code)
            etree.SubElement(error, "e11_ems").text = text
            etree.SubElement(error, "e12_iguid").text = new_guid()
