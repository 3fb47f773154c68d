"""The walk through the queues: as a МИС publishes its packages and reads the answers."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from registry.core.fields import Record
from registry.exchange.broker import Delivery, Message, queue_name
from registry.insured.kinds.district import DistrictRecord
from server.demo.accounts import CHANNEL, CHANNEL_LOGIN
from server.demo.cast import DISTRICT, Cast, spoilt
from server.demo.packets import message
from server.demo.show import Show, pretty

PATIENCE = 60.0
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Package:
    """One package: what it is about, its bytes and id, and the result it must be answered with."""

    title: str
    kind: str
    body: bytes
    expected: str
    message_id: str = ""


class MessageWalk:
    """Publishes packages of the demonstration channel one after the other and waits for each ANSWER."""

    def __init__(self, cast: Cast, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._broker = cast.hub.broker
        self._next = cast.run * 10

    def run(self) -> None:
        """Every kind with good, wrong and repeated packages."""
        real = self._cast.hub.settings.broker_url is not None
        self._show.heading(
            "Сообщения: RabbitMQ" if real else "Сообщения: встроенная очередь, тот же XML (HUB_BROKER_URL не задан)"
        )
        self._broker.declare([queue_name(CHANNEL, part) for part in ("in", "out", "out.answer")])
        for package in (*self._sections(), *self._attachments(), *self._queries(), *self._broken()):
            self._exchange(package)

    def _sections(self) -> Sequence[Package]:
        cast = self._cast
        self._section = self._number()
        district = DistrictRecord(
            number=self._section,
            clinic=cast.clinic,
            district=f"Д{cast.run % 10_000}",
            area_type=1,
            opened_on=cast.today,
        )
        body = self._written("DISTRICT", district)
        district.__dict__["area_type"] = 2
        changed, guid = self._written("DISTRICT", district), _guid()
        person = next(cast.people)
        attached = cast.attachment(
            {},
            self._number(),
            bdz_id=person.bdz_id,
            section_id=self._section,
            reporting_clinic=cast.clinic,
            method=None,
        )
        return (
            Package("DISTRICT: новый участок", "DISTRICT", body, "OK", guid),
            Package("DISTRICT: повтор того же сообщения", "DISTRICT", body, "OK", guid),
            Package("DISTRICT: тот же message_id, другое содержание", "DISTRICT", changed, "ERROR 105", guid),
            Package("PERSONATTACH: по идентификаторам", "PERSONATTACH", self._written("PERSONATTACH", attached), "OK"),
        )

    def _attachments(self) -> Sequence[Package]:
        cast, known = self._cast, next(self._cast.people).block
        kind, guid = "PERSONATTACHDISTRICT", _guid()
        good = self._written(kind, self._statement(known))
        stranger = self._written(kind, self._statement(cast.stranger()))
        wrong = {**next(cast.people).block}
        wrong.update(enp=spoilt(wrong["enp"]), policy_number=spoilt(wrong["enp"]))
        return (
            Package(f"{kind}: прикрепление", kind, good, "OK", guid),
            Package(f"{kind}: повтор того же сообщения", kind, good, "OK", guid),
            Package(f"{kind}: неизвестное лицо", kind, stranger, "ERROR 301"),
            Package(f"{kind}: неверный номер полиса", kind, self._written(kind, self._statement(wrong)), "ERROR 405"),
        )

    def _queries(self) -> Sequence[Package]:
        cast, known = self._cast, next(self._cast.people).block
        found = cast.request(known, sender_person_id="40031")
        missing = cast.request(cast.stranger(), sender_person_id="40032")
        return (
            Package("PERS: кто это", "PERS", self._written("PERS", found, "Query"), "OK"),
            Package("PERS: неизвестное лицо", "PERS", self._written("PERS", missing, "Query"), "ERROR 301"),
        )

    def _broken(self) -> Sequence[Package]:
        return (
            Package("не XML", "DISTRICT", b"<DISTRICT><HEADER>", "ERROR 101"),
            Package("неизвестный тип", "NOTHING", b"<NOTHING><HEADER/></NOTHING>", "ERROR 102"),
        )

    def _statement(self, block: dict[str, Any]) -> Record:
        cast = self._cast
        others = {"reporting_clinic": cast.clinic, "is_attached": True, "district": DISTRICT}
        return cast.attachment(block, self._number(), **others)

    def _written(self, kind: str, record: Record, operation: str = "Insert") -> bytes:
        return message(self._cast.hub.context.catalog, kind, record, operation=operation, day=self._cast.today)

    def _number(self) -> str:
        self._next += 1
        return str(self._next)

    def _exchange(self, package: Package) -> None:
        message_id = package.message_id or _guid()
        properties = {"app_id": "Promed", "user_id": CHANNEL_LOGIN, "content_type": "Xml", "content_encoding": "utf-8"}
        self._broker.publish(Message(queue_name(CHANNEL, "in"), package.body, message_id, package.kind, properties))
        answer = self._answer_to(message_id)
        got = _result(answer) if answer else "нет ответа"
        shown = pretty(answer) if answer else ""
        try:
            asked = pretty(package.body)
        except etree.XMLSyntaxError:
            asked = package.body.decode("utf-8")
        self._show.step(package.title, asked, shown, expected=package.expected, got=got)

    def _answer_to(self, message_id: str) -> bytes | None:
        """The ANSWER to a message; others that lie in the queue are given back."""
        deadline = time.monotonic() + PATIENCE
        others: list[Delivery] = []
        found: bytes | None = None
        while found is None and time.monotonic() < deadline:
            for delivery in self._broker.take([queue_name(CHANNEL, "out.answer")], 50, PAUSE):
                if found is None and delivery.message.properties.get("correlation_id") == message_id:
                    found = delivery.message.body
                    self._broker.ack(delivery)
                else:
                    others.append(delivery)
        for delivery in others:
            self._broker.reject(delivery)
        return found


def _guid() -> str:
    return str(uuid.uuid4()).upper()


def _result(answer: bytes) -> str:
    root = etree.fromstring(answer)
    codes = [one.text or "" for one in root.iter("RESULT_CODE")]
    return " ".join([root.findtext("BODY/RESULTS/RESULT") or "", *codes[:1]]).strip()
