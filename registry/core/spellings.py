"""Spellings: how one dialect writes one kind as XML. Every tag points at a field; a wrong pointer fails at import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from lxml import etree

from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding, FindingCode
from registry.core.forms import Form, FormError
from registry.core.kinds import MessageKind
from registry.core.nodes import Each, Fixed, Group, Listed, Node, Spec, Tag, each, fixed, group, listed, tag
from registry.core.outcomes import Operation

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

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"  # a packet may be signed inside whatever contract it follows


@dataclass(slots=True)
class Reading:
    """One record as read: its values by field name, what could not be read, and which kind it turned out to be.

    ``unknown`` are the places of elements nobody points at and of second ones where one is read.
    """

    values: dict[str, Any]
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    kind: MessageKind | None = None
    operation: Operation | None = None
    wire: Any = None


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
        for reading in _readings(element, self.nodes, self.root):
            reading.kind = reading.kind or self.kind
            if self.strict:
                reading.findings.extend(
                    placed(finding(FindingCode.ELEMENT_UNKNOWN), place) for place in reading.unknown
                )
            yield from self.arrange(reading) if self.arrange else (reading,)

    def write(self, records: Iterable[Record], namespace: str = "") -> Iterator[etree._Element]:
        """Yield one element per group of records that share a number."""
        for _, grouped in groupby(records, key=lambda record: record.number or id(record)):
            element = etree.Element(_named(self.root, namespace))
            _write(element, self.nodes, list(grouped), namespace)
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
    for path, node in _walk(nodes, root):
        for spec in node.fields:
            if not any(one.record.fields.get(spec.name) is spec for one in allowed):
                raise TypeError(f"{path}: {kind.name} has no such field «{spec.name}»")
            paths.setdefault(spec.name, path)
            if isinstance(node, Listed):
                for place, child in node.tags:
                    inside = f"{path}/{node.item}" if node.item else path
                    paths.update({f"{spec.name}.{one.name}": f"{inside}/{place}" for one in child.fields})
    return Spelling(kind, dialect, name or root, root, nodes, sole, strict, arrange, allowed, paths)


def _walk(nodes: Iterable[Node], path: str) -> Iterator[tuple[str, Tag | Listed]]:
    for node in nodes:
        if isinstance(node, Tag | Listed):
            yield f"{path}/{node.name}", node
        elif isinstance(node, Group | Each):
            yield from _walk(node.children, f"{path}/{node.name}")


def _readings(element: etree._Element, nodes: Sequence[Node], path: str) -> Iterator[Reading]:
    shared = Reading({})
    repeated: list[tuple[etree._Element, Each]] = []
    _read_into(shared, element, nodes, path, repeated)
    if not repeated:
        yield shared
    for child, node in repeated:
        one = Reading(dict(shared.values), list(shared.findings), list(shared.unknown))
        _read_into(one, child, node.children, f"{path}/{node.name}", [])
        yield one


_names: dict[int, tuple[Sequence[Node], dict[str, Node]]] = {}


def _known(nodes: Sequence[Node]) -> dict[str, Node]:
    """The nodes of one level by name; descriptions live as long as the process, so each is indexed once."""
    found = _names.get(id(nodes))
    if found is None or found[0] is not nodes:
        found = _names[id(nodes)] = (nodes, {node.name: node for node in nodes})
    return found[1]


def _read_into(
    reading: Reading,
    element: etree._Element,
    nodes: Sequence[Node],
    path: str,
    repeated: list[tuple[etree._Element, Each]],
) -> None:
    """Read known elements in any order; the first of a repeated simple element wins, unknown ones are remembered."""
    known = _known(nodes)
    seen: set[str] = set()
    for child in element:
        name = local_name(child)
        node = known.get(name)
        repeats = isinstance(node, Each) or (isinstance(node, Listed) and not node.item)
        if node is None or (name in seen and not repeats):
            if name and not str(child.tag).startswith(SIGNATURE):
                reading.unknown.append(f"{path}/{name}")
            continue
        seen.add(name)
        if isinstance(node, Tag):
            read_text(reading, node.fields, node.form, child.text, f"{path}/{name}")
        elif isinstance(node, Each):
            repeated.append((child, node))
        elif isinstance(node, Listed):
            _read_list(reading, child, node, f"{path}/{name}")
        elif isinstance(node, Group):
            _read_into(reading, child, node.children, f"{path}/{name}", repeated)
    for node in nodes:
        if isinstance(node, Tag) and node.must and all(spec.name not in reading.values for spec in node.fields):
            _absent(reading, node.fields[0], f"{path}/{node.name}")


def _read_list(reading: Reading, element: etree._Element, node: Listed, path: str) -> None:
    """Read every repetition; what is wrong in one is found under ``list.field`` with the number of the repetition."""
    found: list[Any] = reading.values.setdefault(node.spec.name, [])
    for child in element if node.item else (element,):
        name = local_name(child)
        if node.item and name != node.item:
            if name:
                reading.unknown.append(f"{path}/{name}")
            continue
        value = _repetition(reading, child, node, f"{path}/{name}" if node.item else path, len(found) + 1)
        if value is not None:
            found.append(value)
    if node.most and len(found) > node.most:
        reading.findings.append(placed(_too_many(node, len(found)), path))
    if not found:
        del reading.values[node.spec.name]


def _repetition(reading: Reading, element: etree._Element, node: Listed, path: str, number: int) -> Any:
    one, place, prefix = Reading({}), f"{path}[{number}]", ""
    if node.children:
        prefix = f"{node.spec.name}."
        _read_into(one, element, node.children, place, [])
    else:
        read_text(one, node.fields, node.form, element.text, place)
    reading.findings.extend(replace(wrong, field=f"{prefix}{wrong.field}") for wrong in one.findings)
    reading.unknown.extend(one.unknown)
    if not node.children:
        return one.values.get(node.spec.name)
    return node.spec.of.of(one.values) if node.spec.of is not None else one.values


def _too_many(node: Listed, count: int) -> Finding:
    return finding(
        node.spec.wrong, node.spec.title, field=node.spec.name, value=count, expected=f"не более {node.most} повторений"
    )


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace, empty for a comment or an instruction."""
    tag_: object = element.tag
    return tag_.rpartition("}")[2] if isinstance(tag_, str) else ""


