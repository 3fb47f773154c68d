"""What the SOAP channel asks of the registry; tests hand over doors of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lxml import etree
from sqlalchemy.orm import Session

from registry.core.errors import Permanent
from registry.exchange.access import Caller, check_password
from registry.exchange.context import HubContext
from registry.exchange.operations.journal_refusal import journal_refusal
from registry.exchange.pipeline import Incoming, Reply, handle


def refusal_element(incoming: Incoming, refusal: Permanent, context: HubContext) -> etree._Element | None:
    """How the dialect of a request says a refusal; nothing of the database is needed for it."""
    return context.catalog.dialects[incoming.dialect].refuse(incoming, refusal, context).element


@dataclass(frozen=True, slots=True)
class Doors:
    """The calls into the registry; those that take a session work inside the transaction of the channel."""

    handle: Callable[[Session, Incoming, HubContext], Reply] = handle
    check_password: Callable[[Session, str, str, HubContext], Caller | None] = check_password
    journal_refusal: Callable[..., Any] = journal_refusal
    refusal_element: Callable[[Incoming, Permanent, HubContext], etree._Element | None] = refusal_element
