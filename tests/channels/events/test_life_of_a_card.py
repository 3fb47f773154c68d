"""The life of a card over the channel: every cell of the contract's table of states, repetitions, corrections."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.exchange.options import set_option
from registry.exchange.tables import (
    ChangeRow,
    JournalEntry,
    Organisation,
    Packet,
    RecordRow,
    Sending,
    Setting,
)
from registry.insured.generator.lines import PersonLine
from registry.support.operations.replace_card import replace_card
from registry.support.tables import Card, CardStep
from tests.channels.events import calls
from tests.channels.events.calls import FOREIGN_LOGIN, INSURER_LOGIN, Told, days_ago, send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import CLOCK

DISP = "SendDispensarization"
BARE = "Не найдены данные с запрошенными параметрами"
ACTION = "Дублирование данных по параметрам запроса: [Action] - тип действия"
PHASE = "Недопустимое значение параметра: [Phase] - признак открытия/закрытия карты"

#: The table of clause 6: what each attempt is answered in each state, and the state after it.
TABLE: dict[str, dict[str, tuple[int, str, str]]] = {
    "none": {
        "add open": (0, "", "opened"),
        "add close": (-1, "", "closed"),
        "change open": (5, BARE, ""),
        "change close": (5, BARE, ""),
        "delete open": (5, BARE, ""),
        "delete close": (5, BARE, ""),
    },
    "opened": {
        "add open": (7, ACTION, "opened"),
        "add close": (-1, "", "closed"),
        "change open": (0, "", "opened"),
        "change close": (5, BARE, "opened"),
        "delete open": (0, "", "deleted"),
        "delete close": (5, BARE, "opened"),
    },
    "closed": {
        "add open": (7, ACTION, "closed"),
        "add close": (7, ACTION, "closed"),
        "change open": (4, PHASE, "closed"),
        "change close": (-1, "", "closed"),
        "delete open": (0, "", "deleted"),
        "delete close": (-1, "", "opened"),
    },
    "deleted": {
        "add open": (0, "", "opened"),
        "add close": (-1, "", "closed"),
        "change open": (5, BARE, "deleted"),
        "change close": (5, BARE, "deleted"),
        "delete open": (0, "", "deleted"),
        "delete close": (-1, "", "deleted"),
    },
}


def attempt(place: EventsHub, person: PersonLine, what: str, card: str, **changes: Any) -> Told:
    """One attempt named as in the table; every one brings other content than those before it."""
    action, _, phase = what.partition(" ")
    if action == "delete":
        return send(place.hub, DISP, calls.deleting(person, card, 1 if phase == "open" else 2))
    make = calls.opening if phase == "open" else calls.closing
    number = {"Action": 1 if action == "add" else 2, "CardNumber": uuid.uuid4().hex[:12]}
    return send(place.hub, DISP, make(person, card, **(number | changes)))


def state_of(place: EventsHub, card: str) -> str:
    with place.hub.sessions() as session:
        return session.scalar(select(Card.state).where(Card.event_id == card)) or ""


WAYS = {"none": [], "opened": ["add open"], "closed": ["add close"], "deleted": ["add open", "delete open"]}


@pytest.mark.parametrize("state", TABLE)
def test_every_attempt_does_in_every_state_what_the_table_says(place: EventsHub, state: str) -> None:
    for what, (code, text, after) in TABLE[state].items():
        person = next(place.adults)
        card = f"{state}-{what}-{person.enp}"
        for step in WAYS[state]:
            assert attempt(place, person, step, card).code in (0, -1)
        told = attempt(place, person, what, card)
        assert (told.code, told.text("Text")) == (code, text), what
        assert state_of(place, card) == after, what
        assert told.text("State") == (after if code in (0, -1) else ""), what
        assert told.repeated == (state == "deleted" and what.startswith("delete")), what
        if text == BARE:
            assert told.params == ["EventId"]


def test_the_same_message_gets_the_same_answer_marked_as_repeated_and_is_done_once(place: EventsHub) -> None:
    content = calls.opening(next(place.adults), "same-message")
    first, again = send(place.hub, DISP, content), send(place.hub, DISP, content)
    assert (first.code, first.repeated) == (0, False)
    assert (again.code, again.repeated) == (0, True)
    assert again.text("HubId") == first.text("HubId")
    assert again.text("ReceivedAt") == first.text("ReceivedAt")
    with place.hub.sessions() as session:
        card = session.scalars(select(Card).where(Card.event_id == "same-message")).one()
        assert len(session.scalars(select(CardStep).where(CardStep.card_id == card.id)).all()) == 1
        assert len(session.scalars(select(Sending).where(Sending.event_id == "same-message")).all()) == 2


@pytest.mark.parametrize("action", [1, 2])
def test_equal_content_under_a_new_message_id_is_a_repetition_whatever_the_action(
    place: EventsHub, action: int
) -> None:
    person = next(place.adults)
    card = f"equal-{action}-{person.enp}"
    assert send(place.hub, DISP, calls.opening(person, card)).code == 0
    told = send(place.hub, DISP, calls.opening(person, card, Action=action))
    assert (told.code, told.repeated, told.text("State")) == (0, True, "opened")
    assert send(place.hub, DISP, calls.closing(person, card)).code == -1
    for content in (calls.closing(person, card, Action=action), calls.opening(person, card)):
        told = send(place.hub, DISP, content)
        assert (told.repeated, told.text("State")) == (True, "closed")


def test_a_corrected_card_is_a_first_attempt_and_settles_the_refused_one(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"corrected-{person.enp}"
    assert send(place.hub, DISP, calls.closing(person, card, Group="7")).outcome == (4, "Group")
    told = send(place.hub, DISP, calls.closing(person, card))
    assert (told.code, told.repeated) == (-1, False)
    with place.hub.sessions() as session:
        refused, accepted = session.scalars(select(Sending).where(Sending.event_id == card).order_by(Sending.id)).all()
        assert refused.settled_by == accepted.id
        assert (accepted.code, accepted.closed, accepted.opened, accepted.hub_id) == (
            -1,
            True,
            False,
            told.text("HubId"),
        )


def test_a_sender_that_knows_only_add_is_read_as_changing_where_its_setting_says_so(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"add-as-change-{person.enp}"
    with place.hub.sessions.begin() as session:
        clinic = session.scalars(select(Organisation).where(Organisation.name == "Поликлиника")).one()
        clinic.options = {"add_as_change": True}
    assert attempt(place, person, "add close", card).code == -1
    assert attempt(place, person, "add close", card, Group="3б").code == -1
    with place.hub.sessions.begin() as session:
        kept = session.scalars(select(Card).where(Card.event_id == card)).one()
        assert kept.content["health_group"] == "3б"
        session.scalars(select(Organisation).where(Organisation.name == "Поликлиника")).one().options = {}


def test_another_card_of_the_same_kind_and_year_is_a_duplicate_by_its_person(place: EventsHub) -> None:
    person = next(place.adults)
    assert send(place.hub, DISP, calls.opening(person, f"one-{person.enp}")).code == 0
    own = send(place.hub, DISP, calls.opening(person, f"two-{person.enp}"))
    assert own.outcome == (7, "InsId")
    assert f"своя карта one-{person.enp}" in own.details[0]["Text"]
    foreign = send(place.hub, DISP, calls.opening(person, f"three-{person.enp}", MOCode="630002"), FOREIGN_LOGIN)
    assert foreign.outcome == (7, "InsId")
    assert "карта другой МО" in foreign.details[0]["Text"]
    assert f"one-{person.enp}" not in foreign.answer.body.decode()
    with place.hub.sessions.begin() as session:
        card = session.scalars(select(Card).where(Card.event_id == f"one-{person.enp}")).one()
        replace_card(card, on=True, now=CLOCK.moment)
    again = calls.opening(person, f"three-{person.enp}", MOCode="630002")
    assert send(place.hub, DISP, again, FOREIGN_LOGIN).code == 0


def test_the_same_card_number_of_two_clinics_is_two_cards(place: EventsHub) -> None:
    first, second = next(place.adults), next(place.adults)
    assert send(place.hub, DISP, calls.opening(first, "shared")).code == 0
    assert send(place.hub, DISP, calls.opening(second, "shared", MOCode="630002"), FOREIGN_LOGIN).code == 0


def test_a_second_stage_without_a_first_one_is_accepted_with_a_warning(place: EventsHub) -> None:
    person, other = next(place.adults), next(place.adults)
    second = {"ExamKind": "ДВ2", "Stage": 2}
    told = send(place.hub, DISP, calls.opening(person, f"second-{person.enp}", **second))
    assert told.code == 0
    assert told.params == ["ExamKind"]
    closed = calls.closing(other, f"first-{other.enp}", Stage2=1, Stage2Date=days_ago(5), Group="3")
    assert send(place.hub, DISP, closed).code == -1
    assert send(place.hub, DISP, calls.opening(other, f"second-{other.enp}", **second)).details == []


def test_facts_of_the_measures_are_changes_with_their_steps(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"facts-{person.enp}"
    send(place.hub, DISP, calls.opening(person, card))
    send(place.hub, DISP, calls.closing(person, card, Stage2=1, Stage2Date=days_ago(5), Group="3"))
    with place.hub.sessions() as session:
        facts = [one.facts for one in session.scalars(select(ChangeRow).order_by(ChangeRow.id))]
    assert [one["steps"] for one in facts if one["event_id"] == card] == [[102], [103, 104]]


def test_what_is_told_late_is_accepted_within_the_grace_and_said(place: EventsHub) -> None:
    person, other = next(place.adults), next(place.adults)
    told = send(place.hub, DISP, calls.opening(person, f"late-{person.enp}", DateOpen=days_ago(90)))
    assert (told.code, told.details) == (0, [])
    told = send(place.hub, DISP, calls.opening(other, f"late-{other.enp}", DateOpen=days_ago(97)))
    assert (told.code, told.params) == (0, ["DateOpen"])


def test_a_change_and_a_deletion_have_no_window(place: EventsHub) -> None:
    person = next(place.adults)
    card = f"old-{person.enp}"
    with place.hub.sessions.begin() as session:
        set_option(session, "event_days", 400, CLOCK.moment)
    place.hub.context.remembered.forget()
    assert attempt(place, person, "add open", card, DateOpen=days_ago(200)).code == 0
    with place.hub.sessions.begin() as session:
        session.query(Setting).filter_by(name="event_days").delete()
    place.hub.context.remembered.forget()
    assert attempt(place, person, "change open", card, DateOpen=days_ago(200)).code == 0
    assert attempt(place, person, "delete open", card).code == 0


def test_a_refusal_of_the_person_needs_no_result(place: EventsHub) -> None:
    person = next(place.adults)
    content = calls.closing(person, f"refused-{person.enp}", Refused=1, Group=None, Result=None, MKB=None, Stage2=None)
    assert send(place.hub, DISP, content).code == -1


def test_a_deletion_about_another_person_is_refused(place: EventsHub) -> None:
    person, other = next(place.adults), next(place.adults)
    card = f"deletion-{person.enp}"
    assert send(place.hub, DISP, calls.opening(person, card)).code == 0
    assert send(place.hub, DISP, calls.deleting(other, card)).outcome == (5, "InsId")


def test_every_attempt_is_a_line_of_the_journal_and_a_packet(place: EventsHub) -> None:
    person = next(place.adults)
    content = calls.closing(person, f"journal-{person.enp}", Group="7")
    send(place.hub, DISP, content)
    with place.hub.sessions() as session:
        line = session.scalars(select(JournalEntry).where(JournalEntry.sender_packet_id == content["MessageId"])).one()
        assert (line.code, line.status, line.kind, line.operation) == ("4", "rejected", "preventive_exam", DISP)
        packet = session.get_one(Packet, line.id)
        assert packet.finished_at is not None
        record = session.get_one(RecordRow, (line.id, 1))
        assert record.fields["health_group"] == "7"


def test_a_card_with_every_list_comes_back_as_it_was_told(place: EventsHub) -> None:
    person = next(place.adults)
    lists = {
        "Diagnoses": {
            "Diagnosis": [
                {"MKB": "I10", "Kind": 1, "First": 0, "DispObs": 1},
                {"MKB": "E11.9", "Kind": 2, "First": 1},
            ]
        },
        "Directions": {"Direction": [{"Kind": 1, "DoctorSpec": "76"}, {"Kind": 5, "Profile": "97"}]},
        "Services": {"Service": [{"Code": "B04.047.001", "Date": days_ago(9), "Refused": 0, "Pathology": 1}]},
        "Comment": "«Кавычки» & знаки <меньше>",
    }
    content = calls.closing(person, f"lists-{person.enp}", **lists)
    assert send(place.hub, DISP, content).code == -1
    asked = {"Operation": DISP, "MOCode": "630001", "EventId": content["EventId"]}
    told = send(place.hub, "GetEvent", asked)
    event = told.place.find(f".//{{{calls.NAMESPACE}}}{DISP}")
    assert event is not None
    assert calls.plain(event) == calls.plain(calls.parsed(DISP, content))


def test_observations_consultations_and_requests_live_without_phases(place: EventsHub) -> None:
    person = next(place.adults)
    for operation, make in (
        ("SendDispensaryObservation", calls.observation),
        ("SendTelemedConsultation", calls.consultation),
        ("SendInformRequest", calls.request),
    ):
        card = f"{operation}-{person.enp}"
        content = make(person, card) if operation != "SendTelemedConsultation" else make(person, card, MKB="I10")
        assert send(place.hub, operation, content).outcome == (0, "")
        changed = content | {"MessageId": str(uuid.uuid4()), "Action": 2, "CardNumber": "2"}
        told = send(place.hub, operation, changed)
        assert (told.code, told.text("State")) == (0, "opened")
        assert send(place.hub, operation, calls.deleting(person, card, None)).text("State") == "deleted"


def test_a_person_is_observed_once_for_a_group_of_diagnoses(place: EventsHub) -> None:
    person = next(place.adults)
    first = calls.observation(person, f"o1-{person.enp}", MKB="E11.9")
    assert send(place.hub, "SendDispensaryObservation", first).code == 0
    second = calls.observation(person, f"o2-{person.enp}", MKB="E11.2")
    assert send(place.hub, "SendDispensaryObservation", second).outcome == (7, "InsId")
    other = calls.observation(person, f"o3-{person.enp}", MKB="J45.0")
    assert send(place.hub, "SendDispensaryObservation", other).code == 0


def test_a_request_is_seen_by_the_insurer_alone_and_answered_by_its_result(place: EventsHub) -> None:
    person = next(place.insured_here)
    asked = calls.request(person, f"ask-{person.enp}")
    hub_id = send(place.hub, "SendInformRequest", asked).text("HubId")
    question = {"SMOCode": "63002", "Since": f"{days_ago(1)}T00:00:00", "Page": 1}
    listed = send(place.hub, "GetInformRequests", question, INSURER_LOGIN)
    found = [one for one in listed.rows("Request") if one["HubId"] == hub_id]
    assert len(found) == 1
    assert (found[0]["State"], found[0]["MOCode"], found[0]["FamilyName"]) == ("opened", "630001", person.surname)
    told = send(place.hub, "SendInformResult", calls.result(person, hub_id, f"done-{person.enp}"), INSURER_LOGIN)
    assert told.outcome == (0, "")
    listed = send(place.hub, "GetInformRequests", question, INSURER_LOGIN)
    assert [one["State"] for one in listed.rows("Request") if one["HubId"] == hub_id] == ["closed"]
    stranger = next(place.adults)
    wrong = calls.result(stranger, hub_id, f"wrong-{person.enp}")
    assert send(place.hub, "SendInformResult", wrong, INSURER_LOGIN).outcome == (5, "HubId")
    unknown = calls.result(person, str(uuid.uuid4()), f"unknown-{person.enp}")
    assert send(place.hub, "SendInformResult", unknown, INSURER_LOGIN).outcome == (5, "HubId")
    assert send(place.hub, "GetInformRequests", question).outcome == (4, "SMOCode")


def test_a_request_nobody_answered_in_time_is_overdue(place: EventsHub) -> None:
    person = next(place.insured_here)
    hub_id = send(place.hub, "SendInformRequest", calls.request(person, f"late-{person.enp}")).text("HubId")
    with place.hub.sessions.begin() as session:
        session.query(Card).filter_by(hub_id=hub_id).update({"due_on": calls.TODAY - timedelta(days=1)})
    told = send(place.hub, "GetEvent", {"HubId": hub_id}, INSURER_LOGIN)
    assert (told.code, told.text("State")) == (0, "overdue")


def test_a_failure_of_the_hub_is_answered_by_one_and_not_remembered(
    place: EventsHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.support.operations import keep_cards

    person = next(place.adults)
    content = calls.opening(person, f"failed-{person.enp}")
    with monkeypatch.context() as broken:
        broken.setattr(keep_cards, "content_of", lambda _record: 1 // 0)
        told = send(place.hub, DISP, content)
    assert (told.code, told.text("Text")) == (1, "Не получены данные из-за системного сбоя")
    assert told.details == []
    again = send(place.hub, DISP, content)
    assert (again.code, again.repeated) == (0, False)
    with place.hub.sessions() as session:
        codes = session.scalars(
            select(Sending.code).where(Sending.message_id == content["MessageId"]).order_by(Sending.id)
        ).all()
    assert codes == [1, 0]
