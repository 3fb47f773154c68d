"""How long a call of the contract of events may last, and how long its id is remembered."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.exchange.tables import JournalEntry, Packet, PacketKey
from registry.support.rules.cards import content_of
from registry.support.tables import Card
from soap.app import create_application
from soap.services.events import EVENTS
from tests.channels.events import calls
from tests.channels.events.calls import send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import Hub

DISP = "SendDispensarization"


def test_an_answer_that_came_too_late_is_a_failure_that_left_nothing(
    place: EventsHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.support.operations import keep_cards

    def slow(record: Any) -> Any:
        time.sleep(0.4)
        return content_of(record)

    hub = place.hub
    quick = replace(EVENTS, limits=replace(EVENTS.limits, answer_seconds=0.3))
    hasty = Hub(create_application(hub.sessions, hub.context, contracts=[quick]), hub.sessions, hub.context)
    content = calls.opening(next(place.adults), "too-late")
    with monkeypatch.context() as slowed:
        slowed.setattr(keep_cards, "content_of", slow)
        assert send(hasty, DISP, content).code == 1
    with hub.sessions() as session:
        assert session.scalars(select(Card).where(Card.event_id == "too-late")).all() == []
        line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
        assert (line.status, line.code) == ("refused", "UNAVAILABLE")
    again = send(hub, DISP, content)
    assert (again.code, again.repeated) == (0, False)


def test_a_message_is_remembered_for_four_hundred_days(place: EventsHub) -> None:
    content = calls.opening(next(place.adults), "long-ago")
    assert send(place.hub, DISP, content).code == 0
    for days, other in ((399, 7), (401, 4)):  # afterwards the id is free: what is wrong with the new content is told
        with place.hub.sessions.begin() as session:
            (number,) = session.execute(
                select(PacketKey.packet_id).where(PacketKey.sender_packet_id == content["MessageId"])
            ).one()
            session.get_one(Packet, number).received_at = place.hub.context.clock.now() - timedelta(days=days)
        told = send(place.hub, DISP, content | {"EventId": "long-after", "Sex": 9})
        assert told.code == other
