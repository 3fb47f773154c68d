"""Elements read and written by the nodes of a spelling; what each name stands for is made ready once for a process.

Descriptions live as long as the process. Going through them anew for every record would cost more than the elements do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from registry.core.fields import Record
from registry.core.finding_texts import finding
from registry.core.findings import Finding
from registry.core.forms import Form, FormError
from registry.core.kinds import MessageKind
from registry.core.nodes import Each, Fixed, Group, Listed, Node, Spec, Tag
from registry.core.outcomes import Operation

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"  # a packet may be signed inside whatever contract it follows
MOST_TAGS = 256  # a sender chooses its namespaces itself
Nodes = Sequence[Node]


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


class Step:
    """One node made ready: ``plain`` names the field of an element that carries one, the others go by their node."""

    __slots__ = ("always", "default", "named", "node", "once", "plain", "read", "spec", "write")

    def __init__(self, node: Node, namespace: str) -> None:
        self.node = node
        self.named = named(node.name, namespace)
        self.once = not (isinstance(node, Each) or (isinstance(node, Listed) and not node.item))
        self.plain = ""
        if isinstance(node, Tag) and node.form.parts == 1:
            self.spec = node.fields[0]
            self.plain = self.spec.name
            self.read, self.write = node.form.read, node.form.write
            self.always, self.default = node.always, node.default


class Level:
    """The nodes of one level: by the tags that were met, by name, in order, and those that must be there."""

    __slots__ = ("_by_name", "by_tag", "demanded", "nodes", "steps")

    def __init__(self, nodes: Nodes, namespace: str) -> None:
        self.nodes = nodes
        self.steps = tuple(Step(node, namespace) for node in nodes)
        self._by_name = {step.node.name: step for step in self.steps}
        self.by_tag: dict[Any, Step] = {}
        self.demanded = tuple(node for node in nodes if isinstance(node, Tag) and node.must)

    def learn(self, element: etree._Element) -> Step | None:
        """The step of an element whose tag was not met before, if there is one."""
        step = self._by_name.get(local_name(element))
        if step is not None and len(self.by_tag) < MOST_TAGS:
            self.by_tag[element.tag] = step
        return step


_levels: dict[tuple[int, str], Level] = {}


def _level(nodes: Nodes, namespace: str = "") -> Level:
    found = _levels.get((id(nodes), namespace))
    if found is None or found.nodes is not nodes:
        found = _levels[id(nodes), namespace] = Level(nodes, namespace)
    return found


# --- reading ----------------------------------------------------------------------------------------------------------


def readings(element: etree._Element, nodes: Nodes, path: str) -> Iterator[Reading]:
    """Yield what stands below ``element``: one reading, or one for every repetition with what is shared around it."""
    shared = Reading({})
    repeated: list[tuple[etree._Element, Each]] = []
    _read_into(shared, element, nodes, path, repeated)
    if not repeated:
        yield shared
    for child, node in repeated:
        one = Reading(dict(shared.values), list(shared.findings), list(shared.unknown))
        _read_into(one, child, node.children, f"{path}/{node.name}", [])
        yield one


def _read_into(
    reading: Reading, element: etree._Element, nodes: Nodes, path: str, repeated: list[tuple[etree._Element, Each]]
) -> None:
    """Read known elements in any order; the first of a repeated simple element wins, unknown ones are remembered."""
    level, values = _level(nodes), reading.values
    by_tag = level.by_tag
    seen: set[Step] = set()
    for child in element:
        step = by_tag.get(child.tag) or level.learn(child)
        if step is None or (step in seen and step.once):
            _note_unknown(reading, child, path)
            continue
        seen.add(step)
        if not step.plain:
            _read_node(reading, child, step.node, path, repeated)
        elif text := (child.text or "").strip():
            try:
                value = step.read(text)
            except FormError as wrong:
                reading.findings.append(_malformed(step.spec, text, wrong, f"{path}/{step.node.name}"))
                continue
            if value is not None:
                values.setdefault(step.plain, value)
    for node in level.demanded:
        if all(spec.name not in values for spec in node.fields):
            _absent(reading, node.fields[0], f"{path}/{node.name}")


def _read_node(
    reading: Reading, child: etree._Element, node: Node, path: str, repeated: list[tuple[etree._Element, Each]]
) -> None:
    place = f"{path}/{node.name}"
    if isinstance(node, Tag):
        read_text(reading, node.fields, node.form, child.text, place)
    elif isinstance(node, Each):
        repeated.append((child, node))
    elif isinstance(node, Listed):
        _read_list(reading, child, node, place)
    elif isinstance(node, Group):
        _read_into(reading, child, node.children, place, repeated)


def _note_unknown(reading: Reading, child: etree._Element, path: str) -> None:
    name = local_name(child)
    if name and not str(child.tag).startswith(SIGNATURE):
        reading.unknown.append(f"{path}/{name}")


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


def _malformed(spec: Spec, value: str, wrong: FormError, path: str) -> Finding:
    return placed(finding(spec.wrong, spec.title, field=spec.name, value=value, expected=wrong.expected), path)


def read_text(reading: Reading, specs: Sequence[Spec], form: Form, text: str | None, path: str) -> None:
    """Store the value of ``text`` in ``reading``, or the finding that says why there is none; blank means absent."""
    value = (text or "").strip()
    if not value:
        return
    try:
        found = form.read(value)
    except FormError as wrong:
        reading.findings.append(_malformed(specs[0], value, wrong, path))
        return
    for spec, part in zip(specs, found if form.parts > 1 else (found,), strict=True):
        if part is not None:
            reading.values.setdefault(spec.name, part)


def placed(found: Finding, path: str) -> Finding:
    """Return the finding with the place it was found at."""
    return Finding(found.code, found.text, found.field, found.value, found.expected, found.level, path)


# --- writing ----------------------------------------------------------------------------------------------------------


def named(name: str, namespace: str) -> str:
    """Return the tag of an element."""
    return f"{{{namespace}}}{name}" if namespace else name


def write(parent: etree._Element, nodes: Nodes, records: Sequence[Record], namespace: str) -> None:
    """Append the elements of records that share a number: the first tells what stands around the repetitions."""
    values = records[0].__dict__
    for step in _level(nodes, namespace).steps:
        if not step.plain:
            _write_node(parent, step, records, namespace)
            continue
        value = values.get(step.plain)
        text = "" if value is None else step.write(value)
        if text or step.always:
            etree.SubElement(parent, step.named).text = text or step.default


def _write_node(parent: etree._Element, step: Step, records: Sequence[Record], namespace: str) -> None:
    node = step.node
    if isinstance(node, Tag):
        text = written(records[0], node.fields, node.form)
        if text or node.always:
            etree.SubElement(parent, step.named).text = text or node.default
    elif isinstance(node, Fixed):
        etree.SubElement(parent, step.named).text = node.text or None
    elif isinstance(node, Group):
        child = etree.SubElement(parent, step.named)
        write(child, node.children, records, namespace)
        if not node.must and (not len(child) or (node.sparse and _says_nothing(child, node))):
            parent.remove(child)
    elif isinstance(node, Listed):
        _write_list(parent, node, records[0].__dict__.get(node.spec.name) or (), namespace)
    else:
        for record in records:
            write(etree.SubElement(parent, step.named), node.children, (record,), namespace)


def _says_nothing(element: etree._Element, node: Group) -> bool:
    """True when only constants and empty elements stand in it."""
    constants = {one.name for one in node.children if isinstance(one, Fixed)}
    return not any(one.text for one in element.iterdescendants() if local_name(one) not in constants)


def _write_list(parent: etree._Element, node: Listed, values: Sequence[Any], namespace: str) -> None:
    if not values:
        return
    wrapper = etree.SubElement(parent, named(node.name, namespace)) if node.item else parent
    for value in values:
        child = etree.SubElement(wrapper, named(node.item or node.name, namespace))
        if node.children:
            write(child, node.children, (value,), namespace)
        else:
            child.text = node.form.write(value)


def written(record: Record, specs: Sequence[Spec], form: Form) -> str:
    """Return the text of a field, empty when the record does not have it."""
    values = [record.__dict__.get(spec.name) for spec in specs]
    if all(value is None for value in values):
        return ""
    return form.write(tuple(values) if form.parts > 1 else values[0])
