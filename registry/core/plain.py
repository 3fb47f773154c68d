"""Values of records as JSON holds them, and back again by the fields that describe them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from registry.core.fields import FieldSpec, Record

AS_IT_IS = frozenset((str, int, bool, float))

PLAIN = frozenset((str, int, bool, float))


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if value.__class__ in AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Record):
        return plain_values(value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def plain_values(record: Record) -> dict[str, Any]:
    """Return the values of a record that are present, by field name."""
    return {
        name: value if value.__class__ in PLAIN else plain(value)
        for name, value in record.__dict__.items()
        if value is not None
    }


def revived(of: type[Record], values: Mapping[str, Any]) -> Record:
    """Return the record that ``plain_values`` was given; names the record no longer has are left out."""
    known = {name: value for name, value in values.items() if name in of.fields and value is not None}
    return of.of({name: _revived(of.fields[name], value) for name, value in known.items()})


def _revived(spec: FieldSpec[Any], value: Any) -> Any:
    if isinstance(value, list):
        return [_revived_item(spec, one) for one in value]
    if issubclass(spec.type, Enum):
        return spec.type(value)
    if issubclass(spec.type, datetime | date):
        return spec.type.fromisoformat(value)
    return value


def _revived_item(spec: FieldSpec[Any], value: Any) -> Any:
    if spec.of is not None and issubclass(spec.of, Record):
        return revived(spec.of, value)
    return date.fromisoformat(value) if spec.of is date else value
