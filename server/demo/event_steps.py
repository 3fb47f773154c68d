"""The walk of preventive care: cards told at opening and at closing, the errors the monitor shows, a question."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import requests
from lxml import etree
from requests.auth import HTTPBasicAuth

from registry.exchange.dialects.events_answer import NAMESPACE
from registry.insured.generator.numbers import doctor_snils
from registry.support.kinds.event import ADD, CLOSE, OPEN
from registry.support.kinds.preventive_exam import PreventiveExam
from registry.support.kinds.service import Service
from server.demo.accounts import PASSWORD
from server.demo.cast import Cast, spoilt
from server.demo.packets import spelling_of
from server.demo.show import Show, pretty
from server.demo.soap_steps import PATIENCE, content_of, make_client, make_history, make_transport
from server.demo.visitor import Visitor

EVENTS = "/soap/events?wsdl"
OPERATION = "SendDispensarization"
BORN_BEFORE = date(1985, 1, 1)
CLOSING = {"place": 1, "mkb": "I10", "health_group": "2", "result": 317, "second_stage": False}


class EventsWalk:
    """Cards of dispensarisation as the МИС of one clinic tells them, one call a step."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        session = requests.Session()
        session.auth = HTTPBasicAuth(cast.dcx_code, PASSWORD)
        self._operator = Visitor(base_url)
        self._opened: list[str] = []
        self._history = make_history()
        transport = make_transport(session=session, timeout=PATIENCE, operation_timeout=PATIENCE)
        self._client = make_client(f"{base_url}{EVENTS}", transport=transport, plugins=[self._history])

    def run(self) -> None:
        """A card opened and closed, and one call for every sort of error a sender has to put right."""
        self._show.heading("SOAP: сведения о событиях (диспансеризация)")
        good, wrong = self._adult(), self._adult()
        stranger = {**wrong, "enp": None, "policy_number": self._cast.stranger()["enp"]}
        for title, block, card, expected, values in (
            ("открытие карты", good, "1", "0", {}),
            ("закрытие карты", good, "1", "-1", {"phase": CLOSE, **CLOSING}),
            ("карта уже открыта, другое содержание", good, "1", "7", {"place": 3}),
            ("открытие второй карты", wrong, "2", "0", {}),
            ("группа здоровья 7", wrong, "2", "4", {"phase": CLOSE, **CLOSING, "health_group": "7"}),
            ("код МКБ", wrong, "2", "4", {"phase": CLOSE, **CLOSING, "mkb": "Ы10"}),
            ("полис неизвестен", stranger, "3", "5", {}),
            ("контрольная цифра полиса", {**wrong, "policy_number": spoilt(wrong["enp"])}, "4", "4", {}),
        ):
            self._send(title, self._record(block, card, **values), expected)
        self._ask()
        self._replace()

    def _adult(self) -> dict[str, Any]:
        return next(one.block for one in self._cast.people if one.block["birth_date"] < BORN_BEFORE)

    def _card(self, number: str) -> str:
        return f"ДВ-{self._cast.run}-{number}"

    def _record(self, block: dict[str, Any], card: str, **others: Any) -> PreventiveExam:
        known = {name: value for name, value in block.items() if name in PreventiveExam.fields and value is not None}
        values = {
            **known,
            "service": Service.DISPENSARIZATION,
            "message_id": str(uuid.uuid4()),
            "action": ADD,
            "phase": OPEN,
            "clinic": self._cast.clinic,
            "event_id": self._card(card),
            "exam_kind": "ДВ4",
            "stage": 1,
            "opened_on": self._cast.today - timedelta(days=10),
            **others,
        }
        if values["phase"] == CLOSE:
            values |= {"closed_on": self._cast.today, "doctor_snils": doctor_snils(self._cast.clinic, 1)}
        return PreventiveExam(**values)

    def _send(self, title: str, record: PreventiveExam, expected: str) -> None:
        spelling = spelling_of(self._cast.hub.context.catalog, "events", OPERATION)
        call = next(spelling.write([record], NAMESPACE))
        getattr(self._client.service, OPERATION)(**content_of(call))
        self._step(f"{OPERATION}: {title}", expected)
        if record.phase == OPEN and expected == "0":
            body = self._history.last_received["envelope"]
            self._opened += [one.text or "" for one in body.iter("{*}HubId")]

    def _ask(self) -> None:
        self._client.service.GetEvent(Operation=OPERATION, MOCode=self._cast.clinic, EventId=self._card("1"))
        self._step("GetEvent: что известно о карте", "0")

    def _replace(self) -> None:
        """An operator marks both cards as replaced: a year has one of a kind, and the next walk opens others."""
        self._operator.sign_in("operator")
        got = {self._operator.press("/sendings", f"/cards/{one}/replaced", replaced="1") for one in self._opened}
        self._show.step(
            "Карты заменены: другие можно открыть",
            "POST /cards/…/replaced",
            str(got),
            expected="200",
            got=" ".join(got),
        )

    def _step(self, title: str, expected: str) -> None:
        sent, received = (
            one["envelope"].find("{*}Body/*") for one in (self._history.last_sent, self._history.last_received)
        )
        code = next((one.text or "" for one in received.iter("{*}Code")), "")
        self._show.step(
            title, pretty(etree.tostring(sent)), pretty(etree.tostring(received)), expected=expected, got=code
        )
