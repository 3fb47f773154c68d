"""Doors of the test instead of the registry, and sessions that count: the SOAP channel by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from lxml import etree

from registry.core.errors import Permanent
from registry.core.outcomes import PacketStatus
from registry.exchange.pipeline import Reply
from soap.app import create_application
from soap.doors import Doors
from tests.channels.soap_calls import (
    DCEXCHANGE,
    IDENTIFICATION,
    UIR,
    Answer,
    Request,
    call,
)

ASKED = '<u:UIRRequest xmlns:u="http://uir.ffoms.ru"/>'
TESTED = '<d:MakeTestConnect xmlns:d="http://main.dce/"/>'
WSA = "http://www.w3.org/2005/08/addressing"
WSA_HEADER = (
    f'<e:Header xmlns:a="{WSA}"><a:MessageID>urn:uuid:7</a:MessageID>'
    '<a:Action e:mustUnderstand="1">urn:#GetMedInsState</a:Action>'
    '<a:To e:mustUnderstand="1">http://hub.test/soap/identification</a:To></e:Header>'
)


class Sessions:
    """Counts the transactions that were opened and how each ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    @contextmanager
    def begin(self) -> Iterator[Any]:
        try:
            yield SimpleNamespace()
        except BaseException:
            self.ended.append("rolled back")
            raise
        self.ended.append("committed")


def replied(element: etree._Element | None, refusal: Permanent | None = None) -> Reply:
    status = PacketStatus.REFUSED if refusal else PacketStatus.ACCEPTED
    return Reply(1, None, status, element=element, refusal=refusal)


class Registry:
    """Stands for the registry: one account, answers that echo the operation, troubles on demand."""

    def __init__(self) -> None:
        self.incoming: list[Any] = []
        self.journal: list[dict[str, Any]] = []
        self.troubles: list[BaseException | Any] = []
        self.rate = 60

    def handle(self, _session: Any, incoming: Any, _context: Any) -> Any:
        self.incoming.append(incoming)
        if self.troubles:
            trouble = self.troubles.pop(0)
            if isinstance(trouble, BaseException):
                raise trouble
            return trouble
        name = etree.QName(incoming.element)
        element = etree.Element(f"{{{name.namespace}}}{name.localname}Response")
        etree.SubElement(element, "operation").text = incoming.operation
        return replied(element)

    def check_password(self, _session: Any, login: str, password: str, _context: Any) -> Any:
        return SimpleNamespace(login=login) if (login, password) == ("clinic", "Верный:пароль") else None

    def journal_refusal(self, _session: Any, **line: Any) -> None:
        self.journal.append(line)

    def refusal_element(self, incoming: Any, refusal: Permanent, _context: Any) -> etree._Element | None:
        if incoming.dialect != "uir":
            raise refusal
        element = etree.Element(f"{UIR}UIRResponse")
        etree.SubElement(element, f"{UIR}Ack").text = "AR"
        etree.SubElement(element, f"{UIR}Err").text = refusal.text
        return element

    def doors(self) -> Doors:
        return Doors(self.handle, self.check_password, self.journal_refusal, self.refusal_element)

    def options(self, _session: Any) -> dict[str, Any]:
        return {"identification_rate": self.rate, "dcx_rate": 0}


class Hub:
    """The channel between a fake registry and counted sessions."""

    def __init__(self) -> None:
        self.registry = Registry()
        self.sessions = Sessions()
        doors = self.registry.doors()
        context: Any = self.registry
        self.application = create_application(self.sessions, context, doors=doors)  # type: ignore[arg-type]

    def ask(self, body: bytes, **changes: Any) -> Answer:
        """A call of the identification contract by the known clinic."""
        given = {"login": "clinic", "password": "Верный:пароль", "path": IDENTIFICATION} | changes
        return call(self.application, Request(body, **given))

    def send(self, body: bytes, **changes: Any) -> Answer:
        """A call of the deployed contract."""
        return call(self.application, Request(body, **({"path": DCEXCHANGE} | changes)))
