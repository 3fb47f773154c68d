"""The walk through SOAP: a client that knows nothing but the served WSDL."""

from __future__ import annotations

import uuid
from typing import Any

import requests
import zeep
from lxml import etree
from requests.auth import HTTPBasicAuth
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport

from registry.core.fields import Record
from registry.exchange.catalogue import Catalog
from server.demo.accounts import PASSWORD
from server.demo.cast import Cast, spoilt
from server.demo.packets import Sender, dcx_call, question
from server.demo.show import Show, pretty

IDENTIFICATION = "/soap/identification?wsdl"
DCEXCHANGE = "/EchangeServerTFOMS/DCExchangeSrv?wsdl"
PATIENCE = 60
# zeep publishes no types
make_client: Any = zeep.Client
make_transport: Any = Transport
make_history: Any = HistoryPlugin


class SoapWalk:
    """Calls of both contracts as one clinic makes them."""

    def __init__(self, cast: Cast, base_url: str, show: Show) -> None:
        self._cast = cast
        self._show = show
        self._at = cast.hub.context.clock.now()  # a repetition is the same to the letter, its moment included
        self._catalog: Catalog = cast.hub.context.catalog
        session = requests.Session()
        session.auth = HTTPBasicAuth(cast.dcx_code, PASSWORD)
        self._history = make_history()
        transport = make_transport(session=session, timeout=PATIENCE, operation_timeout=PATIENCE)
        self._asking = make_client(f"{base_url}{IDENTIFICATION}", transport=transport, plugins=[self._history])
        self._telling = make_client(f"{base_url}{DCEXCHANGE}", transport=transport, plugins=[self._history])

    def run(self) -> None:
        """Every operation with good, wrong and repeated packets."""
        self._show.heading("SOAP: идентификация")
        self._identify()
        self._show.heading("SOAP: DCExchangeSrv")
        self._telling.service.MakeTestConnect()
        self._step("MakeTestConnect", "1", "retresult")
        self._look_up()
        self._attach()

    def _identify(self) -> None:
        cast, known = self._cast, next(self._cast.people).block
        names = ("surname", "first_name", "patronymic", "birth_date")
        document = ("document_type", "document_series", "document_number")
        policy = ("policy_type", "policy_number")
        stranger = cast.stranger()
        for title, block, fields, element, operation, expected in (
            ("по документу", known, (*names, *document), "UIRRequest", "GetMedInsState", "AA"),
            ("неизвестное лицо", stranger, (*names, *document), "UIRRequest", "GetMedInsState", "AE 21"),
            ("недостаточно данных", known, ("surname",), "UIRRequest", "GetMedInsState", "AR 10"),
            ("по полису", known, (*names, *policy), "UIRRequest2", "GetMedInsState2", "AA"),
            ("по полису, повтор", known, (*names, *policy), "UIRRequest2", "GetMedInsState2", "AA"),
        ):
            asked = question(self._catalog, "uir", element, cast.request(block, *fields, on=cast.today))
            self._ask(operation, asked)
            self._step(f"{operation}: {title}", expected, "Ack", "ErrCode")
        wrong = {**known, "enp": spoilt(known["enp"])}
        for title, block, expected in (("по ЕНП", known, "0"), ("неверная контрольная цифра", wrong, "4")):
            asked = question(self._catalog, "getattach", "GetAttach", cast.request(block, "enp"))
            self._ask("GetAttach", asked)
            self._step(f"GetAttach: {title}", expected, "return")

    def _ask(self, operation: str, asked: etree._Element) -> None:
        service = self._asking.service
        if operation == "GetAttach":  # the second service of the same WSDL
            service = self._asking.bind("GetAttach", "GetAttachPort")
        getattr(service, operation)(**content_of(asked))

    def _look_up(self) -> None:
        cast, known = self._cast, next(self._cast.people).block
        self._tell("GetAttachInformation", [cast.request(known)])
        self._step("GetAttachInformation: есть прикрепление", "2000", "r10_responcecode")
        self._tell("GetAttachInformation", [cast.request(cast.stranger())])
        self._step("GetAttachInformation: неизвестное лицо", "1001 500", "r10_responcecode", "e10_ecd")
        self._tell("GetAttachInformation", [cast.request(known)], password="не тот")  # noqa: S106 - wrong on purpose
        self._step("GetAttachInformation: неверный пароль", "1002", "r10_responcecode")

    def _attach(self) -> None:
        cast, moving, other = self._cast, next(self._cast.people).block, next(self._cast.people).block
        guid = str(uuid.uuid4())
        record = cast.attachment(moving, clinic=cast.dcx_code, district=None)
        self._tell("MakeAttachAction", [record], guid)
        self._step("MakeAttachAction: прикрепление", "2000", "r10_responcecode")
        self._tell("MakeAttachAction", [record], guid)
        self._step("MakeAttachAction: повтор того же пакета", "2000", "r10_responcecode")
        another = cast.attachment(other, clinic=cast.dcx_code, district=None)
        self._tell("MakeAttachAction", [another], guid)
        self._step("MakeAttachAction: тот же GUID, другое содержание", "1005", "r10_responcecode")
        wrong = {**other, "enp": spoilt(other["enp"]), "policy_number": spoilt(other["enp"])}
        self._tell("MakeAttachAction", [cast.attachment(wrong, clinic=cast.dcx_code, district=None)])
        self._step("MakeAttachAction: неверный ЕНП", "1001 508", "r10_responcecode", "e10_ecd")
        self._tell("MakeAttachAction", [record])
        self._step("MakeAttachAction: уже прикреплён", "1001 552", "r10_responcecode", "e10_ecd")
        gone = cast.attachment(
            moving, clinic=cast.dcx_code, district=None, detached_on=cast.today, method=None, attached_on=None
        )
        self._tell("MakeDeAttachAction", [gone])
        self._step("MakeDeAttachAction: открепление", "2000", "r10_responcecode")
        self._tell("MakeDeAttachAction", [gone])
        self._step("MakeDeAttachAction: откреплять нечего", "1001 500", "r10_responcecode", "e10_ecd")
        self._tell("MakeDeAttachActionCancel", [record])
        self._step("MakeDeAttachActionCancel: отмена открепления", "2000", "r10_responcecode")

    def _tell(self, operation: str, records: list[Record], guid: str = "", *, password: str = PASSWORD) -> None:
        sender = Sender(self._cast.dcx_code, password)
        call = dcx_call(self._catalog, operation, records, sender=sender, guid=guid or str(uuid.uuid4()), at=self._at)
        getattr(self._telling.service, operation)(**content_of(call))

    def _step(self, title: str, expected: str, *names: str) -> None:
        sent, received = _body(self._history.last_sent), _body(self._history.last_received)
        found = [one.text or "" for name in names for one in received.iter(f"{{*}}{name}")]
        self._show.step(title, pretty(sent), pretty(received), expected=expected, got=" ".join(found))


def _body(message: dict[str, Any]) -> etree._Element:
    body: etree._Element = message["envelope"].find("{*}Body/*")
    return body


def content_of(element: etree._Element) -> dict[str, Any]:
    """The children of an element as a SOAP client takes them: repeated ones as a list."""
    told: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        value = content_of(child) if len(child) else (child.text or "")
        if name in told:
            held = told[name]
            told[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            told[name] = value
    return told
