"""An event that waits for an operator has its line in the monitor from the first call to the last (clause 8.4)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from registry.core.checks.enp import make_enp
from registry.exchange.options import set_option
from registry.exchange.pipeline import advance
from registry.exchange.stages.answer_reviewed import take_up_again
from registry.exchange.tables import Sending
from registry.insured.generator.lines import PersonLine
from registry.insured.keys import ensure_key_secret
from registry.insured.loading import load_people
from registry.insured.review import Verdict, decide_case
from registry.insured.review.queries import case_page
from tests.channels.events import calls
from tests.channels.events.calls import TODAY, born, send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import CLOCK, LOGIN

DISP = "SendDispensarization"
SYSTEM_FAILURE = "Не получены данные из-за системного сбоя"


@pytest.fixture
def waiting(place: EventsHub) -> Iterator[EventsHub]:
    """The hub where every likeness is put before an operator and calls wait for the decision."""
    before = {"matching_review": 18.0, "matching_found": 26.0, "review_holds": False}
    for values in ({"matching_review": 0.1, "matching_found": 90.0, "review_holds": True}, before):
        with place.hub.sessions.begin() as session:
            for name, value in values.items():
                set_option(session, name, value, CLOCK.now())
        place.hub.context.remembered.forget()
        if values is not before:
            yield place


def sendings(place: EventsHub, event_id: str) -> list[tuple[int, str, bool]]:
    """The lines of a card as the page of the fund and of the clinic reads them."""
    with place.hub.sessions() as session:
        rows = session.scalars(select(Sending).where(Sending.event_id == event_id).order_by(Sending.id))
        return [(one.code, one.text, one.settled_by is not None) for one in rows]


def listed(place: EventsHub, event_id: str) -> list[tuple[str, str]]:
    """The same lines as GetSendings tells them to the МИС."""
    question = {"MOCode": "630001", "From": TODAY.isoformat(), "To": TODAY.isoformat(), "Page": 1}
    rows = send(place.hub, "GetSendings", question, login=LOGIN).rows("Sending")
    return [(one["Code"], one["SentAt"]) for one in rows if one["EventId"] == event_id]


def decide(place: EventsHub, verdict: Verdict) -> None:
    with place.hub.sessions.begin() as session:
        line = max(case_page(session, limit=10), key=lambda one: one.case.id)
        decide_case(session, line.case.id, verdict, by="оператор", now=CLOCK.now())
        assert take_up_again(session, line.case.id, place.hub.context) == 1


def take_up(place: EventsHub, event_id: str) -> None:
    """What the worker does with the event that waits."""
    with place.hub.sessions.begin() as session:
        packet_id = session.scalars(select(Sending.id).where(Sending.event_id == event_id).order_by(Sending.id)).first()
        assert packet_id is not None
        assert not advance(session, packet_id, place.hub.context)


def register_twin(place: EventsHub, person: PersonLine, folder: Path) -> str:
    """Load a namesake born the same day and return their ЕНП."""
    enp = make_enp("63", 77_000 + int(person.enp[-6:-1]) % 1000, int(person.sex), born(person))
    twin = person._replace(person_key=f"twin-{person.person_key}", enp=enp, policy_number=enp, snils="", doc_number="")
    path = folder / "twin.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows((PersonLine._fields, twin))
    with place.hub.sessions.begin() as session:
        load_people(session, path, secret=ensure_key_secret(session), clock=CLOCK)
    return enp


def test_an_event_answered_late_is_in_the_monitor_at_once_and_settled_by_its_answer(
    waiting: EventsHub, tmp_path: Path
) -> None:
    person = next(waiting.adults)
    event_id = f"late-{person.enp}"
    twin = make_enp("63", 77_000 + int(person.enp[-6:-1]) % 1000, int(person.sex), born(person))
    content = calls.opening(person, event_id, InsId=twin)
    told = send(waiting.hub, DISP, content)
    assert (told.code, told.text("Text")) == (1, SYSTEM_FAILURE)
    assert sendings(waiting, event_id) == [(1, SYSTEM_FAILURE, False)]
    assert send(waiting.hub, DISP, content).code == 1
    take_up(waiting, event_id)  # nobody has decided: it waits on, and its lines stand
    assert sendings(waiting, event_id) == [(1, SYSTEM_FAILURE, False)] * 2
    before = listed(waiting, event_id)
    assert [code for code, _ in before] == ["1", "1"]
    assert register_twin(waiting, person, tmp_path) == twin
    take_up(waiting, event_id)
    assert sendings(waiting, event_id) == [(0, "", False), (1, SYSTEM_FAILURE, True)]
    after = listed(waiting, event_id)
    assert after == [("0", before[0][1]), before[1]]
    again = send(waiting.hub, DISP, content)
    assert (again.code, again.repeated) == (0, True)


def test_an_event_refused_late_is_in_the_monitor_with_its_refusal(waiting: EventsHub) -> None:
    person = next(waiting.adults)
    event_id = f"never-{person.enp}"
    stranger = make_enp("63", 78_000, int(person.sex), born(person))
    assert send(waiting.hub, DISP, calls.opening(person, event_id, InsId=stranger)).code == 1
    decide(waiting, Verdict.NOBODY)
    take_up(waiting, event_id)
    [(code, text, settled)] = sendings(waiting, event_id)
    assert (code, settled) == (5, False)
    assert text.startswith("Не найдены данные")
    assert [code for code, _ in listed(waiting, event_id)] == ["5"]
