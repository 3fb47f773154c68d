"""WSDL and XSD as the hub publishes them: from files, or from the table of operations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from lxml import etree

ADDRESS_MARK = b"@address@"
HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
XSD = "{http://www.w3.org/2001/XMLSchema}"
WSDL = "{http://schemas.xmlsoap.org/wsdl/}"
TYPES = re.compile(rb"(<(?:\w+:)?types>).*?(</(?:\w+:)?types>)", re.DOTALL)


@cache
def published_file(name: str) -> bytes:
    """The bytes of a file of ``soap/contracts`` exactly as they are kept."""
    return (resources.files("soap") / "contracts" / name).read_bytes()


def filled_template(name: str, address: str) -> bytes:
    """A kept WSDL with the address of this installation in it."""
    return published_file(name).replace(ADDRESS_MARK, _attribute(address).encode())


def address_of(environ: Mapping[str, Any]) -> str:
    """The address the caller used for this path; a Host header that is no host is not repeated."""
    host = str(environ.get("HTTP_HOST", ""))
    if not HOST.fullmatch(host):
        host = f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', '80')}"
    scheme = "https" if environ.get("wsgi.url_scheme") == "https" else "http"
    path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
    return f"{scheme}://{host}{quote(path.encode('latin-1', 'replace'), safe='/')}"


@cache
def global_elements(schema: str) -> tuple[str, ...]:
    """Names of the global elements of a schema file, in its order."""
    root = etree.fromstring(published_file(schema))
    return tuple(str(element.get("name")) for element in root.iterfind(f"{XSD}element"))


def wrapped_wsdl(
    *, service: str, namespace: str, operations: Iterable[str], schema: str, address: str, action: str = ""
) -> bytes:
    """A WSDL 1.1 of document/literal wrapped operations over SOAP 1.1: two messages each, one part ``parameters``.

    ``action`` is what stands before the name of an operation in its SOAPAction; without it the SOAPAction is empty.
    """
    names = tuple(operations)
    addressed = action or f"{namespace}{service}/"
    lines = [
        "<?xml version='1.0' encoding='UTF-8'?>",
        f'<definitions name="{service}" targetNamespace="{namespace}" xmlns:tns="{namespace}"',
        '    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"',
        '    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata">',
        "  <types>",
        "    <xsd:schema>",
        f'      <xsd:import namespace="{namespace}" schemaLocation="{_attribute(f"{address}?xsd={schema}")}"/>',
        "    </xsd:schema>",
        "  </types>",
        *(line for name in names for line in _messages(name)),
        f'  <portType name="{service}">',
        *(line for name in names for line in _port_operation(name, f"{addressed}{name}")),
        "  </portType>",
        f'  <binding name="{service}PortBinding" type="tns:{service}">',
        '    <soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>',
        *(line for name in names for line in _bound_operation(name, f"{action}{name}" if action else "")),
        "  </binding>",
        f'  <service name="{service}">',
        f'    <port name="{service}Port" binding="tns:{service}PortBinding">',
        f'      <soap:address location="{_attribute(address)}"/>',
        "    </port>",
        "  </service>",
        "</definitions>",
    ]
    return ("\n".join(lines) + "\n").encode()


def whole_wsdl(wsdl: bytes, schemas: Iterable[str]) -> bytes:
    """A WSDL with its schemas inside it instead of beside it: one file, for tools that follow no addresses.

    They are put in as text: each keeps the prefixes its own values are written with.
    """
    inside = []
    for name in schemas:
        schema = etree.fromstring(published_file(name))
        for one in schema.iterchildren(f"{XSD}import"):
            del one.attrib["schemaLocation"]
        inside.append(etree.tostring(schema, encoding="utf-8"))
    return TYPES.sub(lambda found: b"\n".join((found[1], *inside, found[2])), wsdl, count=1)


def _messages(name: str) -> list[str]:
    return [
        line
        for message in (name, f"{name}Response")
        for line in (
            f'  <message name="{message}">',
            f'    <part name="parameters" element="tns:{message}"/>',
            "  </message>",
        )
    ]


def _port_operation(name: str, action: str) -> list[str]:
    return [
        f'    <operation name="{name}">',
        f'      <input wsam:Action="{action}Request" message="tns:{name}"/>',
        f'      <output wsam:Action="{action}Response" message="tns:{name}Response"/>',
        "    </operation>",
    ]


def _bound_operation(name: str, action: str) -> list[str]:
    return [
        f'    <operation name="{name}">',
        f'      <soap:operation soapAction="{action}"/>',
        '      <input><soap:body use="literal"/></input>',
        '      <output><soap:body use="literal"/></output>',
        "    </operation>",
    ]


def _attribute(text: str) -> str:
    return escape(text, {'"': "&quot;"})
