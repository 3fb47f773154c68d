"""The readable reference: kinds, fields, spellings, layouts and codes, drawn from the catalogue alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from registry.core.fields import FieldSpec
from registry.core.findings import FindingCode
from registry.core.kinds import MessageKind
from registry.exchange.catalogue import Catalog
from registry.exchange.dialects.base import Dialect
from server.web.exchange.wording import contract_title

TYPES = {
    str: "текст",
    int: "целое число",
    date: "дата",
    datetime: "дата и время",
    bool: "да или нет",
    float: "число",
    list: "список",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """How one contract or file layout writes a kind: the place of every field."""

    dialect: str
    name: str
    root: str
    places: Mapping[str, str]
    must: frozenset[str]

    @property
    def title(self) -> str:
        """What a reader knows it by."""
        contract = contract_title(self.dialect)
        return f"{contract} · {self.name}" if self.name else contract


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A finding code with the numbers every dialect says it by."""

    code: FindingCode
    numbers: Mapping[str, str]


def writings_of(catalog: Catalog, kind: MessageKind) -> list[Writing]:
    """Every contract and layout that writes a kind, contracts first."""
    found = [
        Writing(one.dialect, one.name, one.root, one.paths, frozenset())
        for one in catalog.spellings.values()
        if one.kind is kind or kind in one.kinds
    ]
    layouts: dict[str, tuple[dict[str, str], set[str]]] = {}
    for owner, row in catalog.layouts:
        if owner is kind:
            places, must = layouts.setdefault(row.layout, ({}, set()))
            for field in filter(None, row.field.split("+")):
                places[field] = f"{row.position}. {row.column}"
                if row.must:
                    must.add(field)
    found += [Writing("files", name, "", places, frozenset(must)) for name, (places, must) in layouts.items()]
    return sorted(found, key=lambda one: (one.dialect == "files", one.dialect, one.name))


def without_place(writings: Sequence[Writing], name: str) -> str:
    """The contracts and layouts that write the kind but have no place for a field, in words."""
    return ", ".join(one.title for one in writings if name not in one.places)


def type_of(spec: FieldSpec[Any]) -> str:
    """The type of a field in words; a closed list names its values."""
    if issubclass(spec.type, Enum):
        return "одно из: " + ", ".join(str(member.value) for member in spec.type)
    return TYPES.get(spec.type, spec.type.__name__)


def codes_of(catalog: Catalog, kind: MessageKind | None = None) -> list[CodeLine]:
    """The codes a kind may raise, or all there are, in the order of their list."""
    wanted = kind.codes if kind is not None else frozenset(FindingCode)
    dialects = sorted(catalog.dialects.items())
    return [
        CodeLine(code, {name: number for name, dialect in dialects if (number := _number(dialect, code))})
        for code in FindingCode
        if code in wanted
    ]


def _number(dialect: Dialect, code: FindingCode) -> str:
    """The number of a code in a dialect; several when it depends on the field."""
    said = dialect.codes
    numbers = {
        str(number)
        for spoken, number in said.items()
        if number is not None and (spoken == code or (isinstance(spoken, tuple) and spoken[0] == code))
    }
    return ", ".join(sorted(numbers))
