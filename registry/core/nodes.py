"""Nodes of a spelling: what each element of a contract stands for. Every pointer is checked when it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """An element that only wraps others; a ``sparse`` one is not written when it would say nothing of its own."""

    name: str
    children: tuple[Node, ...]
    must: bool = False
    sparse: bool = False


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

    With ``children``, lists among them, every repetition is a record of the class the field names, else a value in
    ``form``. Without an ``item`` nothing wraps them: the element itself is repeated.
    """

    name: str
    item: str
    spec: Spec
    children: tuple[Node, ...]
    form: Form
    most: int

    @property
    def fields(self) -> tuple[Spec, ...]:
        """The one field that holds the list."""
        return (self.spec,)


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


def group(name: str, *children: Node, must: bool = False, sparse: bool = False) -> Group:
    """Wrap elements."""
    return Group(name, children, must, sparse)


def each(name: str, *children: Node) -> Each:
    """Make a record of every repetition."""
    return Each(name, children)


def listed(name: str, item: str, spec: Spec, *children: Node, form: Form = TEXT, most: int = 0) -> Listed:
    """Read the repetitions of ``item`` below ``name`` into one list, at most ``most`` of them (0: any number).

    With an empty ``item`` the element ``name`` is repeated where it stands.
    """
    fields = spec.of.fields if children and spec.of is not None and issubclass(spec.of, Record) else {}
    for _, child in leaves(children, ""):
        for one in child.fields:
            if fields.get(one.name) is not one:
                raise TypeError(f"<{name}/{item}>: the repetitions of «{spec.name}» have no field «{one.name}»")
    return Listed(name, item, spec, children, form, most)


def leaves(nodes: Iterable[Node], path: str) -> Iterator[tuple[str, Tag | Listed]]:
    """Yield what carries fields below ``path``, each with its place; what a list holds is not gone into."""
    for node in nodes:
        if isinstance(node, Tag | Listed):
            yield f"{path}/{node.name}", node
        elif isinstance(node, Group | Each):
            yield from leaves(node.children, f"{path}/{node.name}")


def fixed(name: str, text: str = "") -> Fixed:
    """Write a constant the contract demands and the kind does not carry."""
    return Fixed(name, text)
