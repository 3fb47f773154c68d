"""A file .uprmes: the batch around the messages (BHS, BTS), written and held against the schema. No SQL here."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any

from lxml import etree

from registry.central.spellings.segments import CENTRE, ISO, TERRITORY
from registry.central.words import APPLICATION, NAMESPACE, ROOT

ENCODING = "windows-1251"
SCHEMA = "uprmes.xsd"
MOST_TOLD = 3


def batch(messages: Sequence[etree._Element], guid: str, fund_code: str, now: datetime) -> etree._Element:
    """The batch of these messages: who sends it, how many there are, and the check sum of what they say."""
    prefixes: Any = {None: NAMESPACE}
    root = etree.Element(_named(ROOT), nsmap=prefixes)
    head = etree.SubElement(root, _named("BHS"))
    _text(head, "BHS.1", "|")
    _text(head, "BHS.2", "^~\\&")
    _text(etree.SubElement(head, _named("BHS.3")), "HD.1", f"СРЗ {fund_code}")
    _party(etree.SubElement(head, _named("BHS.4")), fund_code)
    _text(etree.SubElement(head, _named("BHS.5")), "HD.1", APPLICATION)
    _party(etree.SubElement(head, _named("BHS.6")), CENTRE)
    _text(head, "BHS.7", now.replace(microsecond=0).isoformat())
    _text(head, "BHS.9", "P")
    _text(head, "BHS.11", guid)
    root.extend(messages)
    end = etree.SubElement(root, _named("BTS"))
    _text(end, "BTS.1", str(len(messages)))
    _text(end, "BTS.3", check_sum(messages))
    etree.cleanup_namespaces(root)
    return root


def check_sum(messages: Iterable[etree._Element]) -> str:
    """CRC-32 of all texts of the messages in their order, as eight hexadecimal digits."""
    found = 0
    for message in messages:
        for text in message.itertext():
            found = zlib.crc32(str(text).strip().encode(ENCODING, "xmlcharrefreplace"), found)
    return f"{found:08X}"


def faults_of(message: etree._Element) -> list[str]:
    """What of a message the schema does not allow, in a few lines; empty when it fits."""
    schema = _schema()
    if schema.validate(message):
        return []
    log: Any = schema.error_log
    return [f"{entry.path.rpartition('/')[2]}: {entry.message}" for entry in islice(log, MOST_TOLD)]


def schema_bytes() -> bytes:
    """The schema of files to the central segment and of its answers, as the hub publishes it."""
    return (resources.files("registry.central.spellings") / SCHEMA).read_bytes()


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_bytes()))


def _party(parent: etree._Element, code: str) -> None:
    for name, text in (("HD.1", code), ("HD.2", TERRITORY), ("HD.3", ISO)):
        _text(parent, name, text)


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _named(name)).text = text


def _named(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
