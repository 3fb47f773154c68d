"""The walk of the demonstration keeps away from a federal register that is in use."""

from __future__ import annotations

import io
from datetime import date

import pytest
from rich.console import Console

from registry.exchange.options import read_options
from server.demo.cast import Cast
from server.demo.federal_steps import FederalWalk
from server.demo.show import Show
from tests.channels.central.test_questions import asked, send
from tests.channels.federal.hub import FederalHub
from tests.channels.federal.test_questions import only

NOWHERE = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({}, "обмен с ФЕРЗЛ уже настроен"),
        ({"ferzl_exchange": False}, "обмен с ФЕРЗЛ уже настроен"),
        ({"ferzl_exchange": False, "ferzl_address": ""}, "в очереди есть вопросы к ФЕРЗЛ"),
    ],
    ids=["on", "an address", "a question"],
)
def test_it_touches_neither_settings_nor_questions_and_says_why(
    hub: FederalHub, settings: dict[str, object], why: str
) -> None:
    send(hub, 1, asked())
    hub.set(**settings)
    with hub.sessions() as session:
        before = dict(read_options(session))
    told = io.StringIO()
    show = Show(Console(file=told, width=150))
    FederalWalk(Cast(hub.installed(), iter(()), date(2026, 1, 1)), NOWHERE, show).run()
    assert why in told.getvalue()
    assert (show.right, show.wrong) == (0, [])
    with hub.sessions() as session:
        assert dict(read_options(session)) == before
    assert only(hub).state == "waiting"
    assert hub.service.calls == []
