"""The window of ninety days at its edges, on both ends of a card and of a day, and what was accepted, asked by zeep."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import zeep

from tests.channels.events import calls
from tests.channels.events.calls import TODAY, days_ago
from tests.channels.events.hubs import EventsHub, hub_on
from tests.channels.soap_calls import live_server
from tests.channels.soap_hub import CLOCK, LOGIN
from tests.contract.test_events_contract import Live, client_of

DISP = "SendDispensarization"
PAGE = {"MOCode": "630001", "From": days_ago(1), "To": days_ago(-1), "Page": 1}


@pytest.fixture(scope="module")
def live(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("events window")
    with hub_on("sqlite", migrated_sqlite, "", folder) as place, live_server(place.hub.application) as address:
        yield Live(address, place)


@pytest.fixture(scope="module")
def client(live: Live) -> zeep.Client:
    return client_of(live.address, LOGIN)[0]


@contextmanager
def moved(step: timedelta) -> Iterator[None]:
    """The hub's clock at another moment of its own zone."""
    CLOCK.move(step)
    try:
        yield
    finally:
        CLOCK.move(-step)


def told(client: zeep.Client, content: dict[str, Any]) -> tuple[int, str, list[str]]:
    """The code, the parameter of the text, and the parameters of the details."""
    answer = client.service[DISP](**{name: value for name, value in content.items() if value is not None})
    details = answer.Details.Detail if answer.Details is not None else []
    return answer.Code, (answer.Text or "").partition("[")[2].partition("]")[0], [one.Param for one in details]


def opened(place: EventsHub, days: int) -> dict[str, Any]:
    person = next(place.adults)
    return calls.opening(person, f"open-{person.enp}", DateOpen=days_ago(days))


def closed(place: EventsHub, days: int) -> dict[str, Any]:
    person = next(place.adults)
    return calls.closing(person, f"close-{person.enp}", DateOpen=days_ago(days + 20), DateClose=days_ago(days))


@pytest.mark.parametrize(
    ("days", "outcome"),
    [(0, "taken"), (90, "taken"), (91, "late"), (97, "late"), (98, "refused"), (-1, "ahead")],
)
def test_the_window_is_counted_from_the_day_of_its_own_end_of_the_card(
    live: Live, client: zeep.Client, days: int, outcome: str
) -> None:
    expected = {
        "taken": lambda code, _: (code, "", []),
        "late": lambda code, param: (code, "", [param]),
        "refused": lambda _, param: (4, param, [param]),
        "ahead": lambda _, param: (4, param, [param]),
    }[outcome]
    assert told(client, opened(live.place, days)) == expected(0, "DateOpen")
    if days >= 0:  # a card that is closed may have been opened long before the window
        assert told(client, closed(live.place, days)) == expected(-1, "DateClose")


def test_a_day_of_the_window_ends_at_midnight_of_the_region(live: Live, client: zeep.Client) -> None:
    at_noon = {"ahead": opened(live.place, -1), "edge": opened(live.place, 97)}
    with moved(timedelta(hours=11, minutes=59)):  # 23:59 in Samara
        assert told(client, at_noon["ahead"]) == (4, "DateOpen", ["DateOpen"])
        assert told(client, at_noon["edge"])[0] == 0
    with moved(timedelta(hours=12, minutes=1)):  # 00:01 of the next day there, still the day before in UTC and Moscow
        assert told(client, _anew(at_noon["ahead"])) == (0, "", [])
        assert told(client, opened(live.place, 97)) == (4, "DateOpen", ["DateOpen"])
        assert told(client, opened(live.place, 89)) == (0, "", [])
        assert told(client, opened(live.place, 90)) == (0, "", ["DateOpen"])


def test_a_refused_card_is_corrected_closed_and_asked_for(live: Live, client: zeep.Client) -> None:
    person = next(live.place.adults)
    card = f"whole-{person.enp}"
    opening: dict[str, Any] = calls.opening(person, card)
    closing: dict[str, Any] = calls.closing(person, card)
    assert told(client, opening | {"Sex": 9}) == (4, "Sex", ["Sex"])
    assert told(client, _anew(opening))[0] == 0
    assert told(client, closing | {"Group": "7"}) == (4, "Group", ["Group"])
    assert told(client, _anew(closing))[0] == -1
    assert told(client, _anew(closing) | {"Action": 2, "Comment": "Исправлено"})[0] == -1
    assert told(client, _anew(closing) | {"Comment": "Другое"}) == (7, "Action", ["Action"])
    held = client.service.GetEvent(Operation=DISP, MOCode="630001", EventId=card)
    assert (held.Code, held.State) == (0, "closed")
    assert [one.Code for one in held.Attempts.Sending] == [4, 0, 4, -1, -1, 7]
    assert _asked(client, card) == [
        (4, True, False),
        (0, True, False),
        (4, False, True),
        (-1, False, True),
        (-1, False, True),
        (7, False, True),
    ]
    assert [code for code, _, _ in _asked(client, card, Code=[4, 7])] == [4, 4, 7]
    assert [code for code, _, _ in _asked(client, card, TextState="empty")] == [0, -1, -1]


def test_the_list_of_attempts_takes_ninety_days_and_no_more(client: zeep.Client) -> None:
    for days, code in ((90, 0), (91, 4)):
        first = TODAY - timedelta(days=days)
        answer = client.service.GetSendings(MOCode="630001", From=first, To=TODAY, Page=1)
        assert answer.Code == code, days


def _anew(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"MessageId": str(uuid.uuid4())}


def _asked(client: zeep.Client, card: str, **narrowed: Any) -> list[tuple[int, bool, bool]]:
    rows = client.service.GetSendings(**PAGE, **narrowed).Sendings.Sending
    return [(one.Code, one.Opened, one.Closed) for one in rows if one.EventId == card]
