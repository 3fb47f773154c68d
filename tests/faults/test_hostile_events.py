"""Hostile calls of the contract of events: refused in bounded time, nothing of the inside told, never a failure."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from registry.exchange.tables import JournalEntry
from registry.support.tables import Card
from tests.channels.events import calls
from tests.channels.events.calls import PATH, Told, element
from tests.channels.events.hubs import EventsHub, hub_on
from tests.channels.soap_calls import DCEXCHANGE, Request, call, envelope
from tests.channels.soap_hub import LOGIN, PASSWORD
from tests.faults.hostile_bodies import DCX_REQUEST, SURNAME, TYPES, Hostile, all_hostile

SECONDS = 5.0
EVENT = (
    f'<e:SendProfExam xmlns:e="{calls.NAMESPACE}"><e:MessageId>5f0c2f4e-8f5b-4a3a-9a55-0b6c7d1e2f30</e:MessageId>'
    f"<e:FamilyName>{SURNAME}</e:FamilyName><e:FirstName>Лев</e:FirstName></e:SendProfExam>"
)
BODIES = [
    replace(case, body=case.body.replace(DCX_REQUEST.encode(), EVENT.encode()), path=PATH)
    for case in all_hostile()
    if case.path == DCEXCHANGE
]
INSIDE = (b"Traceback", b"lxml", b"spyne", b".py", b"sqlalchemy", b"0x", SURNAME.encode())


@pytest.fixture(scope="module")
def place(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventsHub]:
    """One hub for all cases: what one leaves behind, the next must bear."""
    with hub_on("sqlite", migrated_sqlite, "", tmp_path_factory.mktemp("hostile events")) as hub:
        yield hub


@pytest.mark.parametrize("case", BODIES, ids=lambda case: str(case.name))
def test_what_is_no_proper_call_gets_a_fault(place: EventsHub, case: Hostile) -> None:
    content_type = TYPES[DCEXCHANGE] if case.content_type is None else case.content_type
    started = time.monotonic()
    request = Request(case.body, PATH, content_type, LOGIN, PASSWORD, environ=case.environ)
    answer = call(place.hub.application, request)
    assert time.monotonic() - started < SECONDS
    assert answer.status >= 400
    assert answer.fault_text
    assert "инцидент" not in answer.fault_text
    assert not [mark for mark in INSIDE if mark in answer.body]


NAUGHTY = [
    "<script>alert(1)</script>",
    "'; DROP TABLE card; --",
    "\u202e\u0000".replace("\u0000", ""),
    "😀" * 300,
    "%s%n{0}{X}{label}",
    "9" * 400,
    "-1",
    "1e9",
    "NaN",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "\u0301\u0301\u0301",
    "\ufeff",
    "2026-02-30T25:61:61",
]
FIELDS = [
    "MessageId",
    "Action",
    "Phase",
    "MOCode",
    "EventId",
    "InsType",
    "InsId",
    "ENP",
    "FamilyName",
    "BirthDate",
    "Sex",
    "Snils",
    "ExamKind",
    "Stage",
    "DateOpen",
    "MKB",
    "Group",
    "Result",
    "Stage2Date",
]


@pytest.mark.parametrize("field", FIELDS)
def test_no_value_of_a_parameter_breaks_the_hub(place: EventsHub, field: str) -> None:
    person = place.known[0]
    for number, text in enumerate(NAUGHTY):
        content: dict[str, Any] = calls.closing(person, f"n{number}-{field}") | {field: text}
        told = calls.send(place.hub, "SendDispensarization", content)
        accepted = told.code in (0, -1, 7) and field in ("EventId", "Result", "Snils", "Stage2Date", "Phase")
        assert told.code in (4, 5) or accepted, (text, told.text("Text"))
        assert b"<script>" not in told.answer.body
    with place.hub.sessions() as session:
        assert not session.scalars(select(JournalEntry.id).where(JournalEntry.incident != "")).all()
        session.scalars(select(Card)).all()


@pytest.mark.parametrize(
    "name",
    ["SendProfExam", "SendTelemedConsultation", "SendInformResult", "GetEvent", "GetSendings", "GetInformRequests"],
)
def test_an_empty_call_and_one_of_strange_elements_are_refused_by_their_parameters(place: EventsHub, name: str) -> None:
    for inner in ("", "<x/>", "<MessageId/>" * 500, element("Diagnoses", {"Diagnosis": [{"Diagnosis": ""}] * 40})):
        raw = envelope(f'<{name} xmlns="{calls.NAMESPACE}">{inner}</{name}>')
        answer = call(place.hub.application, Request(raw, PATH, login=LOGIN, password=PASSWORD))
        assert answer.status == 200
        told = Told(answer, answer.child[0])
        assert told.code == 4
        assert 0 < len(told.details) <= 50


def test_two_hundred_services_are_taken_and_one_more_is_not(place: EventsHub) -> None:
    person = next(place.adults)
    one = {"Code": "B04.047.001", "Date": calls.days_ago(9), "Refused": 0}
    many = calls.closing(person, "many", Services={"Service": [one] * 201})
    assert calls.send(place.hub, "SendDispensarization", many).outcome == (4, "Services")
    enough = calls.closing(person, "many", Services={"Service": [one] * 200})
    assert calls.send(place.hub, "SendDispensarization", enough).code == -1
