"""What a contract of the SOAP channel is: paths, published documents and a table of operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from registry.core.findings import FindingCode


class Entrance(Enum):
    """Where a contract carries the credentials of its caller."""

    BASIC = "http basic"
    BODY = "arguments of the operation"
    HEADER = "UsernameToken of WS-Security"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the Body child that asks for it, the dialect that understands it, the actions of WS-Addressing.

    Refusals with a code of ``faults`` go out as a SOAP fault whose detail is the dialect's answer.
    """

    name: str
    request: str
    dialect: str
    action: str = ""
    reply_action: str = ""
    fault_action: str = ""
    faults: frozenset[FindingCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that every call of a contract stays in.

    A body above ``heavy`` bytes is let in only together with ``heavy_calls - 1`` others of its size, so that memory
    stays bounded whatever the number of threads; it waits ``heavy_wait`` seconds for its turn at most.
    A call not answered within ``answer_seconds`` is undone and told as a failure; 0 means no such promise.
    """

    max_bytes: int
    heavy: int = 4 * 1024 * 1024
    heavy_calls: int = 2
    heavy_wait: float = 30.0
    answer_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Contract:
    """A published contract; ``announced`` are Body children its schema has and the hub does not serve yet.

    ``rate`` names the setting that bounds the calls a minute of one login. ``wsdl`` makes the WSDL for an address,
    ``schemas`` maps the value of ``?xsd=`` to a file of ``soap/contracts``.
    ``switch`` is the name by which the setting ``identification_adapters`` switches an optional contract on;
    ``any_namespace`` lets a contract whose own namespace nobody knows be asked in any.
    """

    name: str
    namespace: str
    paths: tuple[str, ...]
    entrance: Entrance
    operations: tuple[Operation, ...]
    limits: Limits
    wsdl: Callable[[str], bytes]
    schemas: Mapping[str, str]
    dialect: str
    rate: str = "identification_rate"
    switch: str = ""
    any_namespace: bool = False
    announced: frozenset[str] = frozenset()
    by_request: Mapping[str, Operation] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Two operations asked for by one element could not be told apart, so they are refused at start."""
        table = {operation.request: operation for operation in self.operations}
        if len(table) != len(self.operations):
            raise ValueError(f"Contract {self.name} has two operations with one request element.")
        object.__setattr__(self, "by_request", table)
