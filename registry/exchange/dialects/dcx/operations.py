"""The table of operations of DCExchangeSrv, collected from its families; nothing elsewhere names an operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from registry.core.errors import ReferenceBroken
from registry.exchange.dialects.dcx import attachment_operations, hospital_operations, preventive_operations
from registry.exchange.dialects.dcx.shapes import ListOperation, PacketOperation

T = TypeVar("T", PacketOperation, ListOperation)


def _by_name(operations: Iterable[T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for one in operations:
        if one.name in found:
            raise ReferenceBroken(f"the operation {one.name} stands in the table twice")
        found[one.name] = one
    return found


PACKETS = _by_name(
    (
        *attachment_operations.PACKETS,
        *hospital_operations.PACKETS,
        *preventive_operations.PACKETS,
    )
)
LISTS = _by_name(
    (
        *attachment_operations.LISTS,
        *hospital_operations.LISTS,
        *preventive_operations.LISTS,
    )
)
