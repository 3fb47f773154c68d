"""The protocol FLK_P: what is wrong with a file that was refused as a whole (files.md 8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from registry.exchange.codecs.xml import serialize

ENCODING, ROOT = "windows-1251", "FLK_P"
LONGEST_COMMENT = 250


def flk_protocol(header: Mapping[str, str], errors: Iterable[Mapping[str, str | None]]) -> bytes:
    """A protocol with this header and one PR for each error; elements stand in the order they are told."""
    root = etree.Element(ROOT)
    for tag, text in header.items():
        etree.SubElement(root, tag).text = text
    for error in errors:
        wrong = etree.SubElement(root, "PR")
        for tag, value in error.items():
            etree.SubElement(wrong, tag).text = value
    return serialize(root, ENCODING)


def comment(text: str, expected: str) -> str:
    """What a person reads of an error: what is wrong, and what would be right."""
    return (f"{text} (ожидается {expected})" if expected else text)[:LONGEST_COMMENT]
