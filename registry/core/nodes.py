"""Nodes of a spelling: what each element of a contract stands for. Every pointer is checked when it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from registry.core.fields import FieldSpec, Record
from registry.core.forms import TEXT, Form

Spec = FieldSpec[Any]


@dataclass(frozen=True, slots=True)
class Tag:
    """An element that carries one field, or several by a joining form."""

    name: str
    fields: tuple[Spec, ...]
    form: Form
    must: bool = False
    always: bool = False
    default: str = "0"


@dataclass(frozen=True, slots=True)
class Group:
    """An element that only wraps others."""

    name: str
    children: tuple[Node, ...]
    must: bool = False


@dataclass(frozen=True, slots=True)
class Each:
    """A repeated element: every repetition is a record of its own, sharing what stands around it."""

    name: str
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """An element the kind does not know, written with one constant text and ignored when read."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An element that wraps repetitions of ``item``: together they are one list, the value of one field.

    With ``children`` (tags, and groups of tags) every repetition is a record of the class the field names, else a value
    in ``form``. Without an ``item`` nothing wraps them: the element itself is repeated.
    """

    name: str
    item: str
    spec: Spec
    children: tuple[Tag | Group, ...]
    form: Form
    most: int

    @property
    def fields(self) -> tuple[Spec, ...]:
        """The one field that holds the list."""
        return (self.spec,)

    @property
    def tags(self) -> Iterator[tuple[str, Tag]]:
        """The elements of a repetition that carry fields, each with its place in it."""
        yield from tags_of(self.children)


def tags_of(nodes: Sequence[Any], path: str = "") -> Iterator[tuple[str, Tag]]:
    """The tags among nodes and inside their groups, with their places."""
    for node in nodes:
        place = f"{path}/{node.name}" if path else node.name
        if isinstance(node, Tag):
            yield place, node
        else:
            yield from tags_of(node.children, place)


Node = Tag | Group | Each | Fixed | Listed


def tag(
    name: str,
    spec: Spec | Sequence[Spec],
    form: Form = TEXT,
    *,
    must: bool = False,
    always: bool = False,
    default: str = "0",
) -> Tag:
    """Point the element ``name`` at a field; ``must`` demands it, ``always`` writes ``default`` when it is absent."""
    fields = (spec,) if isinstance(spec, FieldSpec) else tuple(spec)
    if len(fields) != form.parts:
        raise TypeError(f"<{name}>: the form «{form.name}» carries {form.parts} fields, {len(fields)} given")
    return Tag(name, fields, form, must, always, default)


def group(name: str, *children: Node, must: bool = False) -> Group:
    """Wrap elements."""
    return Group(name, children, must)


def each(name: str, *children: Node) -> Each:
    """Make a record of every repetition."""
    return Each(name, children)


def listed(name: str, item: str, spec: Spec, *children: Tag | Group, form: Form = TEXT, most: int = 0) -> Listed:
    """Read the repetitions of ``item`` below ``name`` into one list, at most ``most`` of them (0: any number).

    With an empty ``item`` the element ``name`` is repeated where it stands.
    """
    fields = spec.of.fields if children and spec.of is not None and issubclass(spec.of, Record) else {}
    for _, child in tags_of(children):
        for one in child.fields:
            if fields.get(one.name) is not one:
                raise TypeError(f"<{name}/{item}>: the repetitions of «{spec.name}» have no field «{one.name}»")
    return Listed(name, item, spec, children, form, most)


def fixed(name: str, text: str = "") -> Fixed:
    """Write a constant the contract demands and the kind does not carry."""
    return Fixed(name, text)
