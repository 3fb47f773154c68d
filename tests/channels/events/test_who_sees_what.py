"""Whose cards and attempts a caller is told of (contract of events, clauses 5.6 and 8.4; decisions, clause 6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.events import calls
from tests.channels.events.calls import FOREIGN_LOGIN, FUND_LOGIN, INSURER_LOGIN, days_ago, send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import LOGIN

DISP = "SendDispensarization"
BARE = "Не найдены данные с запрошенными параметрами"


def test_a_card_is_told_to_its_clinic_its_insurer_and_the_fund_and_to_nobody_else(place: EventsHub) -> None:
    person = next(place.insured_here)
    card = f"seen-{person.enp}"
    hub_id = send(place.hub, DISP, calls.opening(person, card)).text("HubId")
    by_id = {"HubId": hub_id}
    by_card = {"Operation": DISP, "MOCode": "630001", "EventId": card}
    for question in (by_id, by_card):
        for login in (LOGIN, INSURER_LOGIN, FUND_LOGIN):
            assert send(place.hub, "GetEvent", question, login).text("HubId") == hub_id, login
        told = send(place.hub, "GetEvent", question, FOREIGN_LOGIN)
        assert (told.code, told.text("Text")) == (5, BARE)
    assert send(place.hub, "GetEvent", {"EventId": card}).outcome == (4, "Operation")


def test_the_list_of_sendings_is_the_clinics_own_monitor(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"listed-{person.enp}"
    send(place.hub, DISP, calls.opening(person, card))
    send(place.hub, DISP, calls.closing(person, card, Group="7"))
    question = {"MOCode": "630001", "From": days_ago(1), "To": days_ago(0)}

    def listed(**changes: Any) -> list[dict[str, str]]:
        told = send(place.hub, "GetSendings", question | changes)
        assert told.code == 0, told.text("Text")
        return [one for one in told.rows("Sending") if one["EventId"] == card]

    assert [(one["Code"], one["Opened"], one["Closed"]) for one in listed(Page=1)] == [("0", "1", "0"), ("4", "0", "1")]
    assert listed(Page=1)[0]["Service"] == "Отправка диспансеризации"
    assert [one["Code"] for one in listed(Code=[4, 5], Page=1)] == ["4"]
    assert [one["Code"] for one in listed(TextState="empty", Page=1)] == ["0"]
    assert [one["Code"] for one in listed(TextState="notempty", Page=1)] == ["4"]
    assert listed(Operation="SendProfExam", Page=1) == []
    assert listed(Page=2) == []
    foreign = send(place.hub, "GetSendings", question | {"Page": 1}, FOREIGN_LOGIN)
    assert foreign.outcome == (4, "MOCode")
    assert send(place.hub, "GetSendings", question | {"Page": 0}).outcome == (4, "Page")
    assert send(place.hub, "GetSendings", question | {"From": days_ago(91), "Page": 1}).outcome == (4, "To")
    assert send(place.hub, "GetSendings", question | {"From": days_ago(90), "Page": 1}).code == 0
    assert send(place.hub, "GetSendings", question).outcome == (4, "Page")
    for day in ("0001-01-01", "9999-12-31"):
        assert send(place.hub, "GetSendings", question | {"From": day, "To": day, "Page": 1}).outcome == (4, "From")
    assert send(place.hub, "GetSendings", question | {"Page": 10**17}).outcome == (4, "Page")


def test_an_attempt_under_the_code_of_another_clinic_is_in_the_list_of_its_sender_alone(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"borrowed-{person.enp}"
    assert send(place.hub, DISP, calls.opening(person, card, MOCode="630002"), FOREIGN_LOGIN).code == 0
    assert send(place.hub, DISP, calls.opening(person, card, MOCode="630002")).outcome == (4, "MOCode")
    assert send(place.hub, DISP, calls.opening(person, card, MOCode="639999")).outcome == (4, "MOCode")

    def listed(code: str, login: str) -> list[str]:
        question = {"MOCode": code, "From": days_ago(1), "To": days_ago(0), "Page": 1}
        rows = send(place.hub, "GetSendings", question, login).rows("Sending")
        return [one["Code"] for one in rows if one["EventId"] == card]

    assert listed("630001", LOGIN) == ["4", "4"]
    assert listed("630002", FOREIGN_LOGIN) == listed("630002", FUND_LOGIN) == ["0"]
    named = {"Operation": DISP, "MOCode": "630002", "EventId": card}
    assert [one["Code"] for one in send(place.hub, "GetEvent", named, FOREIGN_LOGIN).rows("Sending")] == ["0"]


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_requests_are_told_since_a_moment_of_these_years(place: EventsHub, since: str) -> None:
    question = {"SMOCode": "63002", "Since": since, "Page": 1}
    assert send(place.hub, "GetInformRequests", question, INSURER_LOGIN).outcome == (4, "Since")


@pytest.mark.parametrize(
    ("operation", "login", "text"),
    [
        ("SendProfExam", INSURER_LOGIN, "[MOCode] - код МО"),
        ("SendInformResult", LOGIN, "[SMOCode] - код СМО"),
    ],
)
def test_an_operation_of_others_is_refused_by_the_parameter_of_its_sender(
    place: EventsHub, operation: str, login: str, text: str
) -> None:
    told = send(place.hub, operation, calls.opening(place.known[0]), login)
    assert told.text("Text") == f"Недопустимое значение параметра: {text}"


def test_a_card_whose_closing_was_annulled_is_told_as_it_was_opened(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"undone-{person.enp}"
    send(place.hub, DISP, calls.opening(person, card))
    assert send(place.hub, DISP, calls.closing(person, card)).code == -1
    assert send(place.hub, DISP, calls.deleting(person, card, phase=2)).code == -1
    told = send(place.hub, "GetEvent", {"Operation": DISP, "MOCode": "630001", "EventId": card})
    event = told.rows(DISP)[0]
    assert (told.text("State"), event["Phase"], event["DateOpen"]) == ("opened", "1", days_ago(10))
    assert not event.keys() & {"DateClose", "Group", "Result", "Stage2"}
    assert send(place.hub, DISP, calls.closing(person, card, Group="3а")).code == -1


def test_what_the_fund_sends_for_a_clinic_is_in_the_list_of_the_clinic(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"for-{person.enp}"
    assert send(place.hub, DISP, calls.opening(person, card), FUND_LOGIN).code == 0
    question = {"MOCode": "630001", "From": days_ago(1), "To": days_ago(0), "Page": 1}
    assert card in [one["EventId"] for one in send(place.hub, "GetSendings", question).rows("Sending")]
