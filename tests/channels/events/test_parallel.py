"""Many senders at once: a card is accepted once, a person has one card of a kind, nobody gets a failure."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from registry.support.tables import Card, CardStep
from tests.channels.events import calls
from tests.channels.events.calls import FOREIGN_LOGIN, send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import LOGIN

DISP = "SendDispensarization"


def test_one_message_sent_many_times_at_once_is_done_once(place: EventsHub) -> None:
    content = calls.opening(next(place.adults), "parallel-message")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: send(place.hub, DISP, content), range(16)))
    assert Counter((one.code, one.repeated) for one in told) == {(0, False): 1, (0, True): 15}
    assert len({one.text("HubId") for one in told}) == 1


def test_one_card_under_many_messages_at_once_is_accepted_once(place: EventsHub) -> None:
    person = next(place.adults)
    contents = [calls.opening(person, "parallel-card") for _ in range(12)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda content: send(place.hub, DISP, content), contents))
    assert Counter((one.code, one.repeated) for one in told) == {(0, False): 1, (0, True): 11}
    with place.hub.sessions() as session:
        card = session.scalars(select(Card).where(Card.event_id == "parallel-card")).one()
        assert len(session.scalars(select(CardStep).where(CardStep.card_id == card.id)).all()) == 1


def test_two_clinics_that_open_a_card_of_one_person_at_once_do_not_both_succeed(place: EventsHub) -> None:
    person = next(place.adults)
    senders = [("630001", LOGIN), ("630002", FOREIGN_LOGIN)] * 4
    contents = [
        (calls.opening(person, f"parallel-{number}", MOCode=mcod), login)
        for number, (mcod, login) in enumerate(senders)
    ]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda pair: send(place.hub, DISP, pair[0], pair[1]), contents))
    assert Counter(one.outcome for one in told) == {(0, ""): 1, (7, "InsId"): 7}
