"""DCExchangeSrv answers in its own form even when the database is away."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from registry.catalog import collect
from registry.core.clock import FixedClock
from registry.exchange.context import HubContext
from registry.exchange.dialects.base import Incoming
from registry.exchange.pipeline import unavailable

ZONE = ZoneInfo("Europe/Samara")
CONTEXT = HubContext(collect(), FixedClock(datetime(2026, 11, 20, 12, tzinfo=ZONE)), "63", ZONE)


def text_of(operation: str, path: str) -> str | None:
    element = unavailable(Incoming("soap", "dcx", operation), CONTEXT).element
    assert element is not None
    assert element.tag == f"{{http://main.dce/}}{operation}Response"
    found: etree._Element | None = element.find(path)
    return found.text if found is not None else None


@pytest.mark.parametrize(
    ("operation", "path", "value"),
    [
        ("MakeTestConnect", "retresult", "0"),
        ("SetLoginAccess", "return", "-10"),
        ("MakeAttachAction", ".//r10_responcecode", "3000"),
        ("SendPlanOrdersClinic", ".//r10_responcecode", "3000"),
        ("GetAttachListByRange", ".//p13_zerrpkg", "-1"),
    ],
)
def test_without_a_database_every_operation_says_so_in_its_own_form(operation: str, path: str, value: str) -> None:
    assert text_of(operation, path) == value
