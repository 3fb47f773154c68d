"""Every check of the contract of events refuses with its code, its text and the parameter it is about."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from registry.exchange.tables import Packet, Sending
from registry.insured.generator.lines import PersonLine
from registry.support.tables import Card
from tests.channels.events import calls
from tests.channels.events.calls import days_ago, send
from tests.channels.events.hubs import EventsHub
from tests.channels.soap_hub import CLOCK

LABELS = {
    "MessageId": "идентификатор сообщения",
    "Action": "тип действия",
    "Phase": "признак открытия/закрытия карты",
    "MOCode": "код МО",
    "EventId": "идентификатор карты",
    "InsType": "тип документа ОМС",
    "InsId": "серия и номер документа",
    "ENP": "единый номер полиса",
    "FamilyName": "фамилия",
    "Group": "группа здоровья",
    "MKB": "код МКБ",
}
CLOSINGS: dict[str, tuple[dict[str, Any], int, str]] = {
    # step 3: presence, form, unknown and forbidden elements
    "no message id": ({"MessageId": None}, 4, "MessageId"),
    "a message id that is no UUID": ({"MessageId": "17"}, 4, "MessageId"),
    "no action": ({"Action": None}, 4, "Action"),
    "an action outside the list": ({"Action": 9}, 4, "Action"),
    "no phase": ({"Phase": None}, 4, "Phase"),
    "no МО": ({"MOCode": None}, 4, "MOCode"),
    "a code of a МО with letters": ({"MOCode": "63000А"}, 4, "MOCode"),
    "no card id": ({"EventId": None}, 4, "EventId"),
    "a card id that is too long": ({"EventId": "x" * 51}, 4, "EventId"),
    "neither policy nor ЕНП": ({"InsType": None, "InsId": None}, 4, "InsId"),
    "an unknown sort of policy": ({"InsType": 8}, 4, "InsType"),
    "a certificate of eight digits": ({"InsType": 2, "InsId": "12345678"}, 4, "InsId"),
    "a unified policy with a wrong check digit": ({"InsId": "6348530840860055"}, 4, "InsId"),
    "an ЕНП with a wrong check digit": ({"ENP": "6348530840860055"}, 4, "ENP"),
    "an ЕНП of zeros": ({"ENP": "0" * 16}, 4, "ENP"),
    "no surname": ({"FamilyName": None}, 4, "FamilyName"),
    "a surname in Latin letters": ({"FamilyName": "Ivanov"}, 4, "FamilyName"),
    "a surname with a digit": ({"FamilyName": "ИВАН0В"}, 4, "FamilyName"),
    "a first name that is too long": ({"FirstName": "А" * 41}, 4, "FirstName"),
    "a birth date before 1900": ({"BirthDate": "1899-12-31"}, 4, "BirthDate"),
    "a day the calendar does not have": ({"BirthDate": "1971-02-30"}, 4, "BirthDate"),
    "a third sex": ({"Sex": 3}, 4, "Sex"),
    "a СНИЛС with a wrong check number": ({"Snils": "112-233-445 96"}, 4, "Snils"),
    "no kind of exam": ({"ExamKind": None}, 4, "ExamKind"),
    "a third stage": ({"Stage": 3}, 4, "Stage"),
    "no day of opening": ({"DateOpen": None}, 4, "DateOpen"),
    "no day of closing": ({"DateClose": None}, 4, "DateClose"),
    "no place": ({"Place": None}, 4, "Place"),
    "no doctor": ({"DoctorSnils": None}, 4, "DoctorSnils"),
    "a doctor with a wrong check number": ({"DoctorSnils": "11223344596"}, 4, "DoctorSnils"),
    "no diagnosis": ({"MKB": None}, 4, "MKB"),
    "no health group": ({"Group": None}, 4, "Group"),
    "no result": ({"Result": None}, 4, "Result"),
    "a result that is no number": ({"Result": "хорошо"}, 4, "Result"),
    "nothing said of the second stage": ({"Stage2": None}, 4, "Stage2"),
    "sent to the second stage on no day": ({"Stage2": 1}, 4, "Stage2Date"),
    "a diagnosis without its kind": ({"Diagnoses": {"Diagnosis": {"MKB": "I10", "First": 0}}}, 4, "Kind"),
    "twenty-one diagnoses": (
        {"Diagnoses": {"Diagnosis": [{"MKB": "I10", "Kind": 1, "First": 0}] * 21}},
        4,
        "Diagnoses",
    ),
    "a service without a day": ({"Services": {"Service": {"Code": "A01", "Refused": 0}}}, 4, "Date"),
    "an unknown element": ({"Height": 180}, 4, "Height"),
    "an unknown element in a repetition": (
        {"Diagnoses": {"Diagnosis": {"MKB": "I10", "Kind": 1, "First": 0, "Weight": 3}}},
        4,
        "Weight",
    ),
    "a parameter told twice": ({"Place": [1, 2]}, 4, "Place"),
    # step 4: books
    "an unregistered МО": ({"MOCode": "639999"}, 4, "MOCode"),
    "an unknown kind of exam": ({"ExamKind": "ЯЯ1"}, 4, "ExamKind"),
    "a kind of the other operation": ({"ExamKind": "ОПВ"}, 4, "ExamKind"),
    "a block of the МКБ": ({"MKB": "I10-I15"}, 4, "MKB"),
    "a diagnosis with a Cyrillic letter": ({"MKB": "Е11"}, 4, "MKB"),
    "a health group outside every set": ({"Group": "7"}, 4, "Group"),
    "a wrong diagnosis in a repetition": ({"Diagnoses": {"Diagnosis": {"MKB": "10", "Kind": 1, "First": 0}}}, 4, "MKB"),
    "a direction outside the list": ({"Directions": {"Direction": {"Kind": 9}}}, 4, "Kind"),
    # step 5: the right of the sender
    "the МО of somebody else": ({"MOCode": "630002"}, 4, "MOCode"),
    # step 6: relations
    "closed before opened": ({"DateClose": days_ago(11)}, 4, "DateClose"),
    "opened tomorrow": ({"DateOpen": days_ago(-1), "DateClose": days_ago(-1)}, 4, "DateOpen"),
    "closed tomorrow": ({"DateClose": days_ago(-1)}, 4, "DateClose"),
    "a stage the kind does not have": ({"Stage": 2, "Stage2": None}, 4, "Stage"),
    "a health group of children": ({"Group": "4"}, 4, "Group"),
    "the third group undecided without a second stage": ({"Group": "3"}, 4, "Group"),
    "a day of the second stage without one": ({"Stage2Date": days_ago(3)}, 4, "Stage2Date"),
    "a second stage before the opening": ({"Stage2": 1, "Stage2Date": days_ago(11)}, 4, "Stage2Date"),
    "a second stage after the closing": ({"Stage2": 1, "Stage2Date": days_ago(1)}, 4, "Stage2Date"),
    "a diagnosis that is not among the main ones": (
        {"Diagnoses": {"Diagnosis": {"MKB": "J45", "Kind": 1, "First": 0}}},
        4,
        "Diagnoses",
    ),
    "a direction without what its kind needs": ({"Directions": {"Direction": {"Kind": 1}}}, 4, "DoctorSpec"),
    # step 7: the window
    "closed 98 days ago": ({"DateOpen": days_ago(120), "DateClose": days_ago(98)}, 4, "DateClose"),
    # step 8: the person
    "an unknown policy": ({"InsId": "6394789728269662"}, 5, "InsId"),
    "an unknown ЕНП": ({"InsType": None, "InsId": None, "ENP": "6394789728269662"}, 5, "ENP"),
    "a known policy and an unknown ЕНП": ({"ENP": "6394789728269662"}, 5, "ENP"),
    "two names of somebody else": ({"FamilyName": "ПОСТОРОННИЙ", "FirstName": "ЕВСТАФИЙ"}, 5, "InsId"),
    # step 9: age
    "a kind of exam for people up to 49": ({"ExamKind": "ДР1"}, 4, "ExamKind"),
}


def old_man(place: EventsHub) -> PersonLine:
    """A man over fifty, the same for every case: a refusal leaves nothing behind."""
    found = [one for one in place.known if one.sex == "1" and calls.born(one).year < calls.TODAY.year - 50]
    return found[0]


@pytest.mark.parametrize("case", CLOSINGS)
def test_a_closing_is_refused_by_the_first_check_it_fails(place: EventsHub, case: str) -> None:
    changes, code, param = CLOSINGS[case]
    told = send(place.hub, "SendDispensarization", calls.closing(old_man(place), "refused", **changes))
    assert told.outcome == (code, param)
    assert param in told.params
    if param in LABELS:
        start = {4: "Недопустимое значение параметра", 5: "Не найдены данные с запрошенными параметрами"}[code]
        assert told.text("Text") == f"{start}: [{param}] - {LABELS[param]}"
    assert told.text("HubId") == ""
    with place.hub.sessions() as session:
        assert session.query(Card).filter_by(event_id="refused").count() == 0


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"DateClose": days_ago(2)}, "DateClose"),
        ({"Group": "2"}, "Group"),
        ({"Result": 317}, "Result"),
        ({"Diagnoses": {"Diagnosis": {"MKB": "I10", "Kind": 1, "First": 0}}}, "Diagnoses"),
        ({"MKB": "I1O"}, "MKB"),
        ({"DateOpen": days_ago(98)}, "DateOpen"),
        ({"ExamKind": "ДС1"}, "ExamKind"),
    ],
)
def test_an_opening_is_refused_what_belongs_to_the_closing_and_checked_fully(
    place: EventsHub, changes: dict[str, Any], param: str
) -> None:
    told = send(place.hub, "SendDispensarization", calls.opening(old_man(place), "refused", **changes))
    assert told.outcome == (4, param)


def test_a_policy_and_an_enp_of_two_people_are_refused(place: EventsHub) -> None:
    one, other = place.known[:2]
    told = send(place.hub, "SendDispensarization", calls.opening(one, "refused", ENP=other.enp))
    assert told.outcome == (5, "InsId")


def test_one_difference_of_names_is_noted_and_a_second_is_another_person(place: EventsHub) -> None:
    person = next(place.adults)
    once = calls.opening(person, f"differs-{person.enp}", FirstName="ЕВСТАФИЙ")
    told = send(place.hub, "SendDispensarization", once)
    assert told.code == 0
    assert told.params == ["FirstName"]
    twice = calls.opening(person, "refused", FirstName="ЕВСТАФИЙ", BirthDate="1950-01-02")
    assert send(place.hub, "SendDispensarization", twice).outcome == (5, "InsId")


def test_a_person_insured_later_than_the_opening_is_refused(place: EventsHub) -> None:
    from registry.insured.tables import Insurance, Policy

    person = next(place.adults)
    with place.hub.sessions.begin() as session:
        policy = session.query(Policy).filter_by(enp=person.enp).first()
        assert policy is not None
        session.query(Insurance).filter_by(person_id=policy.person_id).update({"valid_from": calls.TODAY})
    assert send(place.hub, "SendDispensarization", calls.opening(person, "refused")).outcome == (5, "InsId")


def test_a_person_who_died_before_the_opening_is_refused(place: EventsHub) -> None:
    from registry.insured.tables import Person

    person = next(place.adults)
    with place.hub.sessions.begin() as session:
        session.query(Person).filter_by(enp=person.enp).update(
            {"died_on": calls.TODAY - timedelta(days=30), "status": 3}
        )
    assert send(place.hub, "SendDispensarization", calls.opening(person, "refused")).outcome == (5, "InsId")


def test_a_child_is_not_dispensarised_as_a_grown_up_and_the_other_way_round(place: EventsHub) -> None:
    child = next(place.children)
    assert send(place.hub, "SendDispensarization", calls.opening(child, "refused")).outcome == (4, "ExamKind")
    exam = calls.opening(old_man(place), "refused", ExamKind="ПН1")
    assert send(place.hub, "SendProfExam", exam).outcome == (4, "ExamKind")


@pytest.mark.parametrize("param", ["Snils", "Sex", "SubdivCode", "CardNumber", "ExamKind", "DateOpen", "Comment"])
def test_a_deletion_brings_the_head_alone(place: EventsHub, param: str) -> None:
    person = place.known[3]
    whole = calls.opening(person) | {"Snils": "11223344595", "SubdivCode": "1", "CardNumber": "1", "Comment": "нет"}
    told = send(place.hub, "SendDispensarization", calls.deleting(person) | {param: whole[param]})
    assert told.outcome == (4, param)


def test_a_parameter_told_twice_is_named_by_its_label(place: EventsHub) -> None:
    told = send(place.hub, "SendDispensarization", calls.opening(place.known[3], Place=[1, 2]))
    assert told.text("Text") == "Недопустимое значение параметра: [Place] - место проведения"


def test_a_diagnosis_of_one_sex_is_refused_for_the_other(place: EventsHub) -> None:
    told = send(place.hub, "SendDispensarization", calls.closing(old_man(place), "refused", MKB="N80.1"))
    assert told.outcome == (4, "MKB")


def test_all_failures_of_the_first_failed_step_are_told_and_none_of_the_next(place: EventsHub) -> None:
    content = calls.closing(old_man(place), "refused", Place=None, Result=None, Group="7", MOCode="639999")
    told = send(place.hub, "SendDispensarization", content)
    assert told.outcome == (4, "Place")
    assert told.params == ["Place", "Result"]


def test_personal_values_are_masked_in_the_details_and_long_ones_cut(place: EventsHub) -> None:
    wrong = calls.closing(old_man(place), "refused", FamilyName="Ivanov", Comment="б" * 600)
    told = send(place.hub, "SendDispensarization", wrong)
    assert [one["Value"] for one in told.details] == ["I***", "б" * 100]
    assert "Ivanov" not in told.answer.body.decode()


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"Phase": 1}, "Phase"),
        ({"MKB": "I1"}, "MKB"),
        ({"DateIn": days_ago(-3), "PlanDates": {"PlanDate": days_ago(-30)}}, "DateIn"),
        ({"PlanDates": None}, "PlanDates"),
        ({"PlanDates": {"PlanDate": "2020-02-31"}}, "PlanDates"),
        ({"PlanDates": {"PlanDate": days_ago(500)}}, "PlanDates"),
        ({"PlanDates": {"PlanDate": days_ago(399)}}, "PlanDates"),
        ({"Frequency": 13}, "Frequency"),
        ({"Visits": {"Visit": {"Result": "без даты"}}}, "Date"),
        ({"DateOut": days_ago(401), "ReasonOut": 1}, "DateOut"),
        ({"DateOut": days_ago(5)}, "ReasonOut"),
        ({"ReasonOut": 1}, "ReasonOut"),
        ({"DateOut": days_ago(5), "ReasonOut": 1}, "DateIn"),
    ],
)
def test_an_observation_is_refused(place: EventsHub, changes: dict[str, Any], param: str) -> None:
    told = send(place.hub, "SendDispensaryObservation", calls.observation(old_man(place), "refused", **changes))
    assert told.outcome == (4, param)


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"Kind": 3}, "Kind"),
        ({"ConsultDate": days_ago(10)}, "ConsultDate"),
        ({"RequestDate": days_ago(120), "ConsultDate": days_ago(110)}, "ConsultDate"),
        ({"ConsultantOrg": "центр"}, "ConsultantOrg"),
        ({"Recommendations": None}, "Recommendations"),
        ({"Recommendations": {"Recommendation": {"Kind": 1}}}, "Text"),
        ({"Applied": 2}, "AppliedComment"),
        ({"Conclusion": None}, "Conclusion"),
    ],
)
def test_a_consultation_is_refused(place: EventsHub, changes: dict[str, Any], param: str) -> None:
    told = send(place.hub, "SendTelemedConsultation", calls.consultation(old_man(place), "refused", **changes))
    assert told.outcome == (4, param)


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"Topic": 7}, 4, "Topic"),
        ({"EventDate": days_ago(2)}, 4, "EventDate"),
        ({"DueDate": days_ago(1)}, 4, "DueDate"),
        ({"DueDate": days_ago(-30)}, 4, "DueDate"),
        ({"Text": "Явка по поводу C50.9"}, 4, "Text"),
        ({"Phone": "позвоните мужу"}, 4, "Phone"),
        ({"RelatedEventId": "нет такой"}, 5, "RelatedEventId"),
    ],
)
def test_a_request_for_informing_is_refused(place: EventsHub, changes: dict[str, Any], code: int, param: str) -> None:
    told = send(place.hub, "SendInformRequest", calls.request(old_man(place), "refused", **changes))
    assert told.outcome == (code, param)


def test_a_message_id_used_for_another_body_is_a_duplicate_and_leaves_a_line(place: EventsHub) -> None:
    first = calls.opening(next(place.adults), "kept")
    assert send(place.hub, "SendDispensarization", first).code == 0
    told = send(place.hub, "SendDispensarization", first | {"CardNumber": "17"})
    assert told.outcome == (7, "MessageId")
    assert told.text("Text") == "Дублирование данных по параметрам запроса: [MessageId] - идентификатор сообщения"
    with place.hub.sessions() as session:
        line = session.query(Sending).filter_by(message_id=first["MessageId"], code=7).one()
        assert session.get(Packet, line.id) is None
        assert line.opened
        assert line.text == told.text("Text")


def test_the_texts_of_a_site_are_settings(place: EventsHub) -> None:
    from registry.exchange.options import set_option
    from registry.exchange.tables import Setting

    with place.hub.sessions.begin() as session:
        set_option(session, "event_text_4", "Недопустимое значение: [{X}]", CLOCK.moment)
    place.hub.context.remembered.forget()
    told = send(place.hub, "SendDispensarization", calls.closing(old_man(place), "refused", Group="7"))
    assert told.text("Text") == "Недопустимое значение: [Group]"
    with place.hub.sessions.begin() as session:
        session.query(Setting).filter_by(name="event_text_4").delete()
    place.hub.context.remembered.forget()


def test_no_answer_tells_a_name_of_the_inside(place: EventsHub) -> None:
    told = send(place.hub, "SendDispensarization", calls.closing(old_man(place), "refused", Group="7", Result=None))
    assert not re.search(r"health_group|closed_on|Traceback|sqlalchemy", told.answer.body.decode())
