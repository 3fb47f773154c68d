"""What the SOAP channel asks of the registry; tests hand over doors of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.exchange.access import Caller, check_password
from registry.exchange.context import HubContext
from registry.exchange.operations import journal_refusal
from registry.exchange.pipeline import Incoming, Reply, handle


@dataclass(frozen=True, slots=True)
class Doors:
    """The calls into the registry, each inside the transaction of the channel."""

    handle: Callable[[Session, Incoming, HubContext], Reply] = handle
    check_password: Callable[[Session, str, str, HubContext], Caller | None] = check_password
    journal_refusal: Callable[..., Any] = journal_refusal
