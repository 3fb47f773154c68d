"""Codes of events against the books: absent and closed are two texts, a book that is not loaded is told once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from registry.exchange.tables import FindingRow, Packet
from tests.channels.books import put_book, withdraw_book
from tests.channels.events import calls
from tests.channels.events.calls import Told, days_ago, send
from tests.channels.events.hubs import EventsHub

DISP = "SendDispensarization"
CLOSED = "31.12.2019"
BOOKS = {
    "V021": ("IDSPEC;SPECNAME;DATEBEG;DATEEND", "76;Терапия;01.01.2011;", f"27;Прежняя;01.01.2011;{CLOSED}"),
    "V017": ("IDDR;DRNAME;GROUP", "317;I группа;1", "318;II группа;2", "355;III группа;3а;"),
    "M001": ("IDDS;DSNAME", "I10;Гипертензия", "J06.9;ОРВИ"),
    "V016": ("IDDT;DTNAME", "ДВ4;Диспансеризация, первый этап"),
    "F008": ("IDDOC;DOCNAME;DATEEND", "1;Старого образца;", "2;Временное свидетельство;01.01.2020", "3;Единого;"),
}


@pytest.fixture
def with_books(place: EventsHub) -> Iterator[EventsHub]:
    """The hub with the books of this module, taken back at the end."""
    context = place.hub.context
    with place.hub.sessions.begin() as session:
        made = [put_book(session, code, rows, context) for code, rows in BOOKS.items()]
    context.remembered.forget()
    yield place
    with place.hub.sessions.begin() as session:
        for version_id in made:
            withdraw_book(session, version_id, context)
    context.remembered.forget()


def closed(place: EventsHub, card: str, **changes: object) -> Told:
    person = next(place.adults)
    return send(place.hub, DISP, calls.closing(person, card, **({"Result": 318} | changes)))


@pytest.mark.parametrize(
    ("changes", "param", "text"),
    [
        ({"DoctorSpec": "99"}, "DoctorSpec", "код 99 отсутствует в справочнике V021"),
        ({"DoctorSpec": "27"}, "DoctorSpec", "(действовал с 01.01.2011 по 31.12.2019)"),
        ({"MKB": "I11"}, "MKB", "код I11 отсутствует в справочнике M001"),
        ({"Result": 319}, "Result", "код 319 отсутствует в справочнике V017"),
        ({"Result": 317}, "Result", "результат группы 2, этот – групп 1"),
        ({"Diagnoses": {"Diagnosis": {"MKB": "K29", "Kind": 2, "First": 0}}}, "MKB", "код K29 отсутствует"),
        ({"InsType": 2, "InsId": "123456789"}, "InsType", "код 2 не действует на"),
    ],
)
def test_a_code_that_its_book_does_not_have_is_refused(
    with_books: EventsHub, changes: dict[str, object], param: str, text: str
) -> None:
    told = closed(with_books, f"book-{param}-{text[:12]}", **changes)
    assert told.outcome == (4, param)
    assert text in told.details[0]["Text"]


def test_codes_that_are_valid_on_the_day_of_the_card_are_taken(with_books: EventsHub) -> None:
    told = closed(with_books, "book-good", DoctorSpec="076", MKB="I10")
    assert (told.code, told.details) == (-1, [])
    with with_books.hub.sessions() as session:
        packet = session.scalars(select(Packet).order_by(Packet.id.desc())).first()
        assert packet is not None
        assert set(packet.properties["books"]) == set(BOOKS)


def test_an_observation_is_judged_on_the_day_it_began(with_books: EventsHub) -> None:
    person = next(with_books.adults)
    told = send(with_books.hub, "SendDispensaryObservation", calls.observation(person, "book-obs", DoctorSpec="27"))
    assert told.outcome == (4, "DoctorSpec")


def test_books_that_are_not_loaded_are_told_once_of_a_packet_and_change_no_answer(place: EventsHub) -> None:
    place.hub.context.remembered.forget()
    told = closed(place, "book-none", DoctorSpec="99", DateClose=days_ago(1))
    assert (told.code, told.details) == (-1, [])
    with place.hub.sessions() as session:
        packet = session.scalars(select(Packet).order_by(Packet.id.desc())).first()
        assert packet is not None
        notes = session.scalars(select(FindingRow).where(FindingRow.packet_id == packet.id)).all()
    assert [(one.code, one.level, one.position) for one in notes] == [("BOOK_NOT_LOADED", "note", 0)]
    assert notes[0].text == "Справочник не загружен, проверка не выполнена: F008, M001, V005, V016, V017, V021"
