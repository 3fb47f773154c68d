"""Spellings: how one dialect writes one kind as XML. Every tag points at a field; a wrong pointer fails at import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree

from registry.core.elements import Reading, local_name, named, placed, read_text, readings, write, written
from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import FindingCode
from registry.core.kinds import MessageKind
from registry.core.nodes import Each, Fixed, Group, Listed, Node, Tag, each, fixed, group, leaves, listed, tag

__all__ = [
    "Arrange",
    "Each",
    "Fixed",
    "Group",
    "Listed",
    "Node",
    "Reading",
    "Spelling",
    "Tag",
    "each",
    "fixed",
    "group",
    "listed",
    "local_name",
    "placed",
    "read_text",
    "spell",
    "tag",
    "written",
]

Arrange = Callable[[Reading], Iterable[Reading]]


@dataclass(frozen=True)
class Spelling:
    """How ``dialect`` writes ``kind`` under the element ``root``; ``name`` is the operation or type it comes with.

    ``sole`` marks a contract that by its form asks with one identifier. ``arrange`` may choose another kind for a
    reading or split it in two. ``strict`` refuses elements the spelling does not have, which others tolerate.
    ``paths`` gives the place of every field for findings; a field of a repetition stands under ``list.field``.
    """

    kind: MessageKind
    dialect: str
    name: str
    root: str
    nodes: tuple[Node, ...]
    sole: bool = False
    strict: bool = False
    arrange: Arrange | None = None
    kinds: tuple[MessageKind, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)

    def read(self, element: etree._Element) -> Iterator[Reading]:
        """Yield the records below ``element``; what cannot be read becomes a finding, never an exception."""
        for reading in readings(element, self.nodes, self.root):
            reading.kind = reading.kind or self.kind
            if self.strict:
                reading.findings.extend(
                    placed(finding(FindingCode.ELEMENT_UNKNOWN), place) for place in reading.unknown
                )
            yield from self.arrange(reading) if self.arrange else (reading,)

    def write(self, records: Iterable[Record], namespace: str = "") -> Iterator[etree._Element]:
        """Yield one element per group of records that share a number."""
        for _, grouped in groupby(records, key=lambda record: record.number or id(record)):
            element = etree.Element(named(self.root, namespace))
            write(element, self.nodes, list(grouped), namespace)
            yield element


def spell(  # noqa: PLR0913 - one spelling is described in one place, every part of it by name
    kind: MessageKind,
    dialect: str,
    root: str,
    *nodes: Node,
    name: str = "",
    sole: bool = False,
    strict: bool = False,
    arrange: Arrange | None = None,
    kinds: tuple[MessageKind, ...] = (),
) -> Spelling:
    """Describe how a dialect writes a kind; every pointed-at field must belong to the kind (or to one of ``kinds``)."""
    allowed = (kind, *kinds)
    paths: dict[str, str] = {}
    for path, node in leaves(nodes, root):
        for spec in node.fields:
            if not any(one.record.fields.get(spec.name) is spec for one in allowed):
                raise TypeError(f"{path}: {kind.name} has no such field «{spec.name}»")
            paths.setdefault(spec.name, path)
            if isinstance(node, Listed):
                paths.update(_inside(node, path, spec.name))
    return Spelling(kind, dialect, name or root, root, nodes, sole, strict, arrange, allowed, paths)


def _inside(node: Listed, path: str, prefix: str) -> Iterator[tuple[str, str]]:
    """Names and places of the fields of a list's repetitions, those of lists within them too."""
    for place, child in leaves(node.children, f"{path}/{node.item}" if node.item else path):
        for one in child.fields:
            yield f"{prefix}.{one.name}", place
        if isinstance(child, Listed):
            yield from _inside(child, place, f"{prefix}.{child.spec.name}")
