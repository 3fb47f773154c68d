"""The examples of the contract of events, as its readers copy them: the same request, the same answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.channels.events.calls import NAMESPACE, PATH, days_ago
from tests.channels.events.hubs import EventsHub, hub_on
from tests.channels.soap_calls import Request, call
from tests.channels.soap_hub import LOGIN, PASSWORD

E = f"{{{NAMESPACE}}}"
EXAMPLE = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
 <e:SendDispensarization xmlns:e="urn:tfoms-hub:events:1">
  <e:MessageId>{message}</e:MessageId>
  <e:Action>1</e:Action><e:Phase>{phase}</e:Phase><e:MOCode>630001</e:MOCode><e:EventId>DV-2026-000147</e:EventId>
  <e:InsType>3</e:InsType><e:InsId>{enp}</e:InsId>
  <e:FamilyName>{surname}</e:FamilyName><e:FirstName>{first_name}</e:FirstName><e:MiddleName>{patronymic}</e:MiddleName>
  <e:BirthDate>{birth_date}</e:BirthDate><e:Sex>{sex}</e:Sex>
  <e:ExamKind>ДВ4</e:ExamKind><e:Stage>1</e:Stage><e:DateOpen>{opened}</e:DateOpen>{rest}
 </e:SendDispensarization>
</soap:Body></soap:Envelope>"""
CLOSING = (
    "<e:DateClose>{closed}</e:DateClose><e:Place>1</e:Place><e:DoctorSnils>112-233-445 95</e:DoctorSnils>"
    "<e:MKB>I10</e:MKB><e:Group>{group}</e:Group><e:Result>317</e:Result><e:Stage2>0</e:Stage2>"
)


@pytest.fixture(scope="module")
def place(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventsHub]:
    with hub_on("sqlite", migrated_sqlite, "", tmp_path_factory.mktemp("examples")) as hub:
        yield hub


def ask(place: EventsHub, phase: int, message: str, rest: str = "", **changes: str) -> etree._Element:
    person = place.known[0]._asdict() | {"surname": place.known[0].surname.capitalize()} | changes
    text = EXAMPLE.format(message=message, phase=phase, rest=rest, opened=days_ago(9), **person)
    answer = call(place.hub.application, Request(text.encode(), path=PATH, login=LOGIN, password=PASSWORD))
    assert answer.status == 200
    return answer.child


def told(response: etree._Element) -> list[tuple[str, str]]:
    """Names and texts of the response, without what differs from call to call."""
    place = response[0]
    return [
        (str(one.tag).removeprefix(E), one.text or "")
        for one in place
        if one.tag not in (f"{E}ReceivedAt", f"{E}HubId")
    ]


def test_the_examples_of_the_contract_are_answered_as_it_shows(place: EventsHub) -> None:
    opening = ask(place, 1, "5f0c2f4e-8f5b-4a3a-9a55-0b6c7d1e2f30")
    assert told(opening) == [
        ("Code", "0"),
        ("Text", ""),
        ("MessageId", "5f0c2f4e-8f5b-4a3a-9a55-0b6c7d1e2f30"),
        ("EventId", "DV-2026-000147"),
        ("State", "opened"),
        ("Repeated", "false"),
    ]
    names = [str(one.tag).removeprefix(E) for one in opening[0]]
    assert names == ["Code", "Text", "MessageId", "EventId", "HubId", "State", "Repeated", "ReceivedAt"]
    assert opening[0].findtext(f"{E}ReceivedAt") == "2026-11-20T12:00:00.000+04:00"

    refused = ask(place, 2, "0d3b9a6e-6a52-4c3c-8a8e-3d1f8c6b5a77", CLOSING.format(closed=days_ago(1), group="7"))
    assert told(refused)[:2] == [("Code", "4"), ("Text", "Недопустимое значение параметра: [Group] - группа здоровья")]
    detail = refused[0].find(f"{E}Details/{E}Detail")
    assert detail is not None
    assert [one.text for one in detail] == [
        "Group",
        "группа здоровья",
        "7",
        "Для вида осмотра ДВ4 допустимы значения 1, 2, 3а, 3б",
    ]
    corrected = ask(place, 2, "0d3b9a6e-6a52-4c3c-8a8e-3d1f8c6b5a78", CLOSING.format(closed=days_ago(1), group="3a"))
    assert told(corrected)[:2] == [("Code", "-1"), ("Text", "")]
    assert ("State", "closed") in told(corrected)

    nobody = ask(place, 1, "0d3b9a6e-6a52-4c3c-8a8e-3d1f8c6b5a79", enp="6394789728269662")
    text = "Не найдены данные с запрошенными параметрами: [InsId] - серия и номер документа"
    assert told(nobody)[:2] == [("Code", "5"), ("Text", text)]

    duplicate = ask(place, 1, "0d3b9a6e-6a52-4c3c-8a8e-3d1f8c6b5a80", "<e:Place>3</e:Place>")
    text = "Дублирование данных по параметрам запроса: [Action] - тип действия"
    assert told(duplicate)[:2] == [("Code", "7"), ("Text", text)]


def test_a_date_in_the_russian_form_is_tolerated(place: EventsHub) -> None:
    person = place.known[1]
    year, month, day = person.birth_date.split("-")
    changes = person._asdict() | {"birth_date": f"{day}.{month}.{year}"}
    response = ask(place, 1, "0d3b9a6e-6a52-4c3c-8a8e-3d1f8c6b5a81", "<e:Comment>17</e:Comment>", **changes)
    assert told(response)[0] == ("Code", "7"), "the id of the card belongs to another person's card already"
