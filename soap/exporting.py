"""Contracts as files for integrators: WSDL and XSD that need no running hub, a sample of every request, SoapUI."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from lxml import etree

from soap.contract import Contract, Entrance
from soap.envelope import Version
from soap.publishing import WSDL, XSD, published_file, whole_wsdl
from soap.security.tokens import TEXT, WSSE
from soap.services import ALL_CONTRACTS

DEEPEST = 10
SOAP12_BINDING = "http://schemas.xmlsoap.org/wsdl/soap12/"
CON = "http://eviware.com/soapui/config"
Types = dict[str, etree._Element]  # noqa: SLF001 - the only name the type of an element has


def contract_files(address: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file; ``address`` is where the hub will be called."""
    for contract in ALL_CONTRACTS:
        yield f"soap/{contract.name}.wsdl", local_wsdl(contract, address)
        yield (
            f"soap/{contract.name}.single.wsdl",
            whole_wsdl(contract.wsdl(f"{address}{contract.paths[0]}"), contract.schemas.values()),
        )
        for name in contract.schemas.values():
            yield f"soap/{name}", _local(contract, published_file(name), "")
        for name, body in samples(contract):
            yield f"soap/requests/{contract.name}/{name}.xml", body
    yield "soap/CHANGES.md", published_file("CHANGES.md")
    yield "soapui-project.xml", soapui_project(address)
    yield "curl-soap.sh", curl_script(address)


def local_wsdl(contract: Contract, address: str) -> bytes:
    """The WSDL with its schemas beside it as files."""
    whole = f"{address}{contract.paths[0]}"
    return _local(contract, contract.wsdl(whole), whole)


def _local(contract: Contract, content: bytes, address: str) -> bytes:
    for key, name in contract.schemas.items():
        content = content.replace(f'"{address}?xsd={key}"'.encode(), f'"{name}"'.encode())
    return content


def samples(contract: Contract) -> Iterator[tuple[str, bytes]]:
    """Every operation with an envelope whose elements are those of its schema, their values question marks."""
    schemas = [etree.fromstring(published_file(name)) for name in contract.schemas.values()]
    types, elements = {}, {}
    for schema in schemas:
        namespace = schema.get("targetNamespace") or ""
        types.update({f"{{{namespace}}}{one.get('name')}": one for one in schema.iterfind(f"{XSD}complexType")})
        elements.update({f"{{{namespace}}}{one.get('name')}": one for one in schema.iterfind(f"{XSD}element")})
    version = Version.V12 if contract.entrance is Entrance.HEADER else Version.V11
    for operation in contract.operations:
        declared = elements.get(operation.request)
        if declared is None:
            continue
        envelope = etree.Element(version.name_of("Envelope"), nsmap={"s": version.value})
        if contract.entrance is Entrance.HEADER:
            _fill_token(etree.SubElement(envelope, version.name_of("Header")))
        place = etree.SubElement(envelope, version.name_of("Body"))
        asked = etree.SubElement(place, operation.request)
        _fill(asked, declared, types, 0)
        yield operation.name, etree.tostring(envelope, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _fill_token(header: etree._Element) -> None:
    """The token of WS-Security such a contract is entered by."""
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE})
    token = etree.SubElement(security, f"{{{WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{WSSE}}}Username").text = "?"
    etree.SubElement(token, f"{{{WSSE}}}Password", Type=TEXT).text = "?"


def _fill(element: etree._Element, declared: etree._Element, types: Types, depth: int) -> None:
    content: etree._Element | None = declared.find(f"{XSD}complexType")
    if content is None:
        content = types.get(_resolved(declared, declared.get("type", "")))
    if content is None:
        element.text = "?"
        return
    if depth > DEEPEST:
        return
    namespace = declared.getroottree().getroot().get("targetNamespace") or ""
    root = content.getroottree().getroot()
    namespace = root.get("targetNamespace") or namespace
    for child in content.iter(f"{XSD}element"):
        name = child.get("name")
        if name is None or next(child.iterancestors(f"{XSD}element", f"{XSD}complexType")) is not content:
            continue
        is_qualified = (child.get("form") or root.get("elementFormDefault")) == "qualified"
        made = etree.SubElement(element, f"{{{namespace}}}{name}" if is_qualified and namespace else name)
        _fill(made, child, types, depth + 1)