def _absent(reading: Reading, spec: Spec, path: str) -> None:
    if any(one.field == spec.name for one in reading.findings):
        return
    found = finding(spec.absent, spec.title, field=spec.name)
    reading.findings.append(placed(found, path))


def read_text(reading: Reading, specs: Sequence[Spec], form: Form, text: str | None, path: str) -> None:
    """Store the value of ``text`` in ``reading``, or the finding that says why there is none; blank means absent."""
    value = (text or "").strip()
    if not value:
        return
    try:
        found = form.read(value)
    except FormError as wrong:
        shown = finding(specs[0].wrong, specs[0].title, field=specs[0].name, value=value, expected=wrong.expected)
        reading.findings.append(placed(shown, path))
        return
    for spec, part in zip(specs, found if form.parts > 1 else (found,), strict=True):
        if part is not None:
            reading.values.setdefault(spec.name, part)


def placed(found: Finding, path: str) -> Finding:
    """Return the finding with the place it was found at."""
    return Finding(found.code, found.text, found.field, found.value, found.expected, found.level, path)


def _named(name: str, namespace: str) -> str:
    return f"{{{namespace}}}{name}" if namespace else name


def _write(parent: etree._Element, nodes: Iterable[Node], records: Sequence[Record], namespace: str) -> None:
    first = records[0]
    for node in nodes:
        if isinstance(node, Tag):
            text = written(first, node.fields, node.form)
            if text or node.always:
                etree.SubElement(parent, _named(node.name, namespace)).text = text or node.default
        elif isinstance(node, Fixed):
            etree.SubElement(parent, _named(node.name, namespace)).text = node.text or None
        elif isinstance(node, Group):
            child = etree.SubElement(parent, _named(node.name, namespace))
            _write(child, node.children, records, namespace)
            if not len(child) and not node.must:
                parent.remove(child)
        elif isinstance(node, Listed):
            _write_list(parent, node, first.__dict__.get(node.spec.name) or (), namespace)
        else:
            for record in records:
                _write(etree.SubElement(parent, _named(node.name, namespace)), node.children, (record,), namespace)


def _write_list(parent: etree._Element, node: Listed, values: Sequence[Any], namespace: str) -> None:
    if not values:
        return
    wrapper = etree.SubElement(parent, _named(node.name, namespace)) if node.item else parent
    for value in values:
        child = etree.SubElement(wrapper, _named(node.item or node.name, namespace))
        if node.children:
            _write(child, node.children, (value,), namespace)
        else:
            child.text = node.form.write(value)


def written(record: Record, specs: Sequence[Spec], form: Form) -> str:
    """Return the text of a field, empty when the record does not have it."""
    values = [record.__dict__.get(spec.name) for spec in specs]
    if all(value is None for value in values):
        return ""
    return form.write(tuple(values) if form.parts > 1 else values[0])
