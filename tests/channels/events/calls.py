"""Calls of the contract of events for tests: bodies written by hand about invented people, answers read back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from registry.insured.generator.lines import PersonLine
from tests.channels.soap_calls import Answer, Request, call, envelope
from tests.channels.soap_hub import CLOCK, LOGIN, PASSWORD, Hub

PATH = "/soap/events"
NAMESPACE = "urn:tfoms-hub:events:1"
TODAY = CLOCK.moment.date()
INSURER_LOGIN, FOREIGN_LOGIN, FUND_LOGIN = "smo63002", "mo630002", "fond"
Content = Mapping[str, Any]


def days_ago(days: int) -> str:
    """A day before today as the contract writes it."""
    return (TODAY - timedelta(days=days)).isoformat()


def element(name: str, value: Any) -> str:
    """An element with a text, with repetitions of one name, or with elements of its own; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(element(inner, one) for inner, one in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(element(name, one) for one in value)
    return f"<{name}>{escape(str(value))}</{name}>"


def body(operation: str, content: Content) -> bytes:
    """The envelope of a call; names get their namespace by default."""
    inner = "".join(element(name, value) for name, value in content.items())
    return envelope(f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>')


@dataclass(slots=True)
class Told:
    """What the hub answered to a call."""

    answer: Answer
    place: etree._Element

    def text(self, name: str) -> str:
        return self.place.findtext(f"{{{NAMESPACE}}}{name}") or ""

    @property
    def code(self) -> int:
        return int(self.text("Code"))

    @property
    def repeated(self) -> bool:
        return self.text("Repeated") == "true"

    @property
    def outcome(self) -> tuple[int, str]:
        """The code with the parameter in brackets, empty when the text names none."""
        text = self.text("Text")
        return self.code, text.partition("[")[2].partition("]")[0]

    @property
    def details(self) -> list[dict[str, str]]:
        found = self.place.iterfind(f".//{{{NAMESPACE}}}Detail")
        return [{etree.QName(one).localname: one.text or "" for one in detail} for detail in found]

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a list, by the names of their elements."""
        found = self.place.iterfind(f".//{{{NAMESPACE}}}{name}")
        return [{etree.QName(one).localname: one.text or "" for one in row} for row in found]

    @property
    def params(self) -> list[str]:
        return [one["Param"] for one in self.details]


def send(hub: Hub, operation: str, content: Content, login: str = LOGIN) -> Told:
    """Call an operation of the contract and read its response."""
    answer = call(hub.application, Request(body(operation, content), path=PATH, login=login, password=PASSWORD))
    assert answer.status == 200, answer.body
    return Told(answer, answer.child[0])


def head(person: PersonLine, event_id: str = "C-1", **changes: Any) -> dict[str, Any]:
    """The head of an event about a person in the order of the contract; None takes a parameter away."""
    content: dict[str, Any] = {
        "MessageId": str(uuid.uuid4()),
        "Action": 1,
        "Phase": 1,
        "MOCode": "630001",
        "EventId": event_id,
        "InsType": 3,
        "InsId": person.enp,
        "FamilyName": person.surname,
        "FirstName": person.first_name,
        "MiddleName": person.patronymic or None,
        "BirthDate": person.birth_date,
        "Sex": person.sex,
    }
    return content | changes


def opening(person: PersonLine, event_id: str = "C-1", **changes: Any) -> dict[str, Any]:
    """The opening of a dispensarisation, first stage."""
    card = {"ExamKind": "ДВ4", "Stage": 1, "DateOpen": days_ago(10)}
    return head(person, event_id) | card | changes


def closing(person: PersonLine, event_id: str = "C-1", **changes: Any) -> dict[str, Any]:
    """Its closing."""
    card = {
        "Phase": 2,
        "DateClose": days_ago(2),
        "Place": 1,
        "DoctorSnils": "112-233-445 95",
        "MKB": "I10",
        "Group": "2",
        "Result": 317,
        "Stage2": 0,
    }
    return opening(person, event_id) | card | changes


def deleting(person: PersonLine, event_id: str = "C-1", phase: int | None = 1) -> dict[str, Any]:
    """The deletion of a card, or of its closing."""
    return {
        "MessageId": str(uuid.uuid4()),
        "Action": 3,
        "Phase": phase,
        "MOCode": "630001",
        "EventId": event_id,
        "InsId": person.enp,
    }


def observation(person: PersonLine, event_id: str = "O-1", **changes: Any) -> dict[str, Any]:
    """An observation for hypertension."""
    card = {
        "MKB": "I10",
        "DateIn": days_ago(400),
        "First": 1,
        "DoctorSnils": "11223344595",
        "PlanDates": {"PlanDate": [f"{TODAY.year}-12-01", f"{TODAY.year + 1}-06-01"]},
        "Visits": {"Visit": [{"Date": days_ago(30), "Result": "Состояние стабильное", "NextDate": days_ago(-60)}]},
    }
    return head(person, event_id, Phase=None) | card | changes


def consultation(person: PersonLine, event_id: str = "T-1", **changes: Any) -> dict[str, Any]:
    """A consultation of a national centre with two recommendations."""
    card = {
        "Kind": 1,
        "Urgency": 3,
        "RequestDate": days_ago(9),
        "ConsultDate": days_ago(7),
        "ConsultantOrg": "1.2.643.5.1.13.13.12.2.77.7799",
        "ConsultantNmic": 1,
        "MKB": "C50.9",
        "DoctorSnils": "11223344595",
        "Conclusion": "Продолжить лечение",
        "Recommendations": {
            "Recommendation": [
                {"Kind": 2, "Text": "Маммография", "DueDate": days_ago(-20)},
                {"Kind": 3, "Text": "Курс терапии"},
            ]
        },
    }
    return head(person, event_id, Phase=None, Sex=person.sex) | card | changes


def request(person: PersonLine, event_id: str = "R-1", **changes: Any) -> dict[str, Any]:
    """A request to tell a person of an operation ahead."""
    card = {
        "Topic": 2,
        "EventDate": days_ago(-20),
        "DueDate": days_ago(-10),
        "Text": "Явиться натощак к 8 часам",
        "Phone": "+7 846 000-00-00",
    }
    return head(person, event_id, Phase=None) | card | changes


def result(person: PersonLine, hub_id: str, event_id: str = "I-1", **changes: Any) -> dict[str, Any]:
    """What the insurer tells of it."""
    parts = head(person, event_id, Phase=None)
    parts = {("SMOCode" if name == "MOCode" else name): value for name, value in parts.items()}
    parts["SMOCode"] = "63002"
    card = {
        "HubId": hub_id,
        "InformDate": f"{days_ago(0)}T09:30:00",
        "Method": 3,
        "InformResult": 1,
        "Survey": "Доволен",
    }
    return parts | card | changes


def born(person: PersonLine) -> date:
    """The birth date of a person of the generator."""
    return date.fromisoformat(str(person.birth_date))


def parsed(operation: str, content: Content) -> etree._Element:
    """The element of a call as it is sent."""
    return etree.fromstring(body(operation, content))[0][0]


def plain(element: etree._Element) -> Any:
    """The names and texts of an element, prefixes and order of nothing but repetitions left out."""
    if len(element) == 0:
        return element.text or ""
    return [(etree.QName(child).localname, plain(child)) for child in element]