def _resolved(element: etree._Element, name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{element.nsmap.get(prefix or None, '')}}}{local}"


def soapui_project(address: str) -> bytes:
    """A SoapUI project with every contract, operation and sample; it holds the WSDLs, so it opens without a hub."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<con:soapui-project name="TFOMS hub" soapui-version="5.7.2" xmlns:con="{CON}">',
    ]
    for contract in ALL_CONTRACTS:
        requests = dict(samples(contract))
        whole = f"{address}{contract.paths[0]}"
        wsdl = whole_wsdl(contract.wsdl(whole), contract.schemas.values())
        for binding in etree.fromstring(wsdl).iterfind(f"{WSDL}binding"):
            lines += _soapui_interface(contract, whole, wsdl, binding, requests)
    return ("\n".join([*lines, "</con:soapui-project>"]) + "\n").encode()


def _soapui_interface(
    contract: Contract, whole: str, wsdl: bytes, binding: etree._Element, requests: dict[str, bytes]
) -> Iterator[str]:
    """One binding as SoapUI keeps it: it finds the binding again by its own name."""
    is_12 = any(str(child.tag).startswith(f"{{{SOAP12_BINDING}}}") for child in binding)
    name, namespace = binding.get("name", ""), binding.getparent().get("targetNamespace", "")  # type: ignore[union-attr]
    address = f"{escape(whole)}?singleWsdl"
    yield (
        f'<con:interface xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="con:WsdlInterface" '
        f'name="{contract.name} {name}" type="wsdl" soapVersion="{"1_2" if is_12 else "1_1"}" '
        f'definition="{address}" bindingName="{{{namespace}}}{name}">'
    )
    yield (
        f'<con:definitionCache type="TEXT" rootPart="{address}"><con:part><con:url>{address}</con:url>'
        f"<con:content>{escape(wsdl.decode())}</con:content><con:type>{WSDL[1:-1]}</con:type></con:part>"
        "</con:definitionCache>"
    )
    yield f"<con:endpoints><con:endpoint>{escape(whole)}</con:endpoint></con:endpoints>"
    for operation in (one.get("name", "") for one in binding.iterfind(f"{WSDL}operation")):
        sample = escape(_in_version(requests[operation], is_12=is_12).decode())
        yield (
            f'<con:operation name="{operation}" bindingOperationName="{operation}" type="Request-Response" action="">'
            f'<con:call name="{operation}"><con:endpoint>{escape(whole)}</con:endpoint>'
            f"<con:request>{sample}</con:request></con:call></con:operation>"
        )
    yield "</con:interface>"


def _in_version(sample: bytes, *, is_12: bool) -> bytes:
    """A sample in the envelope a binding speaks."""
    version = Version.V12 if is_12 else Version.V11
    other = Version.V11 if is_12 else Version.V12
    return sample.replace(other.value.encode(), version.value.encode())


def curl_script(address: str) -> bytes:
    """A shell script with one call of every operation; HUB, LOGIN and PASSWORD come from the environment."""
    lines = ["#!/bin/sh", f': "${{HUB:={address}}}" "${{LOGIN:?}}" "${{PASSWORD:?}}"', ""]
    for contract in ALL_CONTRACTS:
        media = "application/soap+xml" if contract.entrance is Entrance.HEADER else "text/xml"
        entrance = ' -u "$LOGIN:$PASSWORD"' if contract.entrance is Entrance.BASIC else ""
        for name, _ in samples(contract):
            lines.append(
                f"curl -sS{entrance} -H 'Content-Type: {media}; charset=utf-8' "
                f'--data-binary "@soap/requests/{contract.name}/{name}.xml" "$HUB{contract.paths[0]}"'
            )
    return ("\n".join(lines) + "\n").encode()
